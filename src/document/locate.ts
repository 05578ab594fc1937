import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from "yaml";
import { folded } from "./annotation.ts";
import { composeDocuments } from "./compose.ts";
import { limits } from "./limits.ts";
import { type Position, positionsIn } from "./position.ts";
import { decode } from "./text.ts";
import { unitsOf } from "./unit.ts";
import { keyOf } from "./value.ts";

/** Gives the place of a node; see {@link locate}. */
export type Locate = (index: number, pointer: string, on: "key" | "value") => Position | undefined;

/**
 * Finds the place of a node by reading its file again. `index` counts documents as `parseFile` does, `pointer` is a JSON pointer.
 * If the pointer leads nowhere, the place is the key of the nearest node above that exists, or the start of the document.
 * Undefined if the file cannot be read or has no such document.
 */
export function locate(bytes: Uint8Array, ...place: Parameters<Locate>): Position | undefined {
  return locateIn(bytes)(...place);
}

/** Reads a file once to {@link locate} many of its nodes. */
export function locateIn(bytes: Uint8Array): Locate {
  const decoded = bytes.length > limits.size ? { bad: "too-large" } : decode(bytes);
  if ("bad" in decoded) return () => undefined;
  const composed = composeDocuments(decoded.text);
  if ("why" in composed) return () => undefined;
  const units = unitsOf(composed, decoded.text);
  const at = positionsIn(decoded.text);
  const known: KnownPairs = new Map();
  return (index, pointer, on) => {
    const unit = units[index];
    if (unit === undefined) return undefined;
    if (unit.within === undefined) return at(offsetOf(unit.node, pointer, on, known) ?? unit.start);
    const offset = offsetOf(unit.node, folded(unit.node, pointer), on, known);
    return at(offset === undefined ? unit.start : unit.within.outer(offset));
  };
}

function offsetOf(root: Node | null, pointer: string, on: "key" | "value", known: KnownPairs): number | undefined {
  let node: Node | null = root;
  let key = startOf(root);
  let value = key;
  for (const step of pointer.split("/").slice(1)) {
    const next = childOf(node, step.replaceAll("~1", "/").replaceAll("~0", "~"), known);
    if (next === undefined) return key;
    key = startOf(next.key) ?? startOf(next.value) ?? key;
    value = startOf(next.value) ?? key;
    node = next.value;
  }
  return on === "key" ? key : value;
}

function childOf(node: Node | null, step: string, known: KnownPairs): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node)) {
    const item = /^\d{1,9}$/.test(step) ? node.items[Number(step)] : undefined;
    return item === undefined ? undefined : { key: item as Node | null, value: item as Node | null };
  }
  const pair = isMap(node) ? pairsOf(node, known).get(step) : undefined;
  return pair && { key: pair.key as Node | null, value: pair.value as Node | null };
}

/** Pairs by key of the mappings that were looked into: a mapping may have as many places to be found as it has keys. */
type KnownPairs = Map<YAMLMap, ReadonlyMap<string | undefined, Pair>>;

/** Of equal keys the last counts. */
function pairsOf(node: YAMLMap, known: KnownPairs): ReadonlyMap<string | undefined, Pair> {
  let pairs = known.get(node);
  if (pairs === undefined) {
    pairs = new Map((node.items as Pair[]).map((pair) => [keyOf(pair), pair]));
    known.set(node, pairs);
  }
  return pairs;
}

/** An absent value (`key:`) has no place of its own. */
function startOf(node: Node | null): number | undefined {
  if (isScalar(node) && node.source === "" && node.range?.[0] === node.range?.[1]) return undefined;
  return node?.range?.[0];
}
