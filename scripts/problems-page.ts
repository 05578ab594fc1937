/** Writes `docs/reference/problems.md` from the tables of codes. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { problemsPage } from "../test/architecture/problems-page.ts";

writeFileSync(fileURLToPath(new URL("../docs/reference/problems.md", import.meta.url)), problemsPage());
