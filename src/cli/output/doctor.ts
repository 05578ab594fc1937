import { z } from "zod";

/** The output of `doctor`. */
export const doctorShape = z.strictObject({
  format_version: z.literal("1"),
  command: z.literal("doctor"),
  /** Nothing fails. */
  ok: z.boolean(),
  checks: z.array(
    z.strictObject({
      result: z.enum(["ok", "warn", "fail"]),
      check: z.string(),
      finding: z.string(),
      /** What to do about it. */
      advice: z.string().exactOptional(),
    }),
  ),
});
