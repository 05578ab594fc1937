import type { HeaderEdits } from "../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked } from "../language.ts";
import type { MappingSpec } from "./mapping.ts";
import { compareSortKeys } from "./sort-key.ts";

/** A Mapping that can be planned. */
export type Mapping = Checked<MappingSpec> & { readonly spec: MappingSpec };

/** Mappings of one match, in load order, at least one. */
export interface Group {
  readonly members: readonly [Mapping, ...Mapping[]];
}

const pathRank = { exact: 0, prefix: 1, regex: 2 } as const;

/** The groups of a virtual host in the order of their routes (6.1, 6.5). */
export function groupsOf(mappings: readonly Mapping[]): Group[] {
  const byKey = Map.groupBy(mappings, (mapping) => mapping.spec.groupKey);
  const groups = [...byKey.values()].map((members) => ({
    members: members.sort((a, b) => byCodePoint(a.spec.loadKey, b.spec.loadKey)) as [Mapping, ...Mapping[]],
  }));
  return groups.sort(({ members: [a] }, { members: [b] }) => {
    return (
      compareSortKeys(a.spec.sortKey, b.spec.sortKey) ||
      pathRank[a.spec.path.kind] - pathRank[b.spec.path.kind] ||
      byCodePoint(b.spec.loadKey, a.spec.loadKey)
    );
  });
}

/** The members that are served: all redirects but one are dropped from a redirect, and redirects from everything else (6.4). */
export function servedMembers({ members }: Group, findings: PlacedFinding[]): readonly [Mapping, ...Mapping[]] {
  const [first, ...others] = members;
  const kept = others.filter((other) => {
    const fits = first.spec.redirect === undefined && other.spec.redirect === undefined;
    if (!fits) {
      const found = finding(
        "ambassador/redirect-mix",
        "/spec/host_redirect",
        `${first.origin.label} has the same match and comes first; a redirect shares it with nobody`,
      );
      findings.push(placed(other.origin, found, [{ why: "other-definition", place: { origin: first.origin, pointer: "", on: "value" } }]));
    }
    return fits;
  });
  return [first, ...kept];
}

/** What of a member's settings comes from the whole group: its own value, else that of the last member that sets it; headers are merged by name (6.2). */
export function sharedSettings(
  member: Mapping,
  members: readonly Mapping[],
): Pick<MappingSpec, "retry" | "requestHeaders" | "responseHeaders"> {
  if (members.length === 1) return member.spec;
  const last = <T>(of: (spec: MappingSpec) => T | undefined) =>
    members.map(({ spec }) => of(spec)).findLast((value) => value !== undefined);
  const edits = (of: (spec: MappingSpec) => HeaderEdits): HeaderEdits => {
    const added = new Map(members.flatMap(({ spec }) => of(spec).add.map((edit) => [edit.name, edit] as const)));
    for (const edit of of(member.spec).add) added.set(edit.name, edit);
    const removed =
      of(member.spec).remove.length > 0
        ? of(member.spec).remove
        : (last((spec) => (of(spec).remove.length > 0 ? of(spec).remove : undefined)) ?? []);
    return { add: [...added.values()].sort((a, b) => byCodePoint(a.name, b.name)), remove: removed };
  };
  return {
    retry: member.spec.retry ?? last((spec) => spec.retry),
    requestHeaders: edits((spec) => spec.requestHeaders),
    responseHeaders: edits((spec) => spec.responseHeaders),
  };
}

/** What is worth saying about a group of several (6.2). */
export function groupFindings(members: readonly Mapping[]): PlacedFinding[] {
  const [first, ...others] = members;
  if (first === undefined || others.length === 0) return [];
  const findings: PlacedFinding[] = [];
  const weightless = members.filter((member) => member.spec.weight === undefined);
  const beside = (why: Mapping) => [{ why: "other-definition" as const, place: { origin: why.origin, pointer: "", on: "value" as const } }];
  const elsewhere = others.find((other) => other.spec.namespace !== first.spec.namespace);
  if (elsewhere !== undefined) {
    const canary = weightless.length <= 1;
    const message = canary
      ? `a canary with ${first.origin.label} of another namespace`
      : `${first.origin.label} of another namespace has the same match; both split its traffic`;
    findings.push(
      placed(
        elsewhere.origin,
        finding("ambassador/cross-namespace-group", "/spec/prefix", message, canary ? { severity: "info", effect: "none" } : {}),
        beside(first),
      ),
    );
  }
  for (const [, same] of Map.groupBy(weightless, (member) => member.spec.namespace)) {
    const [one, other] = same;
    if (one === undefined || other === undefined) continue;
    findings.push(
      placed(
        other.origin,
        finding(
          "ambassador/unweighted-split",
          "/spec/prefix",
          `${one.origin.label} has the same match; without weights both share its traffic equally`,
          { fix: "give one of them a weight, or another match" },
        ),
        beside(one),
      ),
    );
  }
  for (const other of others) {
    if (other.spec.connectTimeoutMs !== first.spec.connectTimeoutMs) {
      findings.push(
        placed(
          other.origin,
          finding(
            "ambassador/canary-mismatch",
            "/spec/connect_timeout_ms",
            `connect_timeout_ms differs from that of ${first.origin.label}; each is served with its own`,
          ),
          beside(first),
        ),
      );
    }
    if (
      other.spec.retry !== undefined &&
      first.spec.retry !== undefined &&
      JSON.stringify(other.spec.retry) !== JSON.stringify(first.spec.retry)
    ) {
      findings.push(
        placed(
          other.origin,
          finding(
            "ambassador/canary-field-conflict",
            "/spec/retry_policy",
            `retry_policy differs from that of ${first.origin.label}; each is served with its own`,
          ),
          beside(first),
        ),
      );
    }
  }
  return findings;
}
