import ignore, { type Ignore } from "ignore";
import picomatch from "picomatch";

/** What is read of a source that says nothing else. */
export const defaultInclude: readonly string[] = ["**/*.yaml", "**/*.yml"];
/** What is not read of a source that says nothing else. */
export const defaultExclude: readonly string[] = ["**/.*", "**/.*/**", "**/node_modules/**"];

/**
 * Says which paths of a tree are read: those that match a glob of `include`, none of `exclude`, and no ignore file.
 * `ignoreFiles` holds the texts of the `.portolanignore` files by directory (`""` is the root), in gitignore syntax, as git applies it:
 * deeper files go first, and what lies in an ignored directory cannot be taken back.
 */
export function selection(
  include: readonly string[],
  exclude: readonly string[],
  ignoreFiles: ReadonlyMap<string, string>,
): (path: string) => boolean {
  const included = picomatch([...include], { dot: true });
  const excluded = picomatch([...exclude], { dot: true });
  const rules = new Map([...ignoreFiles].map(([directory, text]) => [directory, rulesOf(text)]));
  const ignoredDirectories = new Map<string, boolean>([["", false]]);

  const isIgnored = (path: string, name: string): boolean => {
    for (let directory = parent(path); ; directory = parent(directory)) {
      const said = rules.get(directory)?.test(directory === "" ? name : name.slice(directory.length + 1));
      if (said?.ignored) return true;
      if (said?.unignored || directory === "") return false;
    }
  };
  const isDirectoryIgnored = (directory: string): boolean => {
    let known = ignoredDirectories.get(directory);
    if (known === undefined) {
      known = isDirectoryIgnored(parent(directory)) || isIgnored(directory, `${directory}/`);
      ignoredDirectories.set(directory, known);
    }
    return known;
  };
  return (path) => {
    if (!included(path) || excluded(path)) return false;
    return rules.size === 0 || !(isDirectoryIgnored(parent(path)) || isIgnored(path, path));
  };
}

function rulesOf(text: string): Ignore {
  return ignore({ ignorecase: false, allowRelativePaths: true }).add(text);
}

function parent(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
