import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Location, Problem } from "../problem/problem.ts";

/** The root of the repository that a directory is in; `undefined` if it is in none. */
export function repositoryRoot(directory: string): string | undefined {
  for (let root = directory; ; root = dirname(root)) {
    if (existsSync(join(root, ".git"))) return root;
    if (root === dirname(root)) return undefined;
  }
}

/** Problems whose paths start at the root of the repository, for tools that know nothing of the directory that they were found in. */
export function atRoot(problems: readonly Problem[], directoryOf: (at: Location) => string): readonly Problem[] {
  const moved = (at: Location): Location => ({ ...at, path: pathAtRoot(directoryOf(at), at.path) });
  return problems.map((problem) => ({
    ...problem,
    at: moved(problem.at),
    related: problem.related.map(({ why, at }) => ({ why, at: moved(at) })),
  }));
}

function pathAtRoot(directory: string, path: string): string {
  const root = repositoryRoot(directory);
  if (root === undefined || path === "" || isAbsolute(path)) return path;
  return relative(root, join(directory, path)).split(sep).join("/");
}
