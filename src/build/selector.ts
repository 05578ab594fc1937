import picomatch from "picomatch";
import { selection } from "../document/selection.ts";
import type { Selector } from "./files.ts";

/** Which files of a source are read: its globs, and the ignore files of the tree. */
export function fileSelector(include: readonly string[], exclude: readonly string[]): Selector {
  return (ignoreFiles) => selection(include, exclude, ignoreFiles);
}

/** Whether Fleet documents at a path count. */
export function controlPaths(globs: readonly string[]): (path: string) => boolean {
  return picomatch([...globs], { dot: true });
}
