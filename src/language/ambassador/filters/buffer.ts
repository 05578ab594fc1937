import { z } from "zod";
import type { FilterUse } from "../../../model/model.ts";
import { type Finding, finding } from "../../../problem/finding.ts";

/** The Module's `buffer`. */
export const bufferSchema = z.strictObject({
  max_request_bytes: z.number().int().min(1).max(4294967295),
  max_request_time: z.json().optional(),
});

/** Holds requests back until they are whole, and refuses those that are larger. */
export function buffer({ max_request_bytes, max_request_time: time }: z.infer<typeof bufferSchema>, findings: Finding[]): FilterUse {
  if (time !== undefined) {
    const pointer = "/spec/config/buffer/max_request_time";
    findings.push(finding("ambassador/dead-field", pointer, "max_request_time has no effect", { on: "key", fix: "remove it" }));
  }
  return { filter: "buffer", config: { type: "envoy.extensions.filters.http.buffer.v3.Buffer", value: { max_request_bytes } } };
}
