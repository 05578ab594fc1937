import type { Checked } from "../language/language.ts";
import { finding, type PlacedFinding, placed } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";

/** A document that counts now in place of another: `before` or `after` absent means that there was, or is, none of this identity. */
export interface Replacement {
  readonly id: string;
  readonly before?: Checked;
  readonly after?: Checked;
}

/** The identity of a document as one string, equal for equal identities; it sorts by group, kind, namespace, name. */
export function identityKey(checked: Checked): string {
  const { group, kind, namespace, name } = checked.document.identity;
  return `${group}\n${kind}\n${namespace}\n${name}`;
}

/** Which document of each identity counts: the one at the smallest (source, path, index). The others are reported and left out. */
export class Selection {
  readonly #candidates = new Map<string, Checked[]>();
  readonly #crowded = new Set<string>();
  readonly #touched = new Map<string, Checked | undefined>();

  /** Adds a document. */
  add(checked: Checked): void {
    const id = identityKey(checked);
    const candidates = this.#candidates.get(id) ?? [];
    this.#remember(id, candidates[0]);
    const next = [...candidates, checked].sort(byPlace);
    this.#candidates.set(id, next);
    if (next.length > 1) this.#crowded.add(id);
  }

  /** Removes a document that was added. */
  remove(checked: Checked): void {
    const id = identityKey(checked);
    const candidates = this.#candidates.get(id) ?? [];
    this.#remember(id, candidates[0]);
    const next = candidates.filter((candidate) => candidate !== checked);
    if (next.length === 0) this.#candidates.delete(id);
    else this.#candidates.set(id, next);
    if (next.length < 2) this.#crowded.delete(id);
  }

  /** The identities for which another document counts since the last call. */
  takeReplacements(): Replacement[] {
    const replacements: Replacement[] = [];
    for (const [id, before] of [...this.#touched].sort((a, b) => byCodePoint(a[0], b[0]))) {
      const after = this.#candidates.get(id)?.[0];
      if (before !== after) replacements.push({ id, ...(before && { before }), ...(after && { after }) });
    }
    this.#touched.clear();
    return replacements;
  }

  /** The documents that count. */
  *selected(): Generator<Checked> {
    for (const candidates of this.#candidates.values()) if (candidates[0] !== undefined) yield candidates[0];
  }

  /** All documents, those that lose against another included. */
  *all(): Generator<Checked> {
    for (const candidates of this.#candidates.values()) yield* candidates;
  }

  /** One `document/duplicate` for each document that another one of the same identity keeps out. */
  *duplicates(): Generator<PlacedFinding> {
    for (const id of this.#crowded) {
      const [first, ...others] = this.#candidates.get(id) ?? [];
      if (first === undefined) continue;
      for (const other of others) {
        const equal = JSON.stringify(sortedKeys(first.document.value)) === JSON.stringify(sortedKeys(other.document.value));
        const found = finding(
          "document/duplicate",
          "/metadata/name",
          `${other.origin.label} also stands in ${first.origin.path}, which counts${equal ? "; both are the same" : ""}`,
          { severity: equal ? "warning" : "error", effect: equal ? "none" : "left-out", fix: "rename or delete one of the two" },
        );
        yield placed(other.origin, found, [
          { why: "other-definition", place: { origin: first.origin, pointer: "/metadata/name", on: "value" } },
        ]);
      }
    }
  }

  #remember(id: string, counted: Checked | undefined): void {
    if (!this.#touched.has(id)) this.#touched.set(id, counted);
  }
}

function byPlace(a: Checked, b: Checked): number {
  return byCodePoint(a.origin.source, b.origin.source) || byCodePoint(a.origin.path, b.origin.path) || a.origin.index - b.origin.index;
}

/** A copy with the keys of every object in one order, so that equal documents have equal texts. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([key, inner]) => [key, sortedKeys(inner)]);
}
