import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root of the checkout. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** A file of `src/`. */
export interface SourceFile {
  /** Path below `src/`. */
  readonly path: string;
  readonly stage: string;
  readonly text: string;
}

/** All TypeScript files of `src/` that are no tests. */
export function sourceFiles(): SourceFile[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort()
    .map((path) => ({ path, stage: path.split("/")[0] ?? "", text: readFileSync(join(root, "src", path), "utf8") }));
}
