import type { TypeUrl } from "../envoy/resource.ts";
import type { Known } from "./holding.ts";
import { isWanted, type Stream, type SubStream } from "./stream.ts";

/** What a node may run although it was never accepted: outlives the stream that learned it (xds.md 2.6). */
export interface Memory {
  /** Of each type that the stream knew, the names with the versions they may have; `removed`: the name may be gone. */
  readonly suspects: ReadonlyMap<TypeUrl, ReadonlyMap<string, readonly string[]>>;
}

/** What is to be remembered of a stream that is over: its suspects, and what a message without a verdict may have changed. */
export function memoryOf(stream: Stream): Memory {
  return { suspects: new Map([...stream.subs.values()].map((sub) => [sub.type, suspectsOf(sub)])) };
}

function suspectsOf(sub: SubStream): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (name: string, version: string) => found.set(name, (found.get(name) ?? new Set()).add(version));
  for (const [name, versions] of sub.suspect) for (const one of versions) add(name, one === "removed" ? one : one.version);
  const { upserts = new Map<string, Known>(), removals = [] } = sub.inflight ?? {};
  for (const [name, { version }] of upserts) if (sub.acked.get(name)?.version !== version) add(name, version);
  for (const name of removals) add(name, "removed");
  return new Map([...found].map(([name, versions]) => [name, [...versions]]));
}

/** Takes over what was remembered about the names that a new sub-stream asks for; their contents are looked up like those of claims. */
export function recall(stream: Stream, sub: SubStream): void {
  for (const [name, versions] of stream.memory.suspects.get(sub.type) ?? []) {
    if (!isWanted(sub, name)) continue;
    sub.suspect.set(
      name,
      versions.map((version) => (version === "removed" ? version : (stream.pool.resource(sub.type, version) ?? { version }))),
    );
  }
}

/** Whether the name is suspect by memory alone, on the stream of a client that claims nothing: most likely the proxy has started anew and holds nothing. */
export function isHearsay(stream: Stream, sub: SubStream, name: string): boolean {
  return !stream.claimed && stream.memory.suspects.get(sub.type)?.has(name) === true;
}
