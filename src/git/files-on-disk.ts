import { type Dirent, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { nameBytes, nameText } from "./file-name.ts";
import type { MemoryFile } from "./memory.ts";

/** Directories that are never read: git's own, those of package managers, and Portolan's. */
const skipped: ReadonlySet<string> = new Set([".git", "node_modules", ".portolan"]);

/**
 * All files below a directory, by path (`file-name.ts` says how one that is not UTF-8 is written); symbolic links as links. What vanishes while it is read
 * is not there. Throws the file system's error if something cannot be read.
 */
export function filesOnDisk(root: string): Map<string, MemoryFile> {
  const files = new Map<string, MemoryFile>();
  collect(root, "", files);
  return files;
}

function collect(root: string, below: string, files: Map<string, MemoryFile>): void {
  for (const entry of entriesOf(root, below)) {
    const name = nameText(entry.name);
    const path = below === "" ? name : `${below}/${name}`;
    if (entry.isDirectory()) {
      if (!skipped.has(name)) collect(root, path, files);
    } else {
      const file = fileOf(entry, onDisk(root, path));
      if (file !== undefined) files.set(path, file);
    }
  }
}

function entriesOf(root: string, below: string): Dirent<Buffer>[] {
  const read = () => readdirSync(onDisk(root, below), { withFileTypes: true, encoding: "buffer" });
  return below === "" ? read() : (unlessGone(read) ?? []);
}

function fileOf(entry: Dirent<Buffer>, path: Buffer): MemoryFile | undefined {
  if (entry.isSymbolicLink()) return unlessGone(() => ({ mode: "120000", content: readlinkSync(path, { encoding: "buffer" }) }));
  return entry.isFile() ? unlessGone(() => readFileSync(path)) : undefined;
}

function onDisk(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), nameBytes(path)]);
}

function unlessGone<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
