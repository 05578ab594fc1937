import type { TreeMode } from "../git/object.ts";
import { type Finding, finding } from "../problem/finding.ts";

/** A selected entry of a tree. */
export interface SelectedEntry {
  readonly path: string;
  readonly mode: TreeMode;
  /** The path is not valid UTF-8. */
  readonly badName?: boolean;
}

/** Why a selected entry is not read, whatever it holds (delivery.md 1.5); undefined for one that is. */
export function refusal({ path, mode, badName }: SelectedEntry): Finding | undefined {
  const why =
    badName === true
      ? "is not valid UTF-8"
      : path
          .split("/")
          .map(nameFault)
          .find((fault) => fault !== undefined);
  if (why !== undefined) return finding("source/bad-name", "", `the name of the file ${why}`, { fix: "rename it" });
  if (mode === "160000") {
    return finding("source/gitlink", "", "submodules are not followed", { fix: "make the repository a source of its own" });
  }
  if (mode === "120000") return finding("source/symlink", "", "symbolic links are not followed", { fix: "commit the file itself" });
  return undefined;
}

function nameFault(name: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\0-\x1f\x7f-\x9f]/.test(name)) return "has a control character";
  if (name === "" || name === "." || name === ".." || name.toLowerCase() === ".git") return "is not allowed in a tree";
  return Buffer.byteLength(name) > 255 ? "is longer than 255 bytes" : undefined;
}
