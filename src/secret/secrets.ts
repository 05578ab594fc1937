import { SDS } from "../envoy/type-url.ts";
import { type SecretUse, secretIds, secretName } from "../model/secret.ts";
import type { Snapshot, TypeSet } from "../snapshot/snapshot.ts";
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
  #sets = new WeakMap<Snapshot, TypeSet>();

  /** Providers in the order in which they are asked. */
  constructor(providers: readonly SecretProvider[], now: () => number) {
    this.#providers = providers;
    this.#now = now;
  }

  /** Takes the newest snapshot of a fleet: looks for what is new in it, and forgets what nothing refers to any more. */
  publish({ fleet, secrets }: Snapshot): void {
    const before = this.#fleets.get(fleet);
    for (const provider of this.#providers) provider.announce?.(secrets.flatMap(({ reference }) => secretIds(reference)));
    const kept = secrets.filter(needsBytes).map((use): [string, KeptSecret] => {
      const name = secretName(use.reference);
      const known = before?.get(name);
      return [name, known !== undefined && isSame(known.use, use) ? known : new KeptSecret(use, this.#providers, this.#now())];
    });
    this.#fleets.set(fleet, new Map(kept));
  }

  /** Looks at the secrets anew, at the next so many or at all; gives whether anything that can be sent is another one. */
  look(most = Number.POSITIVE_INFINITY): boolean {
    const all = [...this.#all()];
    let changed = false;
    for (let i = 0; i < Math.min(most, all.length); i++) {
      changed = all[this.#turn++ % all.length]?.look(this.#providers, this.#now()) || changed;
    }
    if (changed) this.#sets = new WeakMap();
    return changed;
  }

  /** How many there are to look at. */
  get count(): number {
    return [...this.#fleets.values()].reduce((sum, secrets) => sum + secrets.size, 0);
  }

  /** All secrets that a node with this snapshot may have: those the snapshot refers to and that are there, and nothing else. The same set until one changes. */
  of(snapshot: Snapshot): TypeSet {
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

  #setOf(snapshot: Snapshot): TypeSet {
    const own = snapshot.types.get(SDS) ?? typeSet(SDS, []);
    const names = snapshot.secrets.map(({ reference }) => secretName(reference));
    const found = names.flatMap((name) => this.#fleets.get(snapshot.fleet)?.get(name)?.material?.resource ?? []);
    return found.length === 0 ? own : typeSet(SDS, [...own.resources.values(), ...found]);
  }

  *#all(): Generator<KeptSecret> {
    for (const secrets of this.#fleets.values()) yield* secrets.values();
  }
}

function needsBytes({ reference }: SecretUse): boolean {
  return reference.kind !== "tls-file" && (reference.kind !== "ca-file" || reference.crl !== undefined);
}

function isSame(a: SecretUse, b: SecretUse): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
