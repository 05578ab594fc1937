import { byCodePoint } from "../problem/order.ts";
import type { FileChange, ObjectReader, Oid, TreeEntry } from "./object.ts";

const treeMode = "040000";

/**
 * The files that differ between two trees (`before` undefined: all files of `after`), by path in code point order. A rename is a removal and an addition.
 * Descends only where object ids differ, so the cost follows the change. Both trees must be within the limits of a source (tree-size.ts).
 * Rejects if an object is missing.
 */
export async function diffTrees(reader: ObjectReader, before: Oid | undefined, after: Oid): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  await compare(reader, { before, after, path: "", badName: false }, changes);
  return changes.sort((a, b) => byCodePoint(a.path, b.path));
}

interface Pair {
  readonly before: Oid | undefined;
  readonly after: Oid | undefined;
  /** Path of the two trees, with a slash at its end unless it is the root. */
  readonly path: string;
  readonly badName: boolean;
}

async function compare(reader: ObjectReader, { before, after, path, badName }: Pair, changes: FileChange[]): Promise<void> {
  if (before === after) return;
  const [old, now] = await Promise.all([entries(reader, before), entries(reader, after)]);
  const below: Promise<void>[] = [];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const [a, b] = [old.get(name), now.get(name)];
    if (a?.oid === b?.oid && a?.mode === b?.mode) continue;
    const bad = badName || a?.badName === true || b?.badName === true;
    const [fileBefore, fileAfter] = [file(a), file(b)];
    if (fileBefore !== undefined || fileAfter !== undefined) {
      changes.push({
        path: path + name,
        ...(fileBefore && { before: fileBefore }),
        ...(fileAfter && { after: fileAfter }),
        ...(bad ? { badName: true } : {}),
      });
    }
    const inner = { before: tree(a), after: tree(b), path: `${path}${name}/`, badName: bad };
    if (inner.before !== undefined || inner.after !== undefined) below.push(compare(reader, inner, changes));
  }
  await Promise.all(below);
}

async function entries(reader: ObjectReader, oid: Oid | undefined): Promise<ReadonlyMap<string, TreeEntry>> {
  return new Map(oid === undefined ? [] : (await reader.tree(oid)).map((entry) => [entry.name, entry]));
}

function file(entry: TreeEntry | undefined): FileChange["before"] {
  return entry === undefined || entry.mode === treeMode ? undefined : { oid: entry.oid, mode: entry.mode };
}

function tree(entry: TreeEntry | undefined): Oid | undefined {
  return entry?.mode === treeMode ? entry.oid : undefined;
}
