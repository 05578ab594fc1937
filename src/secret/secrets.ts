import { SDS } from "../envoy/type-url.ts";
import { type SecretUse, secretIds, secretName } from "../model/secret.ts";
import type { SecretSet, Snapshot } from "../snapshot/snapshot.ts";
import { typeSet } from "../snapshot/type-set.ts";
import { KeptSecret, type SecretFinding } from "./kept-secret.ts";
import type { SecretProvider } from "./provider.ts";

/** What is wrong with a secret in a fleet. */
export interface FleetFinding extends SecretFinding {
  readonly fleet: string;
}

/**
 * The overlay of secrets: the bytes of what snapshots refer to. It is the only part of the server that has private keys; they lie in the resources that it
 * gives, and nowhere else. It has no clock and no timer of its own.
 */
export class Secrets {
  readonly #now: () => number;
  readonly #providers: readonly SecretProvider[];
  /** By fleet, what its newest snapshot refers to. */
  readonly #fleets = new Map<string, ReadonlyMap<string, KeptSecret>>();
  /** Counts looks, so that it is every secret's turn. */
  #turn = 0;
  /** What nobody has looked for yet, in the order in which it was referred to. */
  #unread: KeptSecret[] = [];
  #hasNews = false;
  #sets = new WeakMap<Snapshot, SecretSet>();

  /** Providers in the order in which they are asked. */
  constructor(providers: readonly SecretProvider[], now: () => number) {
    this.#providers = providers;
    this.#now = now;
  }

  /** Takes the newest snapshot of a fleet: forgets what nothing refers to any more. What is new in it has yet to be {@link read}. */
  publish({ fleet, secrets }: Snapshot): void {
    const before = this.#fleets.get(fleet);
    for (const provider of this.#providers) provider.announce?.(secrets.flatMap(({ reference }) => secretIds(reference)));
    const kept = secrets.filter(needsBytes).map((use): [string, KeptSecret] => {
      const name = secretName(use.reference);
      const known = before?.get(name);
      return [name, known?.reuse(use) ? known : new KeptSecret(use, fleet)];
    });
    this.#fleets.set(fleet, new Map(kept));
    this.#unread = [...this.#all()].filter(({ isRead }) => !isRead);
  }

  /** Looks for the next so many that nobody has looked for; gives whether there are more. Nothing else can be sent before {@link show}. */
  read(most: number): boolean {
    for (let i = 0; i < most; i++) {
      const next = this.#unread.shift();
      if (next === undefined) break;
      this.#hasNews = true;
      next.look(this.#providers, this.#now());
    }
    return this.#unread.length > 0;
  }

  /** What was read can be sent from now on; gives whether anything was read since the last time. */
  show(): boolean {
    const hasNews = this.#hasNews;
    if (hasNews) this.#sets = new WeakMap();
    this.#hasNews = false;
    return hasNews;
  }

  /** Looks anew at the secrets that were read, at the next so many or at all; gives whether anything that can be sent is another one. */
  look(most = Number.POSITIVE_INFINITY): boolean {
    const all = [...this.#all()].filter(({ isRead }) => isRead);
    let changed = false;
    for (let i = 0; i < Math.min(most, all.length); i++) {
      changed = all[this.#turn++ % all.length]?.look(this.#providers, this.#now()) || changed;
    }
    if (changed) this.#sets = new WeakMap();
    return changed;
  }

  /** How many there are. */
  get count(): number {
    return [...this.#fleets.values()].reduce((sum, secrets) => sum + secrets.size, 0);
  }

  /** All secrets that a node with this snapshot may have: those the snapshot refers to and that are there, and nothing else. The same set until one changes. */
  of(snapshot: Snapshot): SecretSet {
    const known = this.#sets.get(snapshot) ?? this.#setOf(snapshot);
    this.#sets.set(snapshot, known);
    return known;
  }

  /** What is wrong now. */
  findings(): readonly FleetFinding[] {
    const now = this.#now();
    return [...this.#fleets].flatMap(([fleet, secrets]) =>
      [...secrets.values()].flatMap((secret) => secret.findings(now).map((found) => ({ ...found, fleet }))),
    );
  }

  /** When the certificates that can be sent end, in milliseconds since 1970, by the name of the secret; of several fleets the earliest. */
  ends(): ReadonlyMap<string, number> {
    const ends = new Map<string, number>();
    for (const { use, material } of this.#all()) {
      const name = secretName(use.reference);
      const end = material?.certificate?.validToDate.getTime();
      if (end !== undefined) ends.set(name, Math.min(end, ends.get(name) ?? end));
    }
    return ends;
  }

  /** A text with every line of a private key that is known replaced. */
  redact(text: string): string {
    let redacted = text;
    for (const { material } of this.#all()) {
      for (const line of material?.canaries ?? []) if (redacted.includes(line)) redacted = redacted.replaceAll(line, "[redacted]");
    }
    return redacted;
  }

  #setOf(snapshot: Snapshot): SecretSet {
    const own = snapshot.types.get(SDS) ?? typeSet(SDS, []);
    const names = snapshot.secrets.map(({ reference }) => secretName(reference));
    const known = names.flatMap((name) => this.#fleets.get(snapshot.fleet)?.get(name) ?? []);
    const found = known.flatMap(({ material }) => material?.resource ?? []);
    const unread = new Set(known.filter(({ isRead }) => !isRead).map(({ use }) => secretName(use.reference)));
    return { ...(found.length === 0 ? own : typeSet(SDS, [...own.resources.values(), ...found])), unread };
  }

  *#all(): Generator<KeptSecret> {
    for (const secrets of this.#fleets.values()) yield* secrets.values();
  }
}

function needsBytes({ reference }: SecretUse): boolean {
  return reference.kind !== "tls-file" && (reference.kind !== "ca-file" || reference.crl !== undefined);
}
