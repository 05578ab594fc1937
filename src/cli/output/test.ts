import { z } from "zod";
import { locationShape, problemShape } from "./problem.ts";

const testItem = z.strictObject({
  name: z.string(),
  /** `RouteTest/namespace/name`. */
  document: z.string(),
  fleet: z.string(),
  at: locationShape,
  result: z.enum(["pass", "fail", "error"]),
  /** As the test says it. */
  expected: z.json(),
  actual: z.strictObject({
    /** What becomes of the request. */
    text: z.string(),
    /** The document of the route that decides, `Kind/namespace/name`. */
    document: z.string().exactOptional(),
    at: locationShape.exactOptional(),
  }),
  differences: z.array(z.strictObject({ path: z.string(), expected: z.string(), actual: z.string() })).readonly(),
});

/** The output of `test`. */
export const testShape = z.strictObject({
  format_version: z.literal("1"),
  command: z.literal("test"),
  /** Every test passes, and no file has errors. */
  ok: z.boolean(),
  counts: z.strictObject({ pass: z.int(), fail: z.int(), error: z.int() }),
  tests: z.array(testItem).readonly(),
  /** Those of tests that do not pass, and the errors of files. */
  problems: z.array(problemShape).readonly(),
});

/** See {@link testShape}. */
export type TestResult = z.infer<typeof testShape>;
/** One of its tests. */
export type TestItem = z.infer<typeof testItem>;
