import { isSeq, type Node } from "yaml";
import { type Annotated, annotatedIn } from "./annotation.ts";
import type { YamlDocument } from "./compose.ts";
import { stringAt, valueAt } from "./node.ts";

/** One document of a file after lists are expanded. Indices count YAML documents, with the items of a list in place of the list. */
export interface Unit {
  readonly index: number;
  readonly node: Node | null;
  /** UTF-16 offsets of the text between which the unit stands, comments included. */
  readonly start: number;
  readonly end: number;
  /** What it holds in an annotation. */
  readonly annotated?: Annotated;
  /** It is held by another unit: which, the how many-th, and where its places stand in the file. */
  readonly within?: { readonly unit: Unit; readonly position: number; outer(offset: number): number };
}

/**
 * Expands every `v1` List, and then, behind all of them, the documents that annotations hold; both reading and locating count units by this.
 * Empty documents count, too.
 */
export function unitsOf(documents: readonly YamlDocument[], text: string): readonly Unit[] {
  const units: Unit[] = [];
  const add = (node: Node | null, start: number, end: number) => {
    const items = listItems(node);
    const annotated = annotatedIn(node, text);
    if (items === undefined) units.push({ index: units.length, node, start, end, ...(annotated && { annotated }) });
    else for (const item of items) add(item, item?.range?.[0] ?? start, item?.range?.[2] ?? end);
  };
  documents.forEach(({ contents, start }, i) => {
    add(contents, start, documents[i + 1]?.start ?? text.length);
  });
  for (const unit of [...units]) units.push(...held(unit, units.length));
  return units;
}

/** The `apiVersion` of a unit, if it has one; documents in annotations also write their group as it was called once. */
export function apiVersionOf({ node, within }: Unit): string | undefined {
  const written = stringAt(node, "apiVersion");
  return within === undefined ? written : written?.replace(/^ambassador\//, "getambassador.io/");
}

function listItems(node: Node | null): readonly (Node | null)[] | undefined {
  if (stringAt(node, "kind") !== "List" || stringAt(node, "apiVersion") !== "v1") return undefined;
  const items = valueAt(node, "items");
  return isSeq(items) ? (items.items as (Node | null)[]) : undefined;
}

/** The units that a unit holds in its annotation; none if that cannot be read. */
function held(unit: Unit, from: number): Unit[] {
  const { annotated } = unit;
  if (annotated === undefined || "why" in annotated.documents) return [];
  return annotated.documents.map(({ contents }, position) => {
    const at = (end: 0 | 2) => annotated.outer(contents?.range?.[end] ?? 0);
    return { index: from + position, node: contents, start: at(0), end: at(2), within: { unit, position, outer: annotated.outer } };
  });
}
