import type { TypeUrl } from "../../../src/envoy/resource.ts";
import { CDS, EDS, LDS, shortName } from "../../../src/envoy/type-url.ts";
import type { Message, Mode, Request } from "../../../src/xds/event.ts";
import type { Memory } from "../../../src/xds/memory.ts";
import type { View } from "../../../src/xds/view.ts";

/** So long a message keeps back everything of its type but answers to new requests, in milliseconds. */
const patience = 30_000;

/** What the server has told a client of one type, and owes it. */
interface Told {
  /** By name the version, or `?` if the client may have something else. */
  readonly versions: Map<string, string>;
  readonly asked: Set<string>;
  names: Set<string>;
  lastNonce: string | undefined;
  answered: boolean;
  inflight: { readonly message: Message; readonly at: number } | undefined;
  /** Names that were rejected under the present target. */
  readonly parked: Set<string>;
}

/** Sees everything on one stream and throws when the server breaks a rule: C3, C5, C6, one in flight. Knows nothing of the reducer. */
export class Watch {
  readonly #mode: Mode;
  readonly #memory: Memory;
  readonly #nonces = new Set<string>();
  readonly #types = new Map<TypeUrl, Told>();
  /** Endpoints that follow a cluster that was sent. */
  readonly #followed = new Set<string>();
  #commit = "";

  constructor(mode: Mode, memory: Memory) {
    this.#mode = mode;
    this.#memory = memory;
  }

  requested(request: Request): void {
    const told = this.#types.get(request.type);
    if (told === undefined) this.#begin(request);
    else if (this.#mode === "delta") this.#change(told, request);
    else if (told.lastNonce === undefined || request.nonce === told.lastNonce) this.#replace(told, request.names);
    if (told?.inflight === undefined || request.nonce !== told.inflight.message.nonce) return;
    if (request.error !== undefined) {
      doubt(told, told.inflight.message);
      if (told.inflight.message.commit === this.#commit) for (const { name } of told.inflight.message.upserts) told.parked.add(name);
    }
    told.inflight = undefined;
  }

  /** In SotW nobody tells a client what is gone of routes and endpoints, so what reappears may be sent again (C7). */
  published(view: View): void {
    this.#commit = view.commit;
    this.retried();
    if (this.#mode === "delta") return;
    for (const [type, told] of this.#types) {
      if (type === CDS || type === LDS) continue;
      for (const name of told.versions.keys()) if (!view.type(type).resources.has(name)) told.versions.set(name, "?");
    }
  }

  /** What was rejected may be sent again. */
  retried(): void {
    for (const told of this.#types.values()) told.parked.clear();
  }

  written(message: Message, now: number): void {
    const { type, nonce, upserts, removals } = message;
    const told = this.#types.get(type);
    if (told === undefined) throw new Error(`C5: ${shortName(type)} was never asked for`);
    if (nonce === "" || this.#nonces.has(nonce)) throw new Error(`C3: the nonce "${nonce}" is no new one`);
    this.#nonces.add(nonce);
    const names = [...upserts.map((one) => one.name), ...(this.#mode === "delta" ? removals : [])];
    if (new Set(names).size < names.length) throw new Error(`C6: a name twice in ${names.join(" ")}`);
    if (upserts.some((one) => one.type !== type)) throw new Error(`C6: a resource of another type in ${shortName(type)}`);
    if (told.inflight !== undefined) this.#overtake(told, told.inflight, message, now);
    this.#requireCause(told, message);
    this.#tell(told, message);
    told.inflight = { message, at: now };
  }

  #begin(request: Request): void {
    const told: Told = {
      versions: new Map(),
      asked: new Set(),
      names: new Set(),
      lastNonce: undefined,
      answered: false,
      inflight: undefined,
      parked: new Set(),
    };
    this.#types.set(request.type, told);
    const suspects = this.#memory.suspects.get(request.type);
    for (const [name, version] of request.claims) told.versions.set(name, suspects?.has(name) ? "?" : version);
    for (const name of suspects?.keys() ?? []) told.versions.set(name, "?");
    if (this.#mode === "sotw") this.#replace(told, request.names);
    else {
      for (const name of request.subscribe) told.names.add(name);
      for (const name of request.subscribe) if (!request.claims.has(name)) told.asked.add(name);
      // An endpoint set whose cluster was sent before it was claimed is owed again (D9).
      if (request.type === EDS) for (const name of this.#followed) if (told.versions.has(name)) told.versions.set(name, "?");
    }
  }

  #change(told: Told, request: Request): void {
    for (const name of request.subscribe) {
      told.names.add(name);
      told.asked.add(name);
    }
    for (const name of request.unsubscribe) forget(told, name);
  }

  #replace(told: Told, names: readonly string[]): void {
    const added = names.filter((name) => !told.names.has(name));
    for (const name of told.names) if (!names.includes(name)) forget(told, name);
    for (const name of added) {
      told.names.add(name);
      told.asked.add(name);
    }
  }

  /** Only an answer to a question may overtake a message without a verdict, and only after a while. */
  #overtake(told: Told, { message, at }: { message: Message; at: number }, next: Message, now: number): void {
    const answers = [...next.upserts.map((one) => one.name), ...next.removals].every(
      (name) => told.asked.has(name) || this.#followed.has(name),
    );
    if (now < at + patience || !answers) throw new Error(`two messages of ${shortName(next.type)} in flight`);
    doubt(told, message);
  }

  /** C5: every message changes something for the client, or answers it; where it is no complete set, all of it does. */
  #requireCause(told: Told, { type, upserts, removals }: Message): void {
    const isFollowed = (name: string) => type === EDS && this.#followed.has(name);
    const fresh = upserts.filter(({ name, version }) => told.versions.get(name) !== version || told.asked.has(name) || isFollowed(name));
    const gone = removals.filter((name) => told.versions.has(name) || told.asked.has(name) || isFollowed(name));
    const isWildcard = type === CDS || type === LDS;
    const first = isWildcard && !told.answered;
    const replaces = this.#mode === "sotw" && isWildcard;
    const needless = replaces
      ? fresh.length + gone.length === 0
      : fresh.length < upserts.length ||
        (this.#mode === "delta" && gone.length < removals.length) ||
        upserts.length + removals.length === 0;
    const again = fresh.filter(({ name }) => told.parked.has(name) && !told.asked.has(name) && !isFollowed(name));
    if (again.length > 0 && again.length === fresh.length) throw new Error(`2.6: ${shortName(type)} again that was rejected`);
    if (needless && !first) throw new Error(`C5: a message of ${shortName(type)} without a cause`);
  }

  #tell(told: Told, { type, nonce, upserts, removals }: Message): void {
    const replaces = this.#mode === "sotw" && (type === CDS || type === LDS);
    for (const { name, version } of upserts) {
      if (type === CDS && (replaces || told.versions.get(name) !== version)) this.#followed.add(name);
      if (type === EDS) this.#followed.delete(name);
    }
    if (replaces) told.versions.clear();
    for (const { name, version } of upserts) told.versions.set(name, version);
    for (const name of removals) told.versions.delete(name);
    for (const name of [...upserts.map((one) => one.name), ...removals]) told.asked.delete(name);
    if (type === EDS) for (const name of removals) this.#followed.delete(name);
    told.answered = true;
    told.lastNonce = nonce;
  }
}

function forget(told: Told, name: string): void {
  told.names.delete(name);
  told.asked.delete(name);
  told.versions.delete(name);
}

function doubt(told: Told, message: Message): void {
  for (const name of [...message.upserts.map((one) => one.name), ...message.removals]) told.versions.set(name, "?");
}
