import { type SecretReference, type SecretUse, secretName } from "../model/secret.ts";
import type { Origin } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";

/** What one listener or upstream refers to, and how to find its documents. */
interface User {
  readonly uses: readonly SecretUse[];
  origins(): readonly Origin[];
}

/** Which secrets a fleet refers to. Uses of one secret are joined; in what order they come makes no difference. */
export class SecretUses {
  readonly #users = new Map<string, User>();
  #all: ReadonlyMap<string, SecretUse> = new Map();
  #touched = false;

  /** Sets all that the user refers to; nothing withdraws it. */
  replace(user: string, uses: readonly SecretUse[] | undefined, origins: () => readonly Origin[]): void {
    if (uses === undefined || uses.length === 0) this.#touched = this.#users.delete(user) || this.#touched;
    else {
      this.#users.set(user, { uses, origins });
      this.#touched = true;
    }
  }

  /** Names that came or went since the last call, with what they refer to, or `undefined` for one that nobody uses any more; in code point order. */
  takeChanges(): ReadonlyMap<string, SecretReference | undefined> {
    const changes = new Map<string, SecretReference | undefined>();
    if (!this.#touched) return changes;
    const before = this.#all;
    this.#all = joined([...this.#users.values()].flatMap(({ uses }) => uses));
    this.#touched = false;
    for (const name of [...new Set([...before.keys(), ...this.#all.keys()])].sort(byCodePoint)) {
      if (before.has(name) !== this.#all.has(name)) changes.set(name, this.#all.get(name)?.reference);
    }
    return changes;
  }

  /** All secrets in use as {@link takeChanges} has found them, by name in code point order. */
  all(): readonly SecretUse[] {
    return [...this.#all.values()];
  }

  /** All documents that have a part in a use of the secret, without repetition. */
  origins(name: string): readonly Origin[] {
    const users = [...this.#users].sort(([a], [b]) => byCodePoint(a, b)).map(([, user]) => user);
    const found = users.flatMap(({ uses, origins }) =>
      uses.filter(({ reference }) => secretName(reference) === name).flatMap((use) => use.origins ?? origins()),
    );
    return [...new Set(found)];
  }
}

function joined(uses: readonly SecretUse[]): ReadonlyMap<string, SecretUse> {
  const byName = Map.groupBy(uses, ({ reference }) => secretName(reference));
  return new Map([...byName].sort(([a], [b]) => byCodePoint(a, b)).map(([name, of]) => [name, join(of)]));
}

function join(uses: readonly SecretUse[]): SecretUse {
  const [{ reference }] = uses as [SecretUse];
  const hosts = [...new Set(uses.flatMap((use) => use.hosts ?? []))].sort(byCodePoint);
  return { reference, ...(hosts.length === 0 ? {} : { hosts }), ...(uses.some(({ undecided }) => undecided) ? { undecided: true } : {}) };
}
