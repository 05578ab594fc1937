import { createHash } from "node:crypto";
import { anyOf, encode } from "../codec/encode.ts";
import type { JsonObject } from "../model/json.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Resource, ResourceKey, TypeUrl } from "../snapshot/snapshot.ts";

const prefix = "type.googleapis.com/";

/** A resource of a message in canonical JSON. `refs` need no order. */
export function resource(type: TypeUrl, name: string, message: JsonObject, refs: readonly ResourceKey[] = []): Resource {
  return encodedResource(type, name, encode(type.slice(prefix.length), message), refs);
}

/** A resource of a message that is encoded already. Its version follows from type, name and bytes alone (xds.md 4.1). */
export function encodedResource(type: TypeUrl, name: string, bytes: Uint8Array, refs: readonly ResourceKey[] = []): Resource {
  const version = createHash("sha256").update(`${type}\0${name}\0`).update(bytes).digest("hex").slice(0, 24);
  const unique = new Map(refs.map((ref) => [`${ref.type}\n${ref.name}`, ref]));
  const sorted = [...unique].sort((a, b) => byCodePoint(a[0], b[0])).map(([, ref]) => ref);
  return { type, name, version, body: anyOf(type.slice(prefix.length), bytes), refs: sorted, sensitive: false };
}
