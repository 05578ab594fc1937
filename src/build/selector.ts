import picomatch from "picomatch";
import { selection } from "../document/selection.ts";
import type { Selector } from "./files.ts";

/** Which files of a source are read: those that are named, and others by its globs and the ignore files of the tree. */
export function fileSelector(include: readonly string[], exclude: readonly string[], named: ReadonlySet<string> = new Set()): Selector {
  return (ignoreFiles) => {
    const selects = selection(include, exclude, ignoreFiles);
    return (path) => named.has(path) || selects(path);
  };
}

/** Whether Fleet documents at a path count. */
export function controlPaths(globs: readonly string[]): (path: string) => boolean {
  return picomatch([...globs], { dot: true });
}
