import { LRUCache } from "lru-cache";
import type { LimitName, Limits } from "./limits.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Peers whose rate is remembered; who was not seen for longest is forgotten, and is as good as new. */
const rememberedPeers = 20_000;

/** Counts streams, and says which are too many (xds.md 7). What is refused to one peer takes nothing from another. */
export class Admission {
  readonly #limits: Limits;
  readonly #all: TokenBucket;
  readonly #byPeer = new LRUCache<string, TokenBucket>({ max: rememberedPeers });
  readonly #ofNode = new Map<string, number>();
  #streams = 0;

  constructor(limits: Limits, now: number) {
    this.#limits = limits;
    this.#all = new TokenBucket(limits.newStreams, now);
  }

  /** A peer opens a stream; gives the limit that forbids it. Unless it does, `close` must follow. */
  open(peer: string, now: number): LimitName | undefined {
    const own = this.#byPeer.get(peer) ?? new TokenBucket(this.#limits.newStreamsPerPeer, now);
    this.#byPeer.set(peer, own);
    if (this.#streams >= this.#limits.streams) return "streams";
    if (!own.has(now)) return "new_streams_per_peer";
    if (!this.#all.has(now)) return "new_streams";
    own.take(now);
    this.#all.take(now);
    this.#streams++;
    return undefined;
  }

  /** A stream has ended. */
  close(): void {
    this.#streams--;
  }

  /** A stream turns out to be of a node; gives the limit that forbids it. Unless it does, `leave` must follow. */
  join(node: string): LimitName | undefined {
    const streams = this.#ofNode.get(node) ?? 0;
    if (streams >= this.#limits.streamsPerNode) return "streams_per_node";
    this.#ofNode.set(node, streams + 1);
    return undefined;
  }

  /** A stream of a node has ended. */
  leave(node: string): void {
    const streams = (this.#ofNode.get(node) ?? 0) - 1;
    if (streams > 0) this.#ofNode.set(node, streams);
    else this.#ofNode.delete(node);
  }
}
