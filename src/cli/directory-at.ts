import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { exitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";

/** An absolute directory. Throws a {@link Failure} if it is none. */
export function directoryAt(path: string, cwd: string): string {
  const directory = resolve(cwd, path);
  if (!existsSync(directory)) throw new Failure(exitCode.usage, `cannot read ${path}: there is no such file or directory`);
  return directory;
}
