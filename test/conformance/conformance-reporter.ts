import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";
import { root } from "../architecture/source-files.ts";
import { namingFiles } from "./naming-files.ts";
import { conformancePage, pagePath } from "./page.ts";

/** After a run of all tests that name rules: fails it if the reference does not say what has passed. */
export class ConformanceReporter implements Reporter {
  #filtered = false;

  onInit({ config }: Vitest): void {
    this.#filtered = config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = new Map(modules.map((module) => [relative(root, module.moduleId), module]));
    const naming = namingFiles();
    if (this.#filtered || naming.some((file) => !files.has(file))) return;
    const passed = naming.flatMap((file) =>
      [...(files.get(file)?.children.allTests("passed") ?? [])].map(({ fullName }) => ({ file, name: fullName })),
    );
    if (conformancePage(passed) === readFileSync(join(root, pagePath), "utf8")) return;
    process.exitCode = 1;
    process.stderr.write(`\n${pagePath} does not say what has passed; npm run generate writes it\n`);
  }
}
