import type { z } from "zod";
import { diffShape } from "./diff.ts";
import { doctorShape } from "./doctor.ts";
import { explainOutput } from "./explain.ts";
import { certShape, compareShape, importShape, initShape, kindsShape, renderShape, versionShape } from "./files.ts";
import { controlShape, historyShape, statusShape, waitShape } from "./status.ts";
import { testShape } from "./test.ts";
import { validateShape } from "./validate.ts";

/** What `-o json` gives, by command; `docs/schemas` is made from these. */
export const outputShapes = {
  validate: validateShape,
  diff: diffShape,
  explain: explainOutput,
  test: testShape,
  render: renderShape,
  compare: compareShape,
  kinds: kindsShape,
  init: initShape,
  import: importShape,
  cert: certShape,
  status: statusShape,
  history: historyShape,
  wait: waitShape,
  pin: controlShape,
  unpin: controlShape,
  rollback: controlShape,
  hold: controlShape,
  resume: controlShape,
  doctor: doctorShape,
  version: versionShape,
} as const satisfies Readonly<Record<string, z.ZodType>>;
