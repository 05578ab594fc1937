import { LRUCache } from "lru-cache";
import type { TypeUrl } from "../envoy/resource.ts";
import type { Memory } from "./memory.ts";

type Suspects = ReadonlyMap<string, readonly string[]>;

/** Names that are remembered of all nodes together. */
const keptNames = 1_000_000;

/** What streams that are over have left behind for the next stream of their node; of this process, and lost with it (xds.md 2.6). */
export class NodeMemory {
  readonly #nodes = new LRUCache<string, ReadonlyMap<TypeUrl, Suspects>>({ maxSize: keptNames, sizeCalculation: sizeOf });

  /** What the next stream of the node has to know. */
  of(node: string): Memory {
    return { suspects: this.#nodes.get(node) ?? new Map() };
  }

  /** Replaces what is remembered of the types that the stream knew; of several streams of a node each knows its own. */
  keep(node: string, memory: Memory): void {
    const kept = [...(this.#nodes.get(node) ?? [])].filter(([type]) => !memory.suspects.has(type));
    const suspects = new Map([...kept, ...memory.suspects].filter(([, names]) => names.size > 0));
    if (suspects.size === 0) this.#nodes.delete(node);
    else this.#nodes.set(node, suspects);
  }
}

function sizeOf(types: ReadonlyMap<TypeUrl, Suspects>): number {
  return [...types.values()].reduce((sum, names) => sum + names.size, 0);
}
