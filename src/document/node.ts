import { isMap, isScalar, type Node, type Pair } from "yaml";
import { keyOf } from "./value.ts";

/** The string that a mapping has for a key; undefined for anything else. Of equal keys the last counts. */
export function stringAt(node: Node | null, key: string): string | undefined {
  const value = valueAt(node, key);
  return isScalar(value) && typeof value.value === "string" ? value.value : undefined;
}

/** The node that a mapping has for a key. Of equal keys the last counts. */
export function valueAt(node: Node | null, key: string): Node | null | undefined {
  return pairAt(node, key)?.value as Node | null | undefined;
}

/** The pair that a mapping has for a key. Of equal keys the last counts. */
export function pairAt(node: Node | null, key: string): Pair | undefined {
  return isMap(node) ? (node.items as Pair[]).findLast((one) => keyOf(one) === key) : undefined;
}
