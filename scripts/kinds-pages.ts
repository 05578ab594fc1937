/** Writes the pages of the reference that list kinds and fields, from the tables of `src/language`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { kindsPages } from "../test/architecture/kinds-page.ts";

for (const [path, text] of kindsPages()) writeFileSync(fileURLToPath(new URL(`../docs/reference/${path}`, import.meta.url)), text);
