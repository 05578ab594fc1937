/** An object id: 40 lower-case hex digits. */
export type Oid = string;

/** Whether a text is an object id in full. */
export function isOid(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/** Mode of a tree entry as git writes it. */
export type TreeMode = "040000" | "100644" | "100755" | "120000" | "160000";

/** One entry of a tree. `name` is undefined-free UTF-8; bytes that are not valid UTF-8 are shown with U+FFFD and `badName` set. */
export interface TreeEntry {
  readonly name: string;
  readonly mode: TreeMode;
  readonly oid: Oid;
  readonly badName?: boolean;
}

/** What a commit object says. Times are seconds since 1970. */
export interface CommitObject {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: { readonly name: string; readonly email: string; readonly time: number };
  readonly committer: { readonly name: string; readonly email: string; readonly time: number };
  /** First line of the message. */
  readonly subject: string;
}

/** Reads objects by id. Every method rejects with {@link MissingObject} if there is no such object of that type. */
export interface ObjectReader {
  commit(oid: Oid): Promise<CommitObject>;
  tree(oid: Oid): Promise<readonly TreeEntry[]>;
  blob(oid: Oid): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** An object that a repository should hold and does not. */
export class MissingObject extends Error {
  readonly oid: Oid;
  constructor(oid: Oid, what: string, how = "is missing") {
    super(`${what} ${oid} ${how}`);
    this.name = "MissingObject";
    this.oid = oid;
  }
}

/** The commit that one source is read at. */
export interface SourceCommit extends CommitObject {
  readonly source: string;
  /** `main`, as texts name the ref. */
  readonly ref: string;
}

/** All sources joined into one commit. With one source at the root it is that source's own commit. */
export interface ComposedCommit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly sources: readonly SourceCommit[];
}

/** One path that differs between two trees; `before` absent: added, `after` absent: removed. */
export interface FileChange {
  readonly path: string;
  readonly before?: { readonly oid: Oid; readonly mode: TreeMode };
  readonly after?: { readonly oid: Oid; readonly mode: TreeMode };
  /** The name, or that of a directory above, is not valid UTF-8. */
  readonly badName?: boolean;
}
