import { z } from "zod";
import { locationShape, problemShape } from "./problem.ts";

/** The output of `validate`. */
export const validateShape = z.strictObject({
  format_version: z.literal("1"),
  command: z.literal("validate"),
  /** Nothing fails: no error, and with `--strict` no warning. */
  ok: z.boolean(),
  /** Of all, whether they are shown or not. */
  counts: z.strictObject({ error: z.int(), warning: z.int(), info: z.int(), documents: z.int(), ignored: z.int() }),
  duration_ms: z.int(),
  problems: z.array(problemShape).readonly(),
  /** With `--show-ignored`. */
  ignored: z
    .array(z.strictObject({ at: locationShape, document: z.string(), why: z.string() }))
    .readonly()
    .exactOptional(),
});

/** See {@link validateShape}. */
export type ValidateResult = z.infer<typeof validateShape>;
