import type { Oid } from "../git/object.ts";
import type { Checked, Language } from "../language/language.ts";
import { type Finding, finding, type Origin, placed } from "../problem/finding.ts";
import type { LoadedFile } from "./loaded-file.ts";
import type { Unlocated } from "./locator.ts";
import type { Answers, Questions } from "./look-back.ts";
import type { PastCommit } from "./past.ts";
import type { Choice, Selection } from "./selection.ts";
import type { SourceDocument } from "./source-document.ts";
import type { Decision, Version } from "./trail.ts";

/** A document that was to protect something, and of which no version can be used. */
export interface Unprotected {
  readonly origin: Origin;
  /** Whether the plan refuses what it would protect, where nothing better can be done. */
  readonly isClosed: boolean;
  /** The newest commit before it was there, if that is within the limits. */
  readonly before?: PastCommit;
}

/** What counts of each identity that was decided. */
export function choices({ decisions }: Answers): ReadonlyMap<string, Choice> {
  return new Map([...decisions].map(([id, { path, version }]) => [id, { path, ...(version && { version: version.checked }) }]));
}

/** Whether older versions stand for what a torn file may hold of this kind. */
export function isHeld({ path, parsed: { group, kind } }: SourceDocument, { decisions, torn }: Answers): boolean {
  return torn.get(path)?.held.some((id) => id.startsWith(`${group}\n${kind}\n`) && decisions.get(id)?.version !== undefined) ?? false;
}

/** The protective documents that cannot be used, of which `missed` are those in torn files that nothing stands for. */
export function unprotected(
  selection: Selection,
  missed: readonly (readonly [SourceDocument, Checked])[],
  { decisions, torn }: Answers,
  ownerOf: (identity: { readonly group: string; readonly kind: string }) => Language | undefined,
): readonly Unprotected[] {
  const open: Unprotected[] = [];
  const add = ({ document, origin, spec }: Checked, before: PastCommit | undefined) => {
    const language = ownerOf(document.identity);
    if (spec !== undefined || language === undefined || !language.protects(document)) return;
    open.push({ origin, isClosed: language.closes(document), ...(before && { before }) });
  };
  for (const id of selection.open().keys()) {
    const counted = selection.counted(id);
    if (counted !== undefined) add(counted, decisions.get(id)?.absentAt);
  }
  for (const [{ path }, checked] of missed) add(checked, torn.get(path)?.wholeAt);
  return open;
}

/** What there is to say about the versions that count in place of those of the commit itself. */
export function aboutContainment(
  { open, limits }: Omit<Questions, "torn">,
  { decisions, torn }: Answers,
  loaded: ReadonlyMap<string, LoadedFile>,
  commit: Oid,
): readonly Unlocated[] {
  const found: Unlocated[] = [];
  for (const [id, documents] of open) {
    const decision = decisions.get(id);
    const newest = documents.find(({ origin }) => origin.path === decision?.path);
    if (decision === undefined || newest === undefined || newest.spec !== undefined) continue;
    const { pointer, on } = newest.findings.find(({ effect }) => effect === "left-out") ?? ({ pointer: "", on: "value" } as const);
    for (const one of aboutDecision(decision, newest.origin.label, `is invalid at ${short(commit)}`, limits.commits))
      found.push({ ...placed(newest.origin, { ...one, pointer, on }, related(decision.version)) });
  }
  for (const [path, { held }] of torn) {
    const file = loaded.get(path);
    const place = placeOf(path, file);
    if (held.length > 0 && file?.torn !== undefined) found.push(file.torn);
    for (const id of place === undefined ? [] : held) {
      const decision = decisions.get(id);
      if (decision === undefined || place === undefined) continue;
      const label = decision.version?.checked.origin.label ?? labelOf(id);
      for (const one of aboutDecision(decision, label, `stood in a file that cannot be read at ${short(commit)}`, limits.commits))
        found.push({ ...one, ...place, related: related(decision.version) });
    }
  }
  return found;
}

/** Where a torn file is broken; its beginning, if only the name of a document is lost. */
function placeOf(path: string, file: LoadedFile | undefined): Pick<Unlocated, "origin" | "line" | "column"> | undefined {
  const cause = file?.findings[0] ?? file?.torn;
  if (cause?.line !== undefined) return { origin: cause.origin, line: cause.line, column: cause.column ?? 1 };
  if (cause !== undefined) return { origin: cause.origin };
  const [document] = file?.documents ?? [];
  return document && { origin: { source: document.source, path, blob: document.blob, index: 0, label: path } };
}

function aboutDecision({ version, isOld }: Decision, label: string, why: string, bound: number): readonly Finding[] {
  if (version === undefined) {
    if (!isOld) return [];
    return [finding("document/no-valid-version", "", `${label} ${why}, and no version before it can be served`)];
  }
  const { behind } = version;
  const served = `${label} ${why}; the version of ${short(version.commit.oid)}, ${commits(behind)} behind, is served`;
  const left = bound - behind;
  const expiring = finding("document/expiring", "", `after ${commits(left)} more nothing of ${label} is served, unless it is mended`);
  return [finding("document/held-back", "", served), ...(behind * 2 >= bound ? [expiring] : [])];
}

function related(version: Version | undefined): Unlocated["related"] {
  return version === undefined ? [] : [{ why: "served", place: { origin: version.checked.origin, pointer: "", on: "value" } }];
}

/** `1 commit`, `3 commits`. */
export function commits(count: number): string {
  return `${count} commit${count === 1 ? "" : "s"}`;
}

/** A commit as texts name it. */
export function short(oid: Oid): string {
  return oid.slice(0, 12);
}

function labelOf(id: string): string {
  const [, kind = "", namespace = "", name = ""] = id.split("\n");
  return [kind, ...(namespace === "" ? [] : [namespace]), name].join("/");
}
