import { decode } from "../codec/decode.ts";
import { redact } from "../codec/redact.ts";
import type { JsonObject } from "../model/json.ts";
import type { Bytes } from "./protocol.ts";

/** A resource for people: canonical JSON without its `@type`, secrets replaced. */
export function show({ body }: Pick<Bytes, "body">): JsonObject {
  const { "@type": type, ...message } = decode("google.protobuf.Any", body);
  return redact(String(type).replace(/^type\.googleapis\.com\//, ""), message);
}
