import type { TypeUrl } from "../envoy/resource.ts";
import { RDS } from "../envoy/type-url.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { differing } from "./difference.ts";
import type { Known } from "./holding.ts";
import { isFullState, isWanted, type Stream, type SubStream } from "./stream.ts";
import { type Label, labelled, readLabel } from "./version.ts";
import { doubtWarmth } from "./warming.ts";

/** What a label stands for. */
export interface Meaning {
  readonly set: TypeSet;
  /** The set has the very digest; otherwise the client has more, or less, than the set of the commit. */
  readonly exact: boolean;
  /** What was published before the commit of the label, as far as it is known. */
  readonly before: TypeSet | undefined;
}

/** Looks up what a label stands for; `undefined`: neither its digest nor its commit is known. */
export function meaningOf(stream: Stream, type: TypeUrl, label: Label): Meaning | undefined {
  const published = stream.view === undefined ? undefined : stream.pool.published(stream.view.fleet, label.commit, type);
  const exact = stream.pool.set(type, label.digest);
  const set = exact ?? published?.at;
  return set === undefined ? undefined : { set, exact: exact !== undefined, before: published?.before };
}

/** Takes the label that a SotW client repeats in the first request of a type for what it holds (2.4). */
export function takeLabel(stream: Stream, sub: SubStream, version: string): void {
  if (version === "") return;
  stream.claimed = true;
  sub.label = version;
  const label = readLabel(version);
  const meaning = label === undefined ? undefined : meaningOf(stream, sub.type, label);
  if (label === undefined || meaning === undefined) return;
  for (const [name, resource] of meaning.set.resources) hold(stream, sub, name, resource);
  const apart = stream.memory.apart.get(sub.type)?.find((one) => one.label === version);
  if (apart !== undefined) correct(stream, sub, apart.versions);
  else guess(sub, meaning);
  if (mayStaySilent(stream, sub, label)) sub.owed = false;
}

/** A name the client has, for all that is known. Of a partial type nothing counts as told: all of it is answered on a new stream (S8). */
function hold(stream: Stream, sub: SubStream, name: string, known: Known): void {
  if (!isWanted(sub, name)) return;
  sub.acked.set(name, known);
  doubtWarmth(stream, sub, known);
  if (isFullState(sub.type) && !sub.suspect.has(name)) sub.sent.set(name, known);
}

/** What an earlier stream of this process knew better than the label does. */
function correct(stream: Stream, sub: SubStream, versions: ReadonlyMap<string, string | undefined>): void {
  for (const [name, version] of versions) {
    if (version !== undefined) hold(stream, sub, name, stream.pool.resource(sub.type, version) ?? { version });
    else {
      sub.acked.delete(name);
      sub.sent.delete(name);
    }
  }
}

/**
 * Fills in what the label leaves open with what was published before. A set that is not exact was joined with clusters that were to go: they count as told.
 * The label of route configurations runs ahead of those that were held back: of them either version is possible.
 */
function guess(sub: SubStream, { set, exact, before }: Meaning): void {
  if (before === undefined || (exact && sub.type !== RDS)) return;
  for (const name of differing(before, set)) {
    const [newer, older] = [set.resources.get(name), before.resources.get(name)];
    if (!isWanted(sub, name)) continue;
    if (sub.type === RDS) {
      sub.acked.delete(name);
      sub.suspect.set(
        name,
        [...(sub.suspect.get(name) ?? []), newer, older].filter((one) => one !== undefined),
      );
    } else if (isFullState(sub.type) && newer === undefined && older !== undefined) sub.sent.set(name, older);
  }
}

/** A client with nothing but a wildcard that holds exactly the current set needs no answer (S8). */
function mayStaySilent(stream: Stream, sub: SubStream, label: Label): boolean {
  const current = stream.view?.type(sub.type);
  if (current === undefined || !isFullState(sub.type) || !sub.wildcard || sub.names.size > 0 || sub.suspect.size > 0) return false;
  return labelled("", current.digest) === labelled("", label.digest);
}
