import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../architecture/source-files.ts";
import { rules } from "../protocol/rules.ts";

/** Paths of the test files in whose text a rule is named, in code point order. */
export function namingFiles(): string[] {
  const ids = new RegExp(`\\b(${rules.map(({ id }) => id).join("|")})\\b`);
  return ["src", "test"]
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`))
    .filter(
      (path) => path.endsWith(".test.ts") && !path.startsWith("test/conformance/") && ids.test(readFileSync(join(root, path), "utf8")),
    )
    .sort();
}
