import type { Resource, TypeUrl } from "../../../src/envoy/resource.ts";
import { CDS, LDS, RDS, shortName, TYPES } from "../../../src/envoy/type-url.ts";
import type { Snapshot } from "../../../src/snapshot/snapshot.ts";
import type { Message, Mode } from "../../../src/xds/event.ts";
import { NodeMemory } from "../../../src/xds/node-memory.ts";
import { SnapshotPool } from "../../../src/xds/snapshot-pool.ts";
import { type View, viewOf } from "../../../src/xds/view.ts";
import { cluster, endpoints, listener, routes, snapshot } from "../resources.ts";
import { bad, EnvoyModel } from "./envoy.ts";
import { Link } from "./link.ts";

/** What a commit holds, by numbers; `values` are taken in turn, and 9 is content that Envoy refuses. */
export interface Commit {
  readonly clusters: readonly number[];
  /** The clusters that each route configuration leads to; each has a listener. */
  readonly tables: readonly (readonly number[])[];
  readonly values: readonly number[];
}

/** One thing that happens; `type` is an index. */
export type Deed =
  | { readonly kind: "publish"; readonly commit: Commit }
  | { readonly kind: "flush"; readonly type: number }
  | { readonly kind: "read"; readonly type: number }
  | { readonly kind: "send"; readonly type: number }
  | { readonly kind: "repeat"; readonly type: number }
  | { readonly kind: "forget"; readonly type: number; readonly name: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "reset"; readonly type: number }
  /** The server begins anew; the proxy begins anew; an operator retries. */
  | { readonly kind: "server" }
  | { readonly kind: "proxy" }
  | { readonly kind: "retry" };

/** Routes wait so long for the endpoints of a cluster that was accepted. */
const endpointDeadline = 15_000;

/** An Envoy and a server, aggregated or with a stream for each type, and time. Throws as soon as a rule is broken. */
export class World {
  readonly #envoy: EnvoyModel;
  readonly #isAggregated: boolean;
  readonly #links = new Map<TypeUrl, Link>();
  readonly #pool = new SnapshotPool();
  #memory = new NodeMemory();
  #snapshot: Snapshot | undefined;
  #now = 0;
  #push = 0;

  constructor(mode: Mode, isAggregated: boolean) {
    this.#envoy = new EnvoyModel(mode);
    this.#isAggregated = isAggregated;
    this.#publish({ clusters: [0], tables: [[0]], values: [1] });
    this.#connect(TYPES);
  }

  do(deed: Deed): void {
    if (deed.kind === "publish") this.#publish(deed.commit);
    else if (deed.kind === "pass") this.#pass(deed.ms);
    else if (deed.kind === "server") this.#restartServer();
    else if (deed.kind === "proxy") this.#restartProxy();
    else if (deed.kind === "retry") for (const link of this.#each()) link.retry();
    else this.#doFor(TYPES[deed.type % TYPES.length] as TypeUrl, deed);
  }

  /** Publishes good content and lets everything come to rest; throws unless the client then runs it, is known to, and hears nothing more. */
  settle(commit: Commit): void {
    this.#publish(commit);
    for (let i = 0; i < 60; i++) {
      for (const type of TYPES) {
        for (const kind of ["flush", "read", "send"] as const) this.do({ kind, type: TYPES.indexOf(type) });
      }
      this.#pass(1_000);
    }
    for (const type of TYPES) {
      const wanted = [...(this.#snapshot?.types.get(type)?.resources ?? [])].filter(([name]) => this.#envoy.wants(type, name));
      const shown = (entries: Iterable<[string, Resource]>) =>
        JSON.stringify([...entries].map(([name, { version }]) => `${name} ${version}`).sort());
      const [seen, due] = [shown(this.#envoy.held(type)), shown(wanted)];
      if (seen !== due) throw new Error(`the client runs ${seen} of ${shortName(type)} instead of ${due}`);
      const status = this.#link(type).status.get(type);
      if (status !== undefined && status !== "accepted") throw new Error(`${shortName(type)} has come to rest and is ${status}`);
    }
    const cold = this.#isAggregated ? [...this.#envoy.warming.keys()] : [];
    if (cold.length > 0) throw new Error(`2.5: nothing has come that ${cold.join(" ")} could warm with`);
    this.#requireSilence();
  }

  #doFor(type: TypeUrl, deed: Extract<Deed, { readonly type: number }>): void {
    const link = this.#link(type);
    if (deed.kind === "flush") link.flush();
    else if (deed.kind === "read") this.#read(link);
    else if (deed.kind === "send") this.#send(type);
    else if (deed.kind === "repeat") this.#envoy.repeat(type);
    else if (deed.kind === "forget") this.#envoy.forget(type, [...this.#envoy.held(type).keys()][deed.name] ?? "");
    else this.#reset(link);
  }

  #publish({ clusters, tables, values }: Commit): void {
    const value = (i: number) => (values[i % values.length] === 9 ? bad : String(values[i % values.length] ?? 0));
    const made = clusters.map((i) => cluster(`c${i}`, value(i), i % 2 === 0));
    const assignments = made.filter((one) => one.refs.length > 0).map((one, i) => endpoints(one.name, value(i + 1)));
    const leads = (to: readonly number[]) => to.filter((i) => clusters.includes(i)).map((i) => `c${i}`);
    const configurations = tables.map((to, i) => routes(`r${i}`, leads(to), value(i + 2)));
    const listeners = configurations.map(({ name }, i) => listener(`l${i}`, [name], value(i + 3)));
    this.#snapshot = snapshot(++this.#push, [...made, ...assignments, ...configurations, ...listeners], this.#snapshot);
    this.#pool.add(this.#snapshot);
    for (const link of this.#each()) link.target(this.#view());
  }

  #read(link: Link): void {
    const message = link.inbox.shift();
    if (message === undefined) return;
    const changed = this.#envoy.read(message, this.#now);
    for (const type of changed) this.#send(type);
    if (this.#isAggregated) this.#requireClusters(message);
  }

  #send(type: TypeUrl): void {
    const request = this.#envoy.request(type, this.#now);
    if (request !== undefined) this.#link(type).request(request);
  }

  #pass(ms: number): void {
    this.#now += ms;
    for (const link of this.#each()) link.tick(this.#now);
  }

  #reset(link: Link): void {
    const types = TYPES.filter((type) => this.#links.get(type) === link);
    this.#memory.keep("n", link.close());
    this.#envoy.disconnected(types);
    this.#connect(types);
  }

  /** Another process knows nothing but what clients claim; then what a rejected message has left behind stays, so it happens only when nothing has. */
  #restartServer(): void {
    const calm = this.#envoy.isClean && this.#each().every((link) => link.inbox.length === 0);
    const known =
      this.#envoy.mode === "delta" || this.#each().every((link) => [...link.status.values()].every((status) => status === "accepted"));
    for (const link of this.#each()) this.#reset(link);
    if (!calm || !known) return;
    this.#memory = new NodeMemory();
    this.#envoy.forgotten();
    this.#envoy.disconnected(TYPES);
    this.#connect(TYPES);
  }

  #restartProxy(): void {
    for (const link of this.#each()) this.#memory.keep("n", link.close());
    this.#envoy.restart();
    this.#connect(TYPES);
  }

  #connect(types: readonly TypeUrl[]): void {
    const options = { mode: this.#envoy.mode, memory: this.#memory.of("n"), pool: this.#pool, view: this.#view(), now: this.#now };
    const shared = this.#isAggregated ? new Link(options) : undefined;
    for (const type of types) this.#links.set(type, shared ?? new Link({ ...options, type }));
    for (const type of types) this.#send(type);
  }

  /** 2.3 and 2.4: whatever the client routes finds its cluster, and what has just come finds it ready for use. */
  #requireClusters(message: Message): void {
    const after = `after ${shortName(message.type)}`;
    for (const one of this.#inUse()) {
      const isNew = message.upserts.includes(one);
      for (const { type, name } of one.refs) {
        if (type !== CDS) continue;
        const isThere = this.#envoy.held(CDS).has(name) || this.#envoy.refused.has(name);
        if (!isThere) throw new Error(`${after}: ${one.name} leads to ${name}, which is not there`);
        const warming = isNew ? this.#envoy.warming.get(name) : undefined;
        const isCold = warming?.isNew === true && this.#now < warming.since + endpointDeadline;
        if (isCold) throw new Error(`${after}: ${one.name} leads to ${name}, which is not warm`);
      }
    }
  }

  /** Listeners, and the route configurations that they take. */
  *#inUse(): Generator<Resource> {
    for (const one of this.#envoy.held(LDS).values()) {
      yield one;
      for (const ref of one.refs) {
        const table = ref.type === RDS ? this.#envoy.held(RDS).get(ref.name) : undefined;
        if (table !== undefined) yield table;
      }
    }
  }

  #requireSilence(): void {
    this.#pass(60_000);
    for (const link of this.#each()) link.flush();
    const [message] = this.#each().flatMap((link) => link.inbox);
    if (message !== undefined) throw new Error(`C5: ${shortName(message.type)} after everything had come to rest`);
  }

  #each(): Link[] {
    return [...new Set(this.#links.values())];
  }

  #link(type: TypeUrl): Link {
    const link = this.#links.get(type);
    if (link === undefined) throw new Error(`there is no stream for ${type}`);
    return link;
  }

  #view(): View {
    if (this.#snapshot === undefined) throw new Error("nothing is published");
    return viewOf(this.#snapshot, this.#push);
  }
}
