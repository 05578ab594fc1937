/** Writes `docs/reference/conformance.md` from the names of the tests. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../test/architecture/source-files.ts";
import { namingFiles } from "../test/conformance/naming-files.ts";
import { conformancePage, pagePath } from "../test/conformance/page.ts";
import type { RanTest } from "../test/conformance/proof.ts";

const work = mkdtempSync(join(tmpdir(), "portolan-tests-"));
try {
  const list = join(work, "tests.json");
  const { status } = spawnSync("vitest", ["list", "--staticParse=false", `--json=${list}`, ...namingFiles()], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("the tests could not be listed");
  const tests = (JSON.parse(readFileSync(list, "utf8")) as RanTest[]).map(({ file, name }) => ({ file: relative(root, file), name }));
  const inOrder = namingFiles().flatMap((file) => tests.filter((one) => one.file === file));
  writeFileSync(join(root, pagePath), conformancePage(inOrder));
} finally {
  rmSync(work, { recursive: true });
}
