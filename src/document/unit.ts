import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { YamlDocument } from "./compose.ts";
import { keyOf } from "./value.ts";

/** One document of a file after lists are expanded. Indices count YAML documents, with the items of a list in place of the list. */
export interface Unit {
  readonly index: number;
  readonly node: Node | null;
  /** UTF-16 offsets of the text between which the unit stands, comments included. */
  readonly start: number;
  readonly end: number;
}

/** Expands every `v1` List; both reading and locating count units by this. Empty documents count, too. */
export function unitsOf(documents: readonly YamlDocument[], length: number): readonly Unit[] {
  const units: Unit[] = [];
  const add = (node: Node | null, start: number, end: number) => {
    const items = listItems(node);
    if (items === undefined) units.push({ index: units.length, node, start, end });
    else for (const item of items) add(item, item?.range?.[0] ?? start, item?.range?.[2] ?? end);
  };
  documents.forEach(({ contents, start }, i) => {
    add(contents, start, documents[i + 1]?.start ?? length);
  });
  return units;
}

/** The string that a mapping has for a key; undefined for anything else. Of equal keys the last counts. */
export function stringAt(node: Node | null, key: string): string | undefined {
  const value = valueAt(node, key);
  return isScalar(value) && typeof value.value === "string" ? value.value : undefined;
}

/** The node that a mapping has for a key. Of equal keys the last counts. */
export function valueAt(node: Node | null, key: string): Node | null | undefined {
  const pair = isMap(node) ? (node.items as Pair[]).findLast((one) => keyOf(one) === key) : undefined;
  return pair?.value as Node | null | undefined;
}

function listItems(node: Node | null): readonly (Node | null)[] | undefined {
  if (stringAt(node, "kind") !== "List" || stringAt(node, "apiVersion") !== "v1") return undefined;
  const items = valueAt(node, "items");
  return isSeq(items) ? (items.items as (Node | null)[]) : undefined;
}
