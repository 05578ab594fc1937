import { mapping } from "../../src/server/demo/shop.ts";

type Ports = readonly [number, number, number];
type Files = Record<string, string | null>;

const hosts = ["shop.example.com", "api.example.com"];
const everywhere = 4;
const nowAndThen = 6;

/**
 * A repository of two fleets (`delta`, `sotw`) that changes at random, the same way for the same seed. Some routes are always there, but where they lead,
 * by which cluster, in which file and with what around them changes; others come and go, as clusters and a third Listener do; Listeners are renamed and
 * exchange their ports.
 */
export class RandomShop {
  /** The ports that always serve. */
  readonly ports: readonly number[];
  readonly #random: () => number;
  readonly #fleets: Readonly<Record<string, Ports>>;
  readonly #upstreams: readonly number[];
  readonly #files: Record<string, string> = {};
  #count = 0;

  constructor(seed: number, fleets: Readonly<Record<string, Ports>>, upstreams: readonly number[]) {
    this.#random = randomFrom(seed);
    this.#fleets = fleets;
    this.#upstreams = upstreams;
    this.ports = Object.values(fleets).flatMap((ports) => ports.slice(0, 2));
    for (const host of hosts) {
      const name = host.slice(0, host.indexOf("."));
      this.#files[`hosts/${name}.yaml`] =
        `apiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: ${name}}\nspec: {hostname: ${host}, requestPolicy: {insecure: {action: Route}}}\n`;
    }
    for (const fleet of Object.keys(fleets)) this.#files[`fleets/${fleet}.yaml`] = fleetFile(fleet, Object.keys(fleets));
    for (const files of [this.#relisten(), ...Array.from({ length: everywhere }, (_, i) => this.#reroute(`always-${i}`))])
      this.#apply(files);
  }

  /** All files as they are now. */
  files(): Record<string, string> {
    return { ...this.#files };
  }

  /** A URL that always has a route. */
  url(): string {
    return `http://${hosts[this.#below(hosts.length)]}/always-${this.#below(everywhere)}/`;
  }

  /** One to three changes; gives all files, and `null` for those that are gone. */
  change(): Files {
    const before = this.files();
    for (let i = this.#below(3); i >= 0; i--) this.#apply(this.#one());
    const gone = Object.keys(before).filter((path) => this.#files[path] === undefined);
    return { ...this.files(), ...Object.fromEntries(gone.map((path) => [path, null])) };
  }

  #one(): Files {
    const dice = this.#below(10);
    if (dice < 5) return this.#reroute(`always-${this.#below(everywhere)}`);
    if (dice < 8) return this.#comeOrGo(`sometimes-${this.#below(nowAndThen)}`);
    return this.#relisten();
  }

  /** The route leads elsewhere, or to the same place by another cluster, and may stand in another file. */
  #reroute(name: string): Files {
    const port = this.#upstreams[this.#below(this.#upstreams.length)];
    const upstream = `${name}-${++this.#count}`;
    const ways = [`127.0.0.1:${port}`, `127.0.0.1:${port}\nconnect_timeout_ms: ${3000 + this.#count}`, `${upstream}\nweight: 100`];
    const way = this.#below(ways.length);
    const service = `hostname: "*.example.com"\nprefix: /${name}/\nservice: ${ways[way]}`;
    return {
      ...this.#without(name),
      [`routes/${this.#below(3)}/${name}.yaml`]: mapping(name, service),
      ...(way === 2 ? { [`upstreams/${name}.yaml`]: upstreamFile(upstream, port ?? 0) } : {}),
    };
  }

  #comeOrGo(name: string): Files {
    const gone = this.#without(name);
    return Object.keys(gone).length > 0 ? gone : this.#reroute(name);
  }

  /** The first two ports of a fleet always have a Listener each, under names and settings that change; the third comes and goes. */
  #relisten(): Files {
    const files: Files = {};
    for (const [fleet, [first, second, third]] of Object.entries(this.#fleets)) {
      const [a, b] = this.#below(2) === 0 ? [first, second] : [second, first];
      const documents = [listener(`${fleet}-${this.#below(2)}`, a), listener(`${fleet}-other`, b)];
      if (this.#below(2) === 0) documents.push(listener(`${fleet}-third`, third));
      files[`listeners/${fleet}.yaml`] = documents.join("---\n");
    }
    return files;
  }

  #without(name: string): Files {
    const mine = Object.keys(this.#files).filter((path) => path.endsWith(`/${name}.yaml`));
    return Object.fromEntries(mine.map((path) => [path, null]));
  }

  #apply(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      if (text === null) delete this.#files[path];
      else this.#files[path] = text;
    }
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }
}

function listener(name: string, port: number): string {
  return `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: ${name}}
spec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, statsPrefix: ${name}, hostBinding: {namespace: {from: ALL}}}
`;
}

function fleetFile(name: string, all: readonly string[]): string {
  const others = all.filter((other) => other !== name).map((other) => `listeners/${other}.yaml`);
  return `apiVersion: portolan.dev/v1alpha1
kind: Fleet
metadata: {name: ${name}}
spec:
  nodes: {id: [${name}]}
  documents: {exclude: ${JSON.stringify(others)}}
  proxy: {bindAddress: 127.0.0.1}
`;
}

function upstreamFile(name: string, port: number): string {
  return `apiVersion: portolan.dev/v1alpha1\nkind: Upstream\nmetadata: {name: ${name}}\nspec: {addresses: ["127.0.0.1:${port}"]}\n`;
}

/** Numbers in [0, 1) that depend on the seed alone (the mulberry32 generator). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
