import { readdirSync } from "node:fs";
import { open, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Resource, ResourceKey } from "../envoy/resource.ts";
import { syncFolder, writeNewFile } from "../git/new-file.ts";
import {
  type Archive,
  type ArchiveHeader,
  type ArchiveName,
  decodeArchive,
  decodeHeader,
  headerLength,
  UnreadableArchive,
} from "./archive.ts";
import type { Snapshot } from "./snapshot.ts";
import { nextSnapshot } from "./snapshots.ts";

/** A file among the archives that cannot be read, and why. */
export interface BrokenArchive {
  readonly path: string;
  /** Of which archive, by its place; absent if it has no such name. */
  readonly name?: ArchiveName;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  readonly code: Exclude<UnreadableArchive["code"], "store/withheld">;
  readonly why: string;
}

/** What lies in the folder of archives. */
export interface FolderContent {
  /** Newest first. */
  readonly headers: readonly ArchiveHeader[];
  readonly broken: readonly BrokenArchive[];
}

/** No archive builds upon more others than this. */
export const longestChain = 50;

/** Headers are shorter than this, most of the time. */
const firstRead = 4096;

/** The archives of a data directory: `snapshots/<commit>/<fleet>-<language revision>.snap`. */
export class ArchiveFolder {
  readonly path: string;
  readonly #temporary: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, "snapshots");
    this.#temporary = join(this.path, "tmp");
  }

  /** Where an archive lies. */
  pathOf({ commit, fleet, languageRevision }: ArchiveName): string {
    return join(this.path, commit, `${encodeURIComponent(fleet)}-${languageRevision}.snap`);
  }

  /** Reads the headers of all archives. Rejects if the folder is there and cannot be read. */
  async scan(): Promise<FolderContent> {
    const headers: ArchiveHeader[] = [];
    const broken: BrokenArchive[] = [];
    const one = async (path: string) => {
      try {
        headers.push(await readHeader(path));
      } catch (error) {
        const name = nameOf(path);
        const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: 0 }));
        broken.push({ path, ...(name === undefined ? {} : { name }), writtenAt: mtimeMs, ...reasonOf(error) });
      }
    };
    await Promise.all(this.#files().map(one));
    return { headers: headers.sort((a, b) => b.manifest.sequence - a.manifest.sequence), broken };
  }

  /** The header of one archive; `undefined` if there is none that can be read. */
  async header(name: ArchiveName): Promise<ArchiveHeader | undefined> {
    return readHeader(this.pathOf(name)).catch(() => undefined);
  }

  /** The snapshot in an archive and those that it builds upon. Rejects with {@link UnreadableArchive} if one of them is damaged or missing. */
  async load(name: ArchiveName): Promise<Snapshot> {
    const chain: Archive[] = [];
    for (let next: ArchiveName | undefined = name; next !== undefined; next = chain.at(-1)?.header.base) {
      if (chain.length > longestChain) throw new UnreadableArchive("store/corrupt", `${this.pathOf(name)} has no whole archive below it`);
      chain.push(await this.#read(next));
    }
    const resources = new Map<string, Resource>();
    const key = ({ type, name }: ResourceKey) => `${type}\n${name}`;
    for (const { upserts, removed } of chain.reverse()) {
      for (const gone of removed) resources.delete(key(gone));
      for (const resource of upserts) resources.set(key(resource), resource);
    }
    const last = chain.at(-1) as Archive;
    if (last.header.withheld)
      throw new UnreadableArchive("store/withheld", `${this.pathOf(name)} holds no resources, because some are secret`);
    const { commit, fleet, digest } = last.header.manifest;
    const snapshot = nextSnapshot(undefined, commit, fleet, [...resources.values()], [], last.secrets);
    if (snapshot.digest !== digest)
      throw new UnreadableArchive("store/corrupt", `${this.pathOf(name)} gives another snapshot than it says`);
    return snapshot;
  }

  /** Whether {@link load} would resolve. */
  isWhole(name: ArchiveName): Promise<boolean> {
    return this.load(name).then(
      () => true,
      () => false,
    );
  }

  /** Writes the archives of one commit; when it resolves, they outlive a loss of power. Rejects with `DataDirectoryError`. */
  async write(archives: readonly { readonly name: ArchiveName; readonly bytes: Uint8Array }[]): Promise<void> {
    await Promise.all(archives.map(({ name, bytes }) => writeNewFile(this.#temporary, this.pathOf(name), bytes)));
    const folders = new Set(archives.map(({ name }) => dirname(this.pathOf(name))));
    for (const folder of [...folders, this.path]) await syncFolder(folder);
  }

  /** Takes archives away. */
  async remove(names: readonly ArchiveName[]): Promise<void> {
    for (const name of names) {
      await rm(this.pathOf(name), { force: true });
      // The folder of a commit goes with its last archive.
      await rmdir(dirname(this.pathOf(name))).catch(() => undefined);
    }
  }

  /** Gives a broken file another name, so that it is looked at once; gives the name. */
  async setAside(path: string): Promise<string> {
    const aside = `${path}.set-aside`;
    await rename(path, aside);
    return aside;
  }

  /** Removes what an interrupted write has left. */
  async removeLeftovers(): Promise<void> {
    await rm(this.#temporary, { recursive: true, force: true });
  }

  async #read(name: ArchiveName): Promise<Archive> {
    const path = this.pathOf(name);
    try {
      return decodeArchive(await readFile(path));
    } catch (error) {
      const { code, why } = reasonOf(error);
      throw new UnreadableArchive(code, `${path}: ${why}`);
    }
  }

  #files(): string[] {
    return names(this.path)
      .filter(isCommit)
      .flatMap((commit) => names(join(this.path, commit)).map((file) => join(this.path, commit, file)))
      .filter((path) => path.endsWith(".snap"));
  }
}

/** Whether a data directory has anything to serve from. */
export function hasArchives(dataDir: string): boolean {
  return names(join(dataDir, "snapshots")).some(isCommit);
}

function isCommit(name: string): boolean {
  return /^[0-9a-f]{40}$/.test(name);
}

async function readHeader(path: string): Promise<ArchiveHeader> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(firstRead);
    const { bytesRead } = await file.read(bytes, 0, firstRead, 0);
    const first = bytes.subarray(0, bytesRead);
    return decodeHeader(headerLength(first) <= bytesRead ? first : await readFile(path));
  } finally {
    await file.close();
  }
}

/** Which archive a file is, by its place. */
function nameOf(path: string): ArchiveName | undefined {
  const [, fleet, languageRevision] = /^(.+)-([0-9a-z]+)\.snap$/.exec(basename(path)) ?? [];
  if (fleet === undefined || languageRevision === undefined) return undefined;
  try {
    return { commit: basename(dirname(path)), fleet: decodeURIComponent(fleet), languageRevision };
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): Pick<BrokenArchive, "code" | "why"> {
  if (error instanceof UnreadableArchive && error.code !== "store/withheld") return { code: error.code, why: error.message };
  return { code: "store/corrupt", why: error instanceof Error ? error.message : String(error) };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}
