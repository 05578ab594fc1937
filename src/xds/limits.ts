import type { Request } from "./event.ts";
import type { Stream } from "./stream.ts";

/** Names that one type of a stream may subscribe to. */
const maxNames = 100_000;
/** Bytes of a name in UTF-8. */
const maxNameBytes = 2_048;
/** Types that one stream may ask for. */
const maxTypes = 32;

/** Bytes of a response beyond which it is cut where the protocol allows that: some clients take no more than 4 MiB. */
export const chunkBytes = 2 * 1024 * 1024;
/** Bytes of a response that are worth a warning. */
export const warningBytes = 3 * 1024 * 1024;

/** Which limit of xds.md 7 a request breaks, as a text for the client; `undefined`: none. */
export function brokenLimit(stream: Stream, request: Request): string | undefined {
  const sub = stream.subs.get(request.type);
  if (sub === undefined && stream.subs.size >= maxTypes) return `a stream may ask for ${maxTypes} types`;
  const kept = stream.mode === "delta" ? (sub?.names.size ?? 0) : 0;
  const names = stream.mode === "delta" ? request.subscribe : request.names;
  if (kept + names.length > maxNames) return `a type may have ${maxNames} names`;
  if (names.some((name) => Buffer.byteLength(name) > maxNameBytes)) return `a name may have ${maxNameBytes} bytes`;
  return undefined;
}
