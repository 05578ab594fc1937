import { createHash } from "node:crypto";
import { anyOf, encode } from "../codec/encode.ts";
import { redact } from "../codec/redact.ts";
import { violations } from "../codec/rules.ts";
import type { JsonObject } from "../model/json.ts";
import { byCodePoint } from "../problem/order.ts";

/** `type.googleapis.com/` and the full name of a message. */
export type TypeUrl = string;

/** A resource by type and name. */
export interface ResourceKey {
  readonly type: TypeUrl;
  readonly name: string;
}

/** One Envoy resource, encoded once. */
export interface Resource extends ResourceKey {
  /** First 24 hex digits of SHA-256 over type URL, NUL, name, NUL and the message bytes (xds.md 4.1). */
  readonly version: string;
  /** The encoded `google.protobuf.Any`: type URL and message bytes. */
  readonly body: Uint8Array;
  /** What it names: route configurations (LDS), clusters (LDS, RDS), endpoint sets (CDS), secrets (LDS, CDS); sorted, unique. */
  readonly refs: readonly ResourceKey[];
  /** Holds something secret: never shown as it is, never written to disk. */
  readonly sensitive: boolean;
}

const prefix = "type.googleapis.com/";

/** A resource of a message in canonical JSON; throws {@link InvalidResource} if it breaks a field rule. `refs` need no order. */
export function resource(type: TypeUrl, name: string, message: JsonObject, refs: readonly ResourceKey[] = []): Resource {
  requireValid(type.slice(prefix.length), name, message);
  const sensitive = redact(type.slice(prefix.length), message) !== message;
  return { ...encodedResource(type, name, encode(type.slice(prefix.length), message), refs), sensitive };
}

/** A resource of a message that is encoded already. Its version follows from type, name and bytes alone (xds.md 4.1). */
export function encodedResource(type: TypeUrl, name: string, bytes: Uint8Array, refs: readonly ResourceKey[] = []): Resource {
  const version = createHash("sha256").update(`${type}\0${name}\0`).update(bytes).digest("hex").slice(0, 24);
  return { type, name, version, body: anyOf(type.slice(prefix.length), bytes), refs: sortedOnce(refs), sensitive: false };
}

/** The references by type and name, each once. */
function sortedOnce(refs: readonly ResourceKey[]): ResourceKey[] {
  const sorted = [...refs].sort((a, b) => byCodePoint(a.type, b.type) || byCodePoint(a.name, b.name));
  return sorted.filter(({ type, name }, i) => type !== sorted[i - 1]?.type || name !== sorted[i - 1]?.name);
}

/** Something assembled breaks a field rule of Envoy although every document passed its check: a defect, and nothing of it may be sent. */
export class InvalidResource extends Error {
  constructor(type: string, name: string, message: string) {
    super(`${type} ${name} breaks a rule of Envoy: ${message}`);
    this.name = "InvalidResource";
  }
}

/** Throws {@link InvalidResource} for a message that Envoy would refuse. */
export function requireValid(type: string, name: string, message: JsonObject): void {
  const [first] = violations(type, message);
  if (first !== undefined) throw new InvalidResource(type, name, `${first.pointer} ${first.message}`);
}
