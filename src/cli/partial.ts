import type { Built, BuiltFleet } from "../build/offline.ts";
import type { BuiltPair } from "../build/pair.ts";
import { LDS } from "../envoy/type-url.ts";
import { codes } from "../problem/codes.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";

/** What cannot be judged without the documents of other repositories (ambassador.md 1). */
const unresolved: ReadonlySet<string> = new Set([
  "route/unattached",
  "route/no-endpoints",
  "route/test-without-fleet",
  "secret/missing",
  "ambassador/no-listener",
  "ambassador/no-hosts",
  "ambassador/idle-host",
  "ambassador/missing-tlscontext",
  "ambassador/unknown-resolver",
  "ambassador/unknown-port",
  "ambassador/unmapped-file",
  "ambassador/tcp-no-tls",
]);

/**
 * The problems of a build. Where the files hold no Listener they are part of something larger: what refers to the rest is info then,
 * and one `document/partial-context` says so (delivery.md 9).
 */
export function problemsOf({
  fleets,
  problems,
}: Pick<Built, "problems"> & { readonly fleets: readonly Pick<BuiltFleet, "snapshot">[] }): readonly Problem[] {
  const hasListener = servesListeners(fleets) || problems.some(({ code }) => code === "ambassador/idle-listener");
  const first = problems.find(({ code }) => unresolved.has(code));
  if (hasListener || first === undefined) return problems;
  return [
    partialContext(first.at.source),
    ...problems.map((one): Problem => (unresolved.has(one.code) ? { ...one, severity: "info", effect: "none" } : one)),
  ];
}

/** The problems that a difference shows. Files without a Listener on either side serve nothing that could differ, and that is said first. */
export function problemsOfPair({ before, after }: BuiltPair): readonly Problem[] {
  const problems = problemsOf(after);
  const isSaid = problems.some(({ code }) => code === "document/partial-context");
  if (isSaid || after.documents.selected + after.documents.heldBack + after.documents.leftOut === 0) return problems;
  if (servesListeners(before.fleets) || servesListeners(after.fleets)) return problems;
  const fix = "compare them beside the others with --against-server";
  return [{ ...partialContext(problems[0]?.at.source ?? "main"), fix }, ...problems];
}

function partialContext(source: string): Problem {
  return problemAt("document/partial-context", codes["document/partial-context"].meaning, { source, path: "" });
}

function servesListeners(fleets: readonly Pick<BuiltFleet, "snapshot">[]): boolean {
  return fleets.some(({ snapshot }) => (snapshot.types.get(LDS)?.resources.size ?? 0) > 0);
}
