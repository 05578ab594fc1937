import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import { composeDocuments } from "./compose.ts";
import { limits } from "./limits.ts";
import { type Position, positionAt } from "./position.ts";
import { decode } from "./text.ts";
import { pairAt, unitsOf } from "./unit.ts";

/**
 * Finds the place of a node by reading its file again. `index` counts documents as `parseFile` does, `pointer` is a JSON pointer.
 * If the pointer leads nowhere, the place is the key of the nearest node above that exists, or the start of the document.
 * Undefined if the file cannot be read or has no such document.
 */
export function locate(bytes: Uint8Array, index: number, pointer: string, on: "key" | "value"): Position | undefined {
  if (bytes.length > limits.size) return undefined;
  const decoded = decode(bytes);
  if ("bad" in decoded) return undefined;
  const composed = composeDocuments(decoded.text);
  if ("why" in composed) return undefined;
  const unit = unitsOf(composed, decoded.text.length)[index];
  if (unit === undefined) return undefined;
  return positionAt(decoded.text, offsetOf(unit.node, pointer, on) ?? unit.start);
}

function offsetOf(root: Node | null, pointer: string, on: "key" | "value"): number | undefined {
  let node: Node | null = root;
  let key = startOf(root);
  let value = key;
  for (const step of pointer.split("/").slice(1)) {
    const next = childOf(node, step.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (next === undefined) return key;
    key = startOf(next.key) ?? startOf(next.value) ?? key;
    value = startOf(next.value) ?? key;
    node = next.value;
  }
  return on === "key" ? key : value;
}

function childOf(node: Node | null, step: string): { key: Node | null; value: Node | null } | undefined {
  if (isSeq(node)) {
    const item = /^\d{1,9}$/.test(step) ? node.items[Number(step)] : undefined;
    return item === undefined ? undefined : { key: item as Node | null, value: item as Node | null };
  }
  const pair: Pair | undefined = isMap(node) ? pairAt(node, step) : undefined;
  return pair && { key: pair.key as Node | null, value: pair.value as Node | null };
}

/** An absent value (`key:`) has no place of its own. */
function startOf(node: Node | null): number | undefined {
  if (isScalar(node) && node.source === "" && node.range?.[0] === node.range?.[1]) return undefined;
  return node?.range?.[0];
}
