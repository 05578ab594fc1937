import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommitObject } from "../../git/object.ts";
import { readConfigFile } from "../config/file.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import type { OpenRepository } from "../revision.ts";
import { short } from "../words.ts";

/** The two sides of a difference. */
export interface Range {
  readonly base: CommitObject;
  /** Absent: the files on disk. */
  readonly head?: CommitObject;
  /** What is compared with what, for people. */
  readonly text: string;
}

/**
 * Reads a range as git users write it: `BASE..HEAD`; `BASE...HEAD` from where the two have parted; `BASE`, or nothing behind the dots, for HEAD the files on
 * disk, or the commit that is checked out. Without one it is from where `HEAD` has left the branch that is served to the files on disk: what a merge would
 * bring. Throws a {@link Failure} for what is not there.
 */
export async function readRange(text: string | undefined, repository: OpenRepository, root: string): Promise<Range> {
  if (text === undefined) return sinceBranch(repository, root);
  const [, from, dots, to] = /^(.*?)(\.{2,3})(.*)$/.exec(text) ?? [undefined, text, "", ""];
  const base = await repository.commit(from || "HEAD");
  if (dots === "") return { base, text: `${named(text, base)} with the files on disk` };
  const head = await repository.commit(to || "HEAD");
  const start = dots === "..." ? await forkPoint(repository, base, head, from || "HEAD") : base;
  const before = start === base ? named(from || "HEAD", base) : `${short(start.oid)} (where ${to || "HEAD"} has left ${from || "HEAD"})`;
  return { base: start, head, text: `${before} with ${named(to || "HEAD", head)}` };
}

async function sinceBranch(repository: OpenRepository, root: string): Promise<Range> {
  const head = await repository.commit("HEAD");
  for (const ref of branchRefs(root)) {
    const tip = await repository.ref(ref);
    if (tip === undefined) continue;
    const name = ref.replace(/^refs\/(?:heads|remotes)\//, "");
    const base = await forkPoint(repository, tip, head, name);
    const left = base.oid === tip.oid ? named(name, tip) : `${short(base.oid)} (where HEAD has left ${name})`;
    return { base, text: `${left} with the files on disk` };
  }
  throw new Failure(exitCode.usage, "it is not clear what to compare with: there is no branch main or master; say BASE..HEAD");
}

/** Refs of the branch that is served, the likeliest first: that of `portolan.yaml`, that of the remote, and the usual ones; what others have merged before what is here. */
function branchRefs(root: string): readonly string[] {
  const file = join(root, "portolan.yaml");
  const configured = existsSync(file) ? readConfigFile(file, root).config?.sources[0]?.branch : undefined;
  const names = configured === undefined ? ["HEAD", "main", "master"] : [configured];
  return names.flatMap((name) => [`refs/remotes/origin/${name}`, `refs/heads/${name}`]);
}

async function forkPoint(repository: OpenRepository, a: CommitObject, b: CommitObject, name: string): Promise<CommitObject> {
  const base = await repository.mergeBase(a.oid, b.oid);
  if (base !== undefined) return base;
  const advice = "if the clone is shallow, fetch all of the history (git fetch --unshallow; fetch-depth: 0)";
  throw new Failure(exitCode.usage, `no commit is here that ${name} has in common with what is compared; ${advice}`);
}

function named(text: string, { oid }: CommitObject): string {
  return oid.startsWith(text) ? short(oid) : `${text} (${short(oid)})`;
}
