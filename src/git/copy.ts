import { spawn } from "node:child_process";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { gitConfig, gitEnvironment } from "./native.ts";
import { MissingObject, type ObjectReader, type Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";
import type { ObjectStore } from "./store.ts";

/** An object that the store may lack. */
interface Wanted {
  readonly oid: Oid;
  readonly type: ObjectType;
}

/** A reader that also gives objects as they are. */
export interface RawReader extends ObjectReader {
  raw(oid: Oid, type: ObjectType): Promise<Uint8Array>;
}

/** Where objects come from. */
export interface CopySource {
  readonly gitDir: string;
  readonly reader: RawReader;
  readonly native: boolean;
}

/** More objects than this travel as one pack, where native git can make it. */
const looseLimit = 300;
const parallel = 64;

/**
 * Copies a commit and everything in its tree into the store. What stands in the tree of `known`, a commit that the store has whole, is passed over by object id,
 * so the cost follows the change. The commit itself comes last: if it is in the store, all of it is. Rejects, and leaves no commit, if anything is missing.
 */
export async function copyCommit(from: CopySource, to: ObjectStore, commit: Oid, known: Oid | undefined): Promise<void> {
  const { tree } = await from.reader.commit(commit);
  const before = known === undefined ? undefined : (await from.reader.commit(known).catch(() => undefined))?.tree;
  const wanted: Wanted[] = [];
  await collect(from.reader, before, tree, wanted, new Set());
  if (wanted.length > looseLimit && from.native) await copyPack(from.gitDir, to.gitDir, [...new Set(wanted.map(({ oid }) => oid))]);
  else await copyLoose(from.reader, to, wanted);
  await copyLoose(from.reader, to, [{ oid: commit, type: "commit" }]);
}

/** What stands in the tree `after` and not at the same place in `before`. */
async function collect(reader: ObjectReader, before: Oid | undefined, after: Oid, wanted: Wanted[], seen: Set<Oid>): Promise<void> {
  if (before === after || seen.has(after)) return;
  seen.add(after);
  const old = new Map(before === undefined ? [] : (await reader.tree(before)).map((entry) => [entry.name, entry.oid]));
  for (const { name, mode, oid } of await reader.tree(after)) {
    if (old.get(name) === oid || mode === "160000") continue;
    if (mode !== "040000") wanted.push({ oid, type: "blob" });
    else await collect(reader, await treeAt(reader, old.get(name)), oid, wanted, seen);
  }
  wanted.push({ oid: after, type: "tree" });
}

/** The id if it is that of a tree: a file may have become a directory. */
async function treeAt(reader: ObjectReader, oid: Oid | undefined): Promise<Oid | undefined> {
  if (oid === undefined) return undefined;
  return reader.tree(oid).then(
    () => oid,
    () => undefined,
  );
}

async function copyLoose(reader: RawReader, to: ObjectStore, wanted: readonly Wanted[]): Promise<void> {
  for (let i = 0; i < wanted.length; i += parallel) {
    await Promise.all(wanted.slice(i, i + parallel).map(async ({ oid, type }) => to.write(oid, type, await reader.raw(oid, type))));
  }
}

/** One pack from the one repository to the other; index-pack hashes every object; what a name may be is for selection to say. */
async function copyPack(fromDir: string, toDir: string, oids: readonly Oid[]): Promise<void> {
  const options = { env: gitEnvironment() };
  const packing = spawn("git", [...gitConfig(fromDir), "--git-dir", fromDir, "pack-objects", "--stdout", "--quiet", "--window=0"], options);
  const indexing = spawn("git", [...gitConfig(toDir), "--git-dir", toDir, "index-pack", "--stdin"], options);
  let complaint = "";
  for (const { stderr } of [packing, indexing]) {
    stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint += text;
    });
  }
  const ended = Promise.all([once(packing, "close"), once(indexing, "close")]);
  indexing.stdout.resume();
  packing.stdin.on("error", () => undefined);
  packing.stdin.end(oids.map((oid) => `${oid}\n`).join(""));
  await pipeline(packing.stdout, indexing.stdin).catch(() => undefined);
  const codes = (await ended).map(([code]) => code);
  if (codes.some((code) => code !== 0)) throw new MissingObject(oids[0] ?? "", `pack (${complaint.trim()})`);
}
