import type { Request } from "./event.ts";
import type { LimitName } from "./limits.ts";
import type { Stream, SubStream } from "./stream.ts";

/** A limit that a request breaks, and a text for the client. */
export interface Broken {
  readonly limit: LimitName;
  readonly message: string;
}

/** Bytes of a type URL; it is kept as long as the stream lives. */
const maxTypeBytes = 2_048;

/** Which limit of xds.md 7 a request breaks; `undefined`: none. */
export function brokenLimit(stream: Stream, request: Request): Broken | undefined {
  const { types, names, nameBytes } = stream.limits;
  const sub = stream.subs.get(request.type);
  if (isLonger(request.type, maxTypeBytes)) return { limit: "name_length", message: `a type may have ${maxTypeBytes} bytes` };
  if (sub === undefined && stream.subs.size >= types) return { limit: "types", message: `a stream may ask for ${types} types` };
  if (subscribed(stream, sub, request) > names || request.claims.size > names)
    return { limit: "names", message: `a type may have ${names} names` };
  for (const list of [request.names, request.subscribe, request.unsubscribe, request.claims.keys()]) {
    for (const name of list) if (isLonger(name, nameBytes)) return { limit: "name_length", message: `a name may have ${nameBytes} bytes` };
  }
  return undefined;
}

/** How many names the type would have after the request. Names that are unsubscribed in it do not make room, repeated ones take it. */
function subscribed(stream: Stream, sub: SubStream | undefined, request: Request): number {
  if (stream.mode === "sotw") return request.names.length;
  const added = request.subscribe.filter((name) => sub?.names.has(name) !== true);
  return (sub?.names.size ?? 0) + added.length;
}

/** A character has 3 bytes at most for each of its UTF-16 units, which spares counting in nearly every case. */
function isLonger(name: string, bytes: number): boolean {
  return name.length * 3 > bytes && Buffer.byteLength(name) > bytes;
}
