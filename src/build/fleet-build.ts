import { clusterResource } from "../envoy/cluster.ts";
import { endpointsResource } from "../envoy/endpoints.ts";
import { listenerName, listenerResource } from "../envoy/listener.ts";
import { routeTable } from "../envoy/packing.ts";
import { InvalidResource, type Resource, type ResourceKey } from "../envoy/resource.ts";
import { fileSecret } from "../envoy/secret.ts";
import { isServed, serverUpstream } from "../envoy/secret-server.ts";
import { CDS, EDS, LDS, RDS, SDS } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import type { Checked, Language } from "../language/language.ts";
import type { EndpointSet, ListenerPlan, Upstream } from "../model/model.ts";
import type { FleetPlan } from "../model/plan.ts";
import type { SecretServer } from "../model/secret.ts";
import { type Origin, type PlacedFinding, placed } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import { lint } from "../snapshot/lint.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { nextSnapshot } from "../snapshot/snapshots.ts";
import { Cells } from "./cells.ts";
import { choices, isHeld, type Unprotected, unprotected } from "./containment.ts";
import type { FleetRules } from "./fleet-rules.ts";
import { Joined } from "./joined.ts";
import type { Unlocated } from "./locator.ts";
import { type Answers, type Questions, questionsOf } from "./look-back.ts";
import { owners } from "./owners.ts";
import { RouteTests, type TestOutcome } from "./route-tests.ts";
import { SecretUses } from "./secret-uses.ts";
import { type Replacement, Selection } from "./selection.ts";
import { Services } from "./services.ts";
import type { SourceDocument } from "./source-document.ts";

/** What a build has made of one fleet. */
export interface FleetOutcome {
  readonly fleet: string;
  readonly snapshot: Snapshot;
  /** By resource that has changed: the documents to ask first when a proxy refuses it. */
  readonly causes: ReadonlyMap<string, readonly Origin[]>;
  readonly cells: number;
  readonly changed: number;
  /** The commit that the source is read at, if it is not the one that is built. */
  readonly readAt?: Oid;
}

/** One fleet: the documents that count for it, its cells, and the snapshot they give. It is told what has changed and does no other work. */
export class FleetBuild {
  readonly rules: FleetRules;
  readonly #server: SecretServer | undefined;
  readonly #ownerOf: ReturnType<typeof owners>;
  readonly #selection = new Selection();
  readonly #services = new Services();
  /** How many of the documents that count each namespace has. */
  readonly #namespaces = new Map<string, number>();
  readonly #cells: readonly Cells[];
  readonly #upstreams = new Joined<Upstream>();
  readonly #endpointSets = new Joined<EndpointSet>();
  readonly #secrets = new SecretUses();
  readonly #listeners = new Map<string, { readonly plan: ListenerPlan; readonly content: string }>();
  readonly #tests = new RouteTests();
  readonly #members = new Map<SourceDocument, Checked>();
  /** Paths of the files that its documents may name. */
  readonly files: readonly string[];
  readonly #named = new Map<string, Checked>();
  /** What torn files may hold. */
  readonly #torn = new Map<SourceDocument, Checked>();
  /** Those of them that no older version stands for. */
  readonly #missed = new Map<SourceDocument, Checked>();
  #unprotected: readonly Unprotected[] = [];
  #heldBack: readonly Unlocated[] = [];
  #snapshot: Snapshot | undefined;
  /** What {@link findings} has given, until something changes: it costs a look at every document. */
  #found: readonly Unlocated[] | undefined;

  /** `server`: where the proxies get secrets from, instead of Portolan. */
  constructor(rules: FleetRules, languages: readonly Language[], server: SecretServer | undefined) {
    this.rules = rules;
    this.#server = server;
    this.#ownerOf = owners(languages);
    this.files = languages.flatMap((language) => language.files(rules.settings));
    const services = {
      find: (name: string) => this.#services.all(name)[0],
      all: (name: string) => this.#services.all(name),
      isNamespace: (namespace: string) => this.#namespaces.has(namespace),
    };
    this.#cells = languages.map((language) => new Cells(language, rules.settings, services));
  }

  /** Takes documents away and adds others; nothing is planned before {@link build}. */
  update(removed: Iterable<SourceDocument>, added: Iterable<SourceDocument>): void {
    for (const document of removed) {
      const checked = this.#members.get(document);
      this.#members.delete(document);
      if (checked === undefined || this.#torn.delete(document)) continue;
      this.#selection.remove(checked);
    }
    for (const document of added) {
      const checked = this.#read(document);
      if (checked === undefined) continue;
      this.#members.set(document, checked);
      if (document.isReadable) this.#selection.add(checked);
      else this.#torn.set(document, checked);
    }
  }

  /** Takes the files that its documents may name, those that there are by path. */
  name(files: ReadonlyMap<string, Checked>): void {
    for (const path of this.files) {
      const file = files.get(path);
      if (file === this.#named.get(path)) continue;
      this.#found = undefined;
      if (file === undefined) this.#named.delete(path);
      else this.#named.set(path, file);
      this.#serve(`File/${path}`, path, file);
    }
  }

  /** What the documents leave open: to be answered by {@link settle} before each {@link build}. */
  questions(): Omit<Questions, "torn"> {
    return questionsOf(this.#selection, this.rules.containment.lookBack, (document) => this.#read(document));
  }

  /** Takes the versions that count where it is not those of the commit itself; `heldBack` is what there is to say about them. */
  settle(answers: Answers, heldBack: readonly Unlocated[]): void {
    this.#selection.choose(choices(answers));
    this.#heldBack = heldBack;
    const missed = [...this.#torn].filter(([document]) => !isHeld(document, answers));
    for (const [document, before] of this.#missed) if (!this.#torn.has(document)) this.#miss(document, { before });
    for (const [document, before] of this.#torn) {
      const isMissed = missed.some(([one]) => one === document);
      if (isMissed === this.#missed.has(document)) continue;
      this.#miss(document, isMissed ? { after: before } : { before });
    }
    this.#unprotected = unprotected(this.#selection, missed, answers, (one) => this.#ownerOf(one));
  }

  /** The documents that were to protect something and cannot be used, in no version. */
  unprotected(): readonly Unprotected[] {
    return this.#unprotected;
  }

  /** Plans what the updates have touched and gives the fleet's snapshot at this commit. */
  build(commit: Oid): FleetOutcome {
    this.#found = undefined;
    for (const replacement of this.#selection.takeReplacements()) {
      if (replacement.before !== undefined) this.#count(replacement.before, -1);
      if (replacement.after !== undefined) this.#count(replacement.after, 1);
      this.#replace(replacement);
    }
    const upserts: Resource[] = [];
    const removed: ResourceKey[] = [];
    const causes = new Map<string, readonly Origin[]>();
    let cells = 0;
    for (const one of this.#cells) cells += this.#rebuild(one, upserts, removed, causes);
    for (const [name, item] of this.#endpointSets.takeChanges()) {
      if (item === undefined) removed.push({ type: EDS, name });
      else upserts.push(endpointsResource(item));
      causes.set(causeKey({ type: EDS, name }), this.#endpointSets.origins(name));
    }
    this.#takeUpstreams(upserts, removed, causes);
    for (const [name, reference] of this.#secrets.takeChanges()) {
      const file = reference && fileSecret(reference);
      if (file !== undefined) upserts.push(file);
      else if (reference === undefined) removed.push({ type: SDS, name });
      causes.set(causeKey({ type: SDS, name }), this.#secrets.origins(name));
    }
    const own = this.#secrets.all().filter(({ reference }) => this.#server === undefined || !isServed(reference));
    if (this.#server !== undefined) {
      this.#upstreams.replace("secrets", own.length < this.#secrets.all().length ? [serverUpstream(this.#server)] : []);
      this.#takeUpstreams(upserts, removed, causes);
    }
    const snapshot = nextSnapshot(this.#snapshot, commit, this.rules.name, upserts, removed, own);
    const [flaw] = lint(snapshot);
    if (flaw !== undefined) throw new InvalidResource(flaw.resource.type, flaw.resource.name, flaw.message);
    this.#snapshot = snapshot;
    return { fleet: this.rules.name, snapshot, causes, cells, changed: upserts.length + removed.length };
  }

  /** The documents that a resource comes from, without repetition; empty for one that is not there. */
  origins(key: ResourceKey): readonly Origin[] {
    if (key.type === CDS) return this.#upstreams.origins(key.name);
    if (key.type === EDS) return this.#endpointSets.origins(key.name);
    if (key.type === SDS) return this.#secrets.origins(key.name);
    if (key.type === LDS) return this.#listeners.get(key.name)?.plan.origins ?? [];
    if (key.type === RDS) return this.#cells.flatMap((cells) => cells.origins(key.name));
    return [];
  }

  /** For each route of a virtual host, in order, the documents that took part in it; empty for one that is not there. */
  routeOrigins(table: string, host: string): readonly (readonly Origin[])[] {
    return this.#cells.flatMap((cells) => cells.routeOrigins(table, host));
  }

  /** Runs the RouteTests of the fleet against {@link plan}. */
  tests(): readonly TestOutcome[] {
    return this.#tests.run(this.rules.name, () => this.plan());
  }

  /** What is to be said of RouteTests that no fleet runs, given the names of all. */
  strayTests(fleets: ReadonlySet<string>): Iterable<PlacedFinding> {
    return this.#tests.strays(fleets);
  }

  /** All documents that the fleet reads, be they served or left out, in no particular order. */
  documents(): readonly Origin[] {
    return [...this.#members.values()].map(({ origin }) => origin);
  }

  /** The committed Secrets that count, where they may be served. */
  secrets(): readonly Checked[] {
    return this.#services.beginning("Secret ");
  }

  /** What the fleet is planned to serve at the commit that was built last. */
  plan(): FleetPlan {
    return {
      listeners: [...this.#listeners.values()].map(({ plan }) => plan).sort((a, b) => byCodePoint(a.name, b.name)),
      hosts: this.#cells.flatMap((cells) => cells.virtualHosts()),
      upstreams: this.#upstreams.items(),
      endpointSets: this.#endpointSets.items(),
    };
  }

  /** Everything that was found about the documents of this fleet; may repeat itself. */
  findings(): readonly Unlocated[] {
    this.#found ??= [...this.#collect()];
    return this.#found;
  }

  /** What was found about the documents before anything was planned; may repeat itself. */
  *documentFindings(): Generator<Unlocated> {
    for (const checked of this.#selection.all()) for (const found of checked.findings) yield placed(checked.origin, found);
    yield* this.#selection.duplicates();
    yield* this.#heldBack;
  }

  *#collect(): Generator<Unlocated> {
    yield* this.documentFindings();
    for (const cells of this.#cells) yield* cells.findings();
  }

  /** Whether the fleet reads the document, be it served or left out. */
  has(document: SourceDocument): boolean {
    return this.#members.has(document);
  }

  /** Flags that the bootstraps of its proxies have to set, by name. */
  runtime(): Readonly<Record<string, number>> {
    return Object.assign({}, ...this.#cells.map((cells) => cells.plan.runtime ?? {}));
  }

  /** How much the documents make. */
  counts(): { readonly virtualHosts: number; readonly routes: number } {
    const counts = this.#cells.map((cells) => cells.counts());
    return {
      virtualHosts: counts.reduce((sum, { virtualHosts }) => sum + virtualHosts, 0),
      routes: counts.reduce((sum, { routes }) => sum + routes, 0),
    };
  }

  /** What the document says to this fleet; `undefined` if it says nothing to it. */
  #read(document: SourceDocument): Checked | undefined {
    if (!isRouting(document) || !this.rules.includes(document.path)) return undefined;
    const language = this.#ownerOf(document.parsed);
    if (language === undefined) return undefined;
    const checked = document.checkFor(language, this.rules);
    if (!language.reads(checked.document, this.rules.settings)) return undefined;
    return checked.spec !== undefined && language.attach(checked, this.rules.settings).length === 0 ? undefined : checked;
  }

  #miss(document: SourceDocument, change: Pick<Replacement, "before" | "after">): void {
    if (change.after === undefined) this.#missed.delete(document);
    else this.#missed.set(document, change.after);
    this.#replace({ id: unreadableId(document), ...change });
  }

  #replace({ id, before, after }: Replacement): void {
    for (const [checked, attached] of [
      [before, false],
      [after, true],
    ] as const) {
      if (checked === undefined) continue;
      const language = this.#ownerOf(checked.document.identity);
      const cells = this.#cells.find((one) => one.language === language);
      for (const [i, attachment] of (language?.attach(checked, this.rules.settings) ?? []).entries()) {
        const { part = checked } = attachment;
        const partId = part === checked ? id : `${id}\n${i}`;
        if (attachment.to === "tests") this.#tests.replace(id, attached ? checked : undefined);
        else if (attachment.to === "services") this.#serve(attachment.name, id, attached ? checked : undefined);
        else if (attached) cells?.attach(partId, part, attachment);
        else cells?.detach(partId, part, attachment);
      }
    }
  }

  #serve(name: string, id: string, checked: Checked | undefined): void {
    this.#services.replace(name, id, checked);
    for (const cells of this.#cells) cells.answerChanged(name);
  }

  #count({ document }: Checked, by: 1 | -1): void {
    const { namespace } = document.identity;
    const before = this.#namespaces.get(namespace) ?? 0;
    if (before + by === 0) this.#namespaces.delete(namespace);
    else this.#namespaces.set(namespace, before + by);
    if (before === 0 || before + by === 0) for (const cells of this.#cells) cells.answerChanged(namespace);
  }

  #rebuild(cells: Cells, upserts: Resource[], removed: ResourceKey[], causes: Map<string, readonly Origin[]>): number {
    const changes = cells.rebuild();
    if (changes.listeners !== undefined) {
      const { listeners, upstreams, endpointSets } = changes.listeners;
      this.#relisten(cells, listeners, upserts, removed, causes);
      this.#upstreams.replace(`${cells.language.name}\n`, upstreams);
      this.#endpointSets.replace(`${cells.language.name}\n`, endpointSets);
    }
    for (const key of changes.hosts.keys()) {
      const result = cells.result(key);
      const cell = `${cells.language.name}\n${key}`;
      this.#upstreams.replace(cell, result?.upstreams ?? []);
      this.#endpointSets.replace(cell, result?.endpointSets ?? []);
    }
    const tables = new Set(changes.hosts.values());
    for (const table of tables) {
      const hosts = cells.encoded(table);
      const key = { type: RDS, name: table };
      if (hosts.length === 0) removed.push(key);
      else upserts.push(routeTable(table, hosts));
      causes.set(causeKey(key), changes.causes.get(table) ?? []);
    }
    return changes.hosts.size;
  }

  #takeUpstreams(upserts: Resource[], removed: ResourceKey[], causes: Map<string, readonly Origin[]>): void {
    for (const [name, item] of this.#upstreams.takeChanges()) {
      if (item === undefined) removed.push({ type: CDS, name });
      else upserts.push(clusterResource(item, this.#server));
      causes.set(causeKey({ type: CDS, name }), this.#upstreams.origins(name));
      this.#secrets.replace(`cluster ${name}`, item?.secrets, () => this.#upstreams.origins(name));
    }
  }

  #relisten(
    cells: Cells,
    plans: readonly ListenerPlan[],
    upserts: Resource[],
    removed: ResourceKey[],
    causes: Map<string, readonly Origin[]>,
  ): void {
    const names = new Set(plans.map(listenerName));
    for (const [name, { plan }] of this.#listeners) {
      if (plan.language !== cells.language.name || names.has(name)) continue;
      this.#listeners.delete(name);
      this.#secrets.replace(`listener ${name}`, undefined, () => []);
      removed.push({ type: LDS, name });
    }
    for (const plan of plans) {
      const name = listenerName(plan);
      const content = JSON.stringify({ ...plan, origins: undefined });
      const same = this.#listeners.get(name)?.content === content;
      this.#listeners.set(name, { plan, content });
      if (same) continue;
      this.#secrets.replace(`listener ${name}`, plan.secrets, () => this.#listeners.get(name)?.plan.origins ?? []);
      upserts.push(listenerResource(plan, this.#server));
      causes.set(causeKey({ type: LDS, name }), plan.origins);
    }
  }
}

/** Fleet documents are about fleets, and the server's own configuration may lie beside the routes (`portolan init` puts it there). */
function isRouting({ parsed: { group, kind } }: SourceDocument): boolean {
  return group !== "portolan.dev" || (kind !== "Server" && kind !== "Fleet");
}

/** What an unreadable file may hold has no identity, so that it is a duplicate of nothing. */
function unreadableId({ path, parsed: { group, kind } }: SourceDocument): string {
  return `unreadable ${path} ${group} ${kind}`;
}

/** A resource key as one string. */
export function causeKey(key: ResourceKey): string {
  return `${key.type}\n${key.name}`;
}
