import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { count } from "../words.ts";

/** What became of the files. */
export interface WrittenFiles {
  readonly written: readonly string[];
  /** Those that stood there already, word for word. */
  readonly unchanged: readonly string[];
}

/** Writes files below a directory. Throws a {@link Failure}, and writes nothing, if one exists with another content and `force` is not given. */
export function writeFiles(directory: string, files: ReadonlyMap<string, string>, force: boolean): WrittenFiles {
  try {
    const there = [...files.keys()].filter((path) => existsSync(join(directory, path)));
    const unchanged = there.filter((path) => readFileSync(join(directory, path), "utf8") === files.get(path));
    const other = there.filter((path) => !unchanged.includes(path));
    if (other.length > 0 && !force) throw new Failure(exitCode.refused, `${listed(other)} with other content; --force overwrites`);
    const written = [...files.keys()].filter((path) => !unchanged.includes(path));
    for (const path of written) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), files.get(path) ?? "");
    }
    return { written, unchanged };
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new Failure(exitCode.usage, `cannot write to ${directory}: ${(error as Error).message}`);
  }
}

function listed(paths: readonly string[]): string {
  const more = paths.length > 5 ? ` and ${count(paths.length - 5, "more file")}` : "";
  return `${paths.slice(0, 5).join(", ")}${more} ${paths.length === 1 ? "exists" : "exist"} already`;
}
