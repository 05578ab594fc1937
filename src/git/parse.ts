import { createHash } from "node:crypto";
import type { CommitObject, Oid, TreeEntry, TreeMode } from "./object.ts";

/** Types of objects that are read. */
export type ObjectType = "commit" | "tree" | "blob" | "tag";

/** The id of an object with this content. */
export function objectId(type: ObjectType, content: Uint8Array): Oid {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest("hex");
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The entries of a tree object. Throws if the bytes are no tree. */
export function parseTree(content: Uint8Array): TreeEntry[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(0x20, at);
    const end = bytes.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > bytes.length) throw new Error("a tree object is cut");
    const mode = bytes.toString("latin1", at, space);
    entries.push({
      ...name(bytes.subarray(space + 1, end)),
      mode: written.get(mode) ?? treeMode(mode),
      oid: bytes.toString("hex", end + 1, end + 21),
    });
    at = end + 21;
  }
  return entries;
}

/** The modes that git writes. */
const written: ReadonlyMap<string, TreeMode> = new Map([
  ["40000", "040000"],
  ["100644", "100644"],
  ["100755", "100755"],
  ["120000", "120000"],
  ["160000", "160000"],
]);

/** What a mode means to git, which reads more of them than it writes: old trees have `100664` and `040000`. */
function treeMode(text: string): TreeMode {
  if (!/^[0-7]{5,6}$/.test(text)) throw new Error("a tree object has an unknown mode");
  const mode = Number.parseInt(text, 8);
  const kind = mode & 0o170000;
  if (kind === 0o100000) return (mode & 0o100) === 0 ? "100644" : "100755";
  if (kind === 0o120000) return "120000";
  return kind === 0o040000 ? "040000" : "160000";
}

function name(bytes: Uint8Array): Pick<TreeEntry, "name" | "badName"> {
  try {
    return { name: utf8.decode(bytes) };
  } catch {
    return { name: new TextDecoder().decode(bytes), badName: true };
  }
}

/** What a commit object says. Throws if the bytes are no commit. */
export function parseCommit(oid: Oid, content: Uint8Array): CommitObject {
  const text = new TextDecoder().decode(content);
  const end = text.indexOf("\n\n");
  const headers = (end < 0 ? text : text.slice(0, end)).split("\n");
  const header = (key: string) => headers.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const [tree] = header("tree");
  const [author] = header("author");
  const [committer] = header("committer");
  if (tree === undefined || author === undefined || committer === undefined) throw new Error(`${oid} is no commit`);
  const message = end < 0 ? "" : text.slice(end + 2);
  return {
    oid,
    tree,
    parents: header("parent"),
    author: person(author),
    committer: person(committer),
    subject: message.trimStart().split("\n", 1)[0]?.trim() ?? "",
  };
}

/** What an annotated tag names. Throws if the bytes are no tag. */
export function parseTag(content: Uint8Array): { readonly object: Oid } {
  const [, object] = /^object ([0-9a-f]{40})\ntype [a-z]+\n/.exec(new TextDecoder().decode(content)) ?? [];
  if (object === undefined) throw new Error("a tag object names nothing");
  return { object };
}

function person(line: string): CommitObject["author"] {
  const match = /^(.*?) ?<([^>]*)> (-?\d+)/.exec(line);
  return { name: match?.[1] ?? "", email: match?.[2] ?? "", time: Number(match?.[3] ?? 0) };
}
