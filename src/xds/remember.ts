import type { TypeSet } from "../snapshot/snapshot.ts";
import { changedBy } from "./changed.ts";
import { meaningOf } from "./claimed-label.ts";
import { differing } from "./difference.ts";
import type { Apart, Memory } from "./memory.ts";
import { type Inflight, isWanted, type Stream, type SubStream } from "./stream.ts";
import type { Content } from "./transition.ts";
import { readLabel } from "./version.ts";

/** What is to be remembered of a stream that is over: its suspects, what a message without a verdict may have changed, and what labels do not say (2.6). */
export function memoryOf(stream: Stream): Memory {
  const subs = [...stream.subs.values()];
  return {
    suspects: new Map(subs.map((sub) => [sub.type, suspectsOf(sub)])),
    apart: new Map(stream.mode === "delta" ? [] : subs.map((sub) => [sub.type, apartOf(stream, sub)])),
  };
}

function suspectsOf(sub: SubStream): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const add = (name: string, version: string) => found.set(name, (found.get(name) ?? new Set()).add(version));
  for (const [name, versions] of sub.suspect) for (const one of versions) add(name, one === "removed" ? one : one.version);
  const content = sub.inflight?.content;
  if (content !== undefined) {
    for (const { name, version } of changedBy(sub, content)) if (sub.acked.get(name)?.version !== version) add(name, version);
  }
  for (const name of content?.removals ?? []) add(name, "removed");
  return new Map([...found].map(([name, versions]) => [name, [...versions]]));
}

/** A label names a commit, but clusters that were to go may have been kept beyond it, and routes held back. */
function apartOf(stream: Stream, sub: SubStream): readonly Apart[] {
  const { inflight, label } = sub;
  const accepted = label === undefined ? undefined : apart(stream, sub, label);
  // The client may have accepted the message in flight although nobody has heard of it.
  const taken = inflight === undefined ? undefined : apart(stream, sub, inflight.label, inflight);
  return [accepted, taken].filter((one) => one !== undefined);
}

function apart(stream: Stream, sub: SubStream, label: string, taken?: Inflight): Apart | undefined {
  const parts = readLabel(label);
  const set = parts === undefined ? undefined : meaningOf(stream, sub.type, parts)?.set;
  if (set === undefined) return undefined;
  const content = taken?.content;
  const versions = new Map<string, string | undefined>();
  for (const name of [...sub.acked.apartFrom(set), ...(content === undefined ? [] : apartNames(content, set))]) {
    const held = content?.gone.has(name) ? undefined : (content?.byName.get(name) ?? sub.acked.get(name));
    if (isWanted(sub, name) && held?.version !== set.resources.get(name)?.version) versions.set(name, held?.version);
  }
  return versions.size === 0 ? undefined : { label, versions };
}

/** A superset of the names by which a content differs from the set. */
function apartNames(content: Content, set: TypeSet): readonly string[] {
  if (content.isWhole && content.reaches !== undefined) return [...differing(content.reaches, set), ...content.removals];
  return [...content.byName.keys(), ...content.removals];
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
