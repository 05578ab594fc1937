import { LRUCache } from "lru-cache";
import type { TypeUrl } from "../envoy/resource.ts";
import { type Memory, noMemory } from "./memory.ts";

/** Names that are remembered of all nodes together. */
const keptNames = 1_000_000;

/** What streams that are over have left behind for the next stream of their node; of this process, and lost with it (xds.md 2.6). */
export class NodeMemory {
  readonly #nodes = new LRUCache<string, Memory>({ maxSize: keptNames, sizeCalculation: sizeOf });

  /** What the next stream of the node has to know. */
  of(node: string): Memory {
    return this.#nodes.get(node) ?? noMemory;
  }

  /** Replaces what is remembered of the types that the stream knew; of several streams of a node each knows its own. */
  keep(node: string, memory: Memory): void {
    const before = this.of(node);
    const isOther = (type: TypeUrl) => !memory.suspects.has(type);
    const suspects = [...[...before.suspects].filter(([type]) => isOther(type)), ...memory.suspects];
    const apart = [...[...before.apart].filter(([type]) => isOther(type)), ...memory.apart];
    const merged = {
      suspects: new Map(suspects.filter(([, names]) => names.size > 0)),
      apart: new Map(apart.filter(([, labels]) => labels.length > 0)),
    };
    if (sizeOf(merged) === 0) this.#nodes.delete(node);
    else this.#nodes.set(node, merged);
  }
}

function sizeOf({ suspects, apart }: Memory): number {
  const counts = [...[...suspects.values()].map((names) => names.size), ...[...apart.values()].flat().map(({ versions }) => versions.size)];
  return counts.reduce((sum, count) => sum + count, 0);
}
