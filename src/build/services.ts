import type { Checked } from "../language/language.ts";
import { byCodePoint } from "../problem/order.ts";

const none: readonly Checked[] = [];

/** The documents that are found by names: any number under one. */
export class Services {
  readonly #byName = new Map<string, Map<string, Checked>>();
  readonly #sorted = new Map<string, readonly Checked[]>();

  /** Puts a document, by its identity, under the name in place of the one of that identity; `undefined` takes that away. */
  replace(name: string, id: string, checked: Checked | undefined): void {
    const documents = this.#byName.get(name) ?? new Map<string, Checked>();
    if (checked === undefined) documents.delete(id);
    else documents.set(id, checked);
    if (documents.size === 0) this.#byName.delete(name);
    else this.#byName.set(name, documents);
    this.#sorted.delete(name);
  }

  /** All documents under names that begin so, in code point order of the names. */
  beginning(prefix: string): readonly Checked[] {
    const names = [...this.#byName.keys()].filter((name) => name.startsWith(prefix));
    return names.sort(byCodePoint).flatMap((name) => this.all(name).slice(0, 1));
  }

  /** The documents under the name, in code point order of identity. */
  all(name: string): readonly Checked[] {
    const documents = this.#byName.get(name);
    if (documents === undefined) return none;
    let sorted = this.#sorted.get(name);
    if (sorted === undefined) {
      sorted = [...documents].sort((a, b) => byCodePoint(a[0], b[0])).map(([, document]) => document);
      this.#sorted.set(name, sorted);
    }
    return sorted;
  }
}
