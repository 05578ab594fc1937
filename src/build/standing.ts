import type { Oid } from "../git/object.ts";
import type { Problem } from "../problem/problem.ts";
import type { Ancestry } from "./ancestry.ts";
import type { Conductor } from "./conductor.ts";
import type { Question, Standing } from "./protocol.ts";

/** What became of the newest commit. */
export interface Outcome {
  readonly commit: Oid;
  readonly built: boolean;
  readonly problems: readonly Problem[];
  /** Why the source is held at the commit before: one of the problems. */
  readonly sourceHeld?: Problem;
  /** Whether the same commit may be built later: an object of it could not be read now. */
  readonly again?: boolean;
  /** The commits that older versions were looked for in, newest first: what can only be built again with them. */
  readonly lookedBack?: readonly Oid[];
}

/** What has become of a commit, by the newest build. */
export async function standing(
  { commit: digits, among, fleet }: Extract<Question, { what: "standing" }>,
  ancestry: Ancestry,
  newest: Outcome | undefined,
  files: Pick<Conductor, "file" | "reads">,
): Promise<Standing> {
  const known = newest === undefined ? among : [...among, newest.commit];
  const commits = await ancestry.find(digits, known);
  const [commit, ...others] = commits;
  if (commit === undefined || others.length > 0) return { commits, containedIn: [], held: [] };
  const contained = await Promise.all(among.map((built) => ancestry.contains(built, commit)));
  const isIn = newest !== undefined && (await ancestry.contains(newest.commit, commit));
  const concerned = ({ at: { path } }: Problem) => fleet === undefined || files.reads(fleet, path);
  return {
    commits,
    containedIn: among.filter((_, i) => contained[i]),
    held: isIn ? await held(commit, ancestry, newest, concerned, (path) => files.file(path)) : [],
  };
}

/** Of a document that is held back, its mistake is left out. */
function isNotServed({ severity, effect }: Problem): boolean {
  return severity === "error" && (effect === "left-out" || effect === "held-back");
}

/** The commit was not built, or documents of it are left out: such as stand in files that are the same in both commits. */
async function held(
  commit: Oid,
  ancestry: Ancestry,
  newest: Outcome,
  concerned: (problem: Problem) => boolean,
  fileOf: (path: string) => Oid | undefined,
): Promise<readonly Problem[]> {
  if (!newest.built) return newest.problems;
  const leftOut = newest.problems.filter(isNotServed).filter(concerned);
  if (commit === newest.commit) return leftOut;
  const same = await Promise.all(leftOut.map(async ({ at: { path } }) => (await ancestry.file(commit, path)) === fileOf(path)));
  return leftOut.filter((_, i) => same[i]);
}
