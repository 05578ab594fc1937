import { nameBytes } from "./file-name.ts";
import { type ComposedCommit, MissingObject, type Oid, type TreeEntry, type TreeMode } from "./object.ts";
import { type ObjectType, objectId, parseCommit } from "./parse.ts";
import { TypedReader } from "./typed-reader.ts";

/** A file to be stored: its content, or with a mode the target of a symbolic link. */
export type MemoryFile = string | Uint8Array | { readonly mode: TreeMode; readonly content: Uint8Array };

/** What a commit of files says besides the files; all of it is part of its id. */
export interface MemoryCommit {
  /** The first one is the branch it stands on. */
  readonly parents?: readonly Oid[];
  /** Seconds since 1970. */
  readonly time?: number;
  readonly subject?: string;
}

/** Git objects in memory, under the ids that git would give them: files that are in no repository, read by the same stages as those that are. */
export class MemoryGit extends TypedReader {
  readonly #objects = new Map<Oid, { readonly type: ObjectType; readonly content: Uint8Array }>();

  /** Stores a tree with these files, by path, and a commit of it whose id follows from what is given alone. */
  snapshot(
    files: ReadonlyMap<string, MemoryFile>,
    source = "main",
    { parents = [], time = 0, subject = "files" }: MemoryCommit = {},
  ): ComposedCommit {
    const tree = this.#tree([...files].map(([path, file]) => [path.split("/"), this.#entry(file)] as const));
    const who = `Portolan <portolan@invalid> ${time} +0000`;
    const text = `tree ${tree}\n${parents.map((parent) => `parent ${parent}\n`).join("")}author ${who}\ncommitter ${who}\n\n${subject}\n`;
    const content = Buffer.from(text);
    const commit = parseCommit(this.#add("commit", content), content);
    return { oid: commit.oid, tree, sources: [{ ...commit, source, ref: subject }] };
  }

  /** Every object, with its id: what a tree holds comes before the tree, and that before the commit. */
  objects(): Iterable<[Oid, { readonly type: ObjectType; readonly content: Uint8Array }]> {
    return this.#objects;
  }

  async close(): Promise<void> {}

  #add(type: ObjectType, content: Uint8Array): Oid {
    const oid = objectId(type, content);
    this.#objects.set(oid, { type, content });
    return oid;
  }

  protected async read(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    const found = this.#objects.get(oid);
    if (found?.type !== type) throw new MissingObject(oid, type);
    return found.content;
  }

  #entry(file: MemoryFile): Omit<TreeEntry, "name"> {
    const { mode, content } = typeof file === "object" && "mode" in file ? file : { mode: "100644" as const, content: file };
    return { mode, oid: this.#add("blob", typeof content === "string" ? Buffer.from(content) : content) };
  }

  #tree(files: readonly (readonly [readonly string[], Omit<TreeEntry, "name">])[]): Oid {
    const entries = new Map<string, TreeEntry>();
    const below = new Map<string, (readonly [readonly string[], Omit<TreeEntry, "name">])[]>();
    for (const [[name = "", ...rest], entry] of files) {
      if (rest.length === 0) entries.set(name, { name, ...entry });
      else {
        const inner = below.get(name);
        if (inner === undefined) below.set(name, [[rest, entry]]);
        else inner.push([rest, entry]);
      }
    }
    for (const [name, inner] of below) entries.set(name, { name, mode: "040000", oid: this.#tree(inner) });
    // Git compares a directory as if its name ended in a slash.
    const order = (entry: TreeEntry) => nameBytes(entry.mode === "040000" ? `${entry.name}/` : entry.name);
    const sorted = [...entries.values()].sort((a, b) => Buffer.compare(order(a), order(b)));
    const lines = sorted.flatMap(({ mode, name, oid }) => [nameBytes(`${mode.replace(/^0/, "")} ${name}\0`), Buffer.from(oid, "hex")]);
    return this.#add("tree", Buffer.concat(lines));
  }
}
