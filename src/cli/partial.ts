import type { Built, BuiltFleet } from "../build/offline.ts";
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
  const hasListener =
    fleets.some(({ snapshot }) => (snapshot.types.get(LDS)?.resources.size ?? 0) > 0) ||
    problems.some(({ code }) => code === "ambassador/idle-listener");
  const first = problems.find(({ code }) => unresolved.has(code));
  if (hasListener || first === undefined) return problems;
  const { meaning } = codes["document/partial-context"];
  const context = problemAt("document/partial-context", meaning, { source: first.at.source, path: "" });
  return [context, ...problems.map((one): Problem => (unresolved.has(one.code) ? { ...one, severity: "info", effect: "none" } : one))];
}
