import type { TypeUrl } from "../envoy/resource.ts";

/** What a node may run although it was never accepted: outlives the stream that learned it (xds.md 2.6). */
export interface Memory {
  /** Of each type that the stream knew, the names with the versions they may have; `removed`: the name may be gone. */
  readonly suspects: ReadonlyMap<TypeUrl, ReadonlyMap<string, readonly string[]>>;
  /** SotW: what the client has accepted of a type, or may have, as far as the label does not say it. */
  readonly apart: ReadonlyMap<TypeUrl, readonly Apart[]>;
}

/** Versions that a client holds under a label although the sets that the label names have others, or none. */
export interface Apart {
  readonly label: string;
  /** By name; `undefined`: the client has nothing of this name. */
  readonly versions: ReadonlyMap<string, string | undefined>;
}

/** Nothing is remembered. */
export const noMemory: Memory = { suspects: new Map(), apart: new Map() };
