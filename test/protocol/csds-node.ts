import { encode } from "../../src/codec/encode.ts";
import { lengthDelimited } from "../../src/codec/wire.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Mode } from "../../src/xds/event.ts";

/** The field of a request that says who the node is, with metadata. */
export function encodedNode(mode: Mode, id: string, metadata: JsonObject): Uint8Array {
  return lengthDelimited(mode === "sotw" ? 2 : 1, encode("envoy.config.core.v3.Node", { id, metadata }));
}
