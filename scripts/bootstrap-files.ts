/** Writes `envoy/bootstrap-delta.json` and `envoy/bootstrap-sotw.json`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bootstrapFile } from "../test/support/bootstrap-file.ts";

for (const mode of ["delta", "sotw"] as const) {
  writeFileSync(fileURLToPath(new URL(`../envoy/bootstrap-${mode}.json`, import.meta.url)), bootstrapFile(mode));
}
