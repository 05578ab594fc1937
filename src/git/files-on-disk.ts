import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { MemoryFile } from "./memory.ts";

/** Directories that are never read: git's own, those of package managers, and Portolan's. */
const skipped: ReadonlySet<string> = new Set([".git", "node_modules", ".portolan"]);

/** All files below a directory, by path; symbolic links as links. Throws the file system's error if one cannot be read. */
export function filesOnDisk(root: string, below = "", files = new Map<string, MemoryFile>()): Map<string, MemoryFile> {
  for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) filesOnDisk(root, path, files);
    } else if (entry.isSymbolicLink()) files.set(path, { mode: "120000", content: Buffer.from(readlinkSync(join(root, path))) });
    else if (entry.isFile()) files.set(path, readFileSync(join(root, path)));
  }
  return files;
}
