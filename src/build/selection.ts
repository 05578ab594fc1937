import type { Document } from "../document/document.ts";
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

/** What counts of an identity that is not left to the smallest place. */
export interface Choice {
  /** The path at which it counts. */
  readonly path: string;
  /** An older version, which is served in place of what stands there. */
  readonly version?: Checked;
}

/**
 * Which document of each identity counts: the one that was chosen ({@link Selection.choose}), otherwise the one at the smallest (source, path, index).
 * The others are reported and left out.
 */
export class Selection {
  readonly #candidates = new Map<string, Checked[]>();
  readonly #open = new Set<string>();
  #choices: ReadonlyMap<string, Choice> = new Map();
  readonly #touched = new Map<string, Checked | undefined>();

  /** Adds a document. */
  add(checked: Checked): void {
    const id = identityKey(checked);
    const candidates = this.#candidates.get(id) ?? [];
    this.#remember(id);
    this.#set(id, [...candidates, checked].sort(byPlace));
  }

  /** Removes a document that was added. */
  remove(checked: Checked): void {
    const id = identityKey(checked);
    const candidates = this.#candidates.get(id) ?? [];
    this.#remember(id);
    this.#set(
      id,
      candidates.filter((candidate) => candidate !== checked),
    );
  }

  /** Whether a document of the identity is there. */
  has(id: string): boolean {
    return this.#candidates.has(id);
  }

  /** The identities at several places, and those of which a document cannot be used, with all their documents. */
  open(): ReadonlyMap<string, readonly Checked[]> {
    return new Map([...this.#open].sort(byCodePoint).map((id) => [id, this.#candidates.get(id) ?? []]));
  }

  /** Takes what counts of the {@link open} identities, and of others that are not there any more; it replaces what was chosen before. */
  choose(choices: ReadonlyMap<string, Choice>): void {
    for (const id of [...this.#choices.keys(), ...choices.keys()]) this.#remember(id);
    this.#choices = choices;
  }

  /** The document that counts of an identity. */
  counted(id: string): Checked | undefined {
    return this.#choices.get(id)?.version ?? this.#first(id);
  }

  /** The identities for which another document counts since the last call. */
  takeReplacements(): Replacement[] {
    const replacements: Replacement[] = [];
    for (const [id, before] of [...this.#touched].sort((a, b) => byCodePoint(a[0], b[0]))) {
      const after = this.counted(id);
      if (before !== after) replacements.push({ id, ...(before && { before }), ...(after && { after }) });
    }
    this.#touched.clear();
    return replacements;
  }

  /** The documents that count. */
  *selected(): Generator<Checked> {
    for (const id of new Set([...this.#candidates.keys(), ...this.#choices.keys()])) {
      const counted = this.counted(id);
      if (counted !== undefined) yield counted;
    }
  }

  /** All documents, those that lose against another included. */
  *all(): Generator<Checked> {
    for (const candidates of this.#candidates.values()) yield* candidates;
  }

  /** One `document/duplicate` for each document that another one of the same identity keeps out. */
  *duplicates(): Generator<PlacedFinding> {
    for (const id of this.#open) {
      const first = this.#first(id);
      if (first === undefined) continue;
      for (const other of this.#candidates.get(id) ?? []) {
        if (other === first) continue;
        const equal = areSame(first.document, other.document);
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

  /** What stands at the place that counts. */
  #first(id: string): Checked | undefined {
    const candidates = this.#candidates.get(id) ?? [];
    const path = this.#choices.get(id)?.path;
    return candidates.find(({ origin }) => origin.path === path) ?? candidates[0];
  }

  #set(id: string, candidates: Checked[]): void {
    if (candidates.length === 0) this.#candidates.delete(id);
    else this.#candidates.set(id, candidates);
    if (candidates.length > 1 || candidates.some(({ spec }) => spec === undefined)) this.#open.add(id);
    else this.#open.delete(id);
  }

  #remember(id: string): void {
    if (!this.#touched.has(id)) this.#touched.set(id, this.counted(id));
  }
}

/** The order of places: source, path, place in the file. */
export function byPlace(a: Pick<Checked, "origin">, b: Pick<Checked, "origin">): number {
  return byCodePoint(a.origin.source, b.origin.source) || byCodePoint(a.origin.path, b.origin.path) || a.origin.index - b.origin.index;
}

/** Of a Secret it is not known what it holds: two are the same only if their files are. */
function areSame(a: Document, b: Document): boolean {
  if (a.identity.group === "" && a.identity.kind === "Secret") return a.id.blob === b.id.blob && a.id.index === b.id.index;
  return JSON.stringify(sortedKeys(a.value)) === JSON.stringify(sortedKeys(b.value));
}

/** A copy with the keys of every object in one order, so that equal documents have equal texts. */
function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([key, inner]) => [key, sortedKeys(inner)]);
}
