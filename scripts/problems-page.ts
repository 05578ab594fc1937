/** Writes `docs/reference/problems.md` and a page for each code beside it, from the tables of codes and `test/architecture/problem-texts`. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { problemPages, problemsPage } from "../test/architecture/problems-page.ts";

const folder = fileURLToPath(new URL("../docs/reference/problems", import.meta.url));
const pages = await problemPages();
rmSync(folder, { recursive: true, force: true });
for (const [path, page] of pages) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), page);
}
writeFileSync(`${folder}.md`, problemsPage());
