import { z } from "zod";

/** A place in a source. */
export const locationShape = z.strictObject({
  source: z.string(),
  commit: z.string().exactOptional(),
  path: z.string(),
  line: z.int().min(1).exactOptional(),
  column: z.int().min(1).exactOptional(),
  /** JSON pointer into the document. */
  pointer: z.string().exactOptional(),
});

/** A Problem, as `problem/problem.ts` has it. */
export const problemShape = z.strictObject({
  code: z.string(),
  severity: z.enum(["error", "warning", "info"]),
  effect: z.enum(["none", "field-ignored", "substituted", "fails-in-place", "slice-dropped", "left-out", "held-back"]),
  message: z.string(),
  at: locationShape,
  fix: z.string().exactOptional(),
  related: z
    .array(z.strictObject({ why: z.enum(["served", "cause", "other-definition", "claim", "target", "rejection"]), at: locationShape }))
    .readonly(),
});
