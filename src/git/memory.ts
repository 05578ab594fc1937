import { createHash } from "node:crypto";
import { type CommitObject, type ComposedCommit, MissingObject, type ObjectReader, type Oid, type TreeEntry, type TreeMode } from "./object.ts";

/** A file to be stored: its content, or with a mode the target of a symbolic link. */
export type MemoryFile = string | Uint8Array | { readonly mode: TreeMode; readonly content: Uint8Array };

/** Git objects in memory, under the ids that git would give them: files that are in no repository, read by the same stages as those that are. */
export class MemoryGit implements ObjectReader {
  readonly #blobs = new Map<Oid, Uint8Array>();
  readonly #trees = new Map<Oid, readonly TreeEntry[]>();
  readonly #commits = new Map<Oid, CommitObject>();

  /** Stores a tree with these files, by path, and a commit of it whose id follows from the files alone. */
  snapshot(files: ReadonlyMap<string, MemoryFile>, source = "main"): ComposedCommit {
    const tree = this.#tree([...files].map(([path, file]) => [path.split("/"), this.#entry(file)] as const));
    const who = { name: "Portolan", email: "portolan@invalid", time: 0 };
    const line = "Portolan <portolan@invalid> 0 +0000";
    const oid = id("commit", Buffer.from(`tree ${tree}\nauthor ${line}\ncommitter ${line}\n\nfiles\n`));
    const commit: CommitObject = { oid, tree, parents: [], author: who, committer: who, subject: "files" };
    this.#commits.set(oid, commit);
    return { oid, tree, sources: [{ ...commit, source, ref: "files" }] };
  }

  async commit(oid: Oid): Promise<CommitObject> {
    return known(this.#commits.get(oid), oid, "commit");
  }

  async tree(oid: Oid): Promise<readonly TreeEntry[]> {
    return known(this.#trees.get(oid), oid, "tree");
  }

  async blob(oid: Oid): Promise<Uint8Array> {
    return known(this.#blobs.get(oid), oid, "blob");
  }

  async close(): Promise<void> {}

  #entry(file: MemoryFile): Omit<TreeEntry, "name"> {
    const { mode, content } = typeof file === "object" && "mode" in file ? file : { mode: "100644" as const, content: file };
    const bytes = typeof content === "string" ? Buffer.from(content) : content;
    const oid = id("blob", bytes);
    this.#blobs.set(oid, bytes);
    return { mode, oid };
  }

  #tree(files: readonly (readonly [readonly string[], Omit<TreeEntry, "name">])[]): Oid {
    const entries = new Map<string, TreeEntry>();
    const below = new Map<string, (readonly [readonly string[], Omit<TreeEntry, "name">])[]>();
    for (const [[name = "", ...rest], entry] of files) {
      if (rest.length === 0) entries.set(name, { name, ...entry });
      else below.set(name, [...(below.get(name) ?? []), [rest, entry]]);
    }
    for (const [name, inner] of below) entries.set(name, { name, mode: "040000", oid: this.#tree(inner) });
    const order = (entry: TreeEntry) => Buffer.from(entry.mode === "040000" ? `${entry.name}/` : entry.name);
    const sorted = [...entries.values()].sort((a, b) => Buffer.compare(order(a), order(b)));
    const bytes = Buffer.concat(
      sorted.flatMap((entry) => [Buffer.from(`${entry.mode.replace(/^0/, "")} ${entry.name}\0`), Buffer.from(entry.oid, "hex")]),
    );
    const oid = id("tree", bytes);
    this.#trees.set(oid, sorted);
    return oid;
  }
}

function id(type: string, bytes: Uint8Array): Oid {
  return createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
}

function known<T>(value: T | undefined, oid: Oid, what: string): T {
  if (value === undefined) throw new MissingObject(oid, what);
  return value;
}
