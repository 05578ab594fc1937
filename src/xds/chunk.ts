import { byCodePoint } from "../problem/order.ts";
import { Content } from "./transition.ts";

/** What a name costs in a response beside itself and its bytes, at most: tags, lengths and the version. */
const overhead = 64;

/** Chunks of what many streams send; all that share a content have the same limits. */
const chunks = new WeakMap<Content, Content>();

/**
 * The part of a content that one response takes (S14, D16): its first names in code point order, as many as so many bytes allow and at least one. The rest
 * stays due, for the message after the ACK.
 */
export function firstChunk(content: Content, chunkBytes: number): Content {
  const found = chunks.get(content) ?? cut(content, chunkBytes);
  if (content.reaches !== undefined) chunks.set(content, found);
  return found;
}

function cut(content: Content, chunkBytes: number): Content {
  const sizes = new Map<string, number>();
  for (const { name, body } of content.upserts) sizes.set(name, name.length + body.length + overhead);
  for (const name of content.removals) sizes.set(name, name.length + overhead);
  let room = chunkBytes;
  for (const size of sizes.values()) room -= size;
  if (room >= 0) return content;
  const within = new Set<string>();
  room = chunkBytes;
  for (const name of [...sizes.keys()].sort(byCodePoint)) {
    room -= sizes.get(name) ?? 0;
    if (room < 0 && within.size > 0) break;
    within.add(name);
  }
  return new Content(
    content.upserts.filter(({ name }) => within.has(name)),
    content.removals.filter((name) => within.has(name)),
  );
}
