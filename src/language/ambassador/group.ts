import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked } from "../language.ts";
import type { MappingSpec } from "./mapping-spec.ts";
import { compareSortKeys } from "./sort-key.ts";

/** A Mapping that can be planned. */
export type Mapping = Checked<MappingSpec> & { readonly spec: MappingSpec };

/** Mappings of one match, in load order, at least one. */
export type Group = readonly [Mapping, ...Mapping[]];

const pathRank = { exact: 0, prefix: 1, regex: 2 } as const;

/** The groups of a virtual host in the order of their routes (6.1, 6.5). */
export function groupsOf(mappings: readonly Mapping[]): Group[] {
  const groups = [...Map.groupBy(mappings, (mapping) => mapping.spec.groupKey).values()];
  for (const members of groups) if (members.length > 1) members.sort(inLoadOrder);
  return (groups as [Mapping, ...Mapping[]][]).sort(
    ([a], [b]) =>
      compareSortKeys(a.spec.sortKey, b.spec.sortKey) ||
      pathRank[a.spec.path.kind] - pathRank[b.spec.path.kind] ||
      byCodePoint(b.spec.loadKey, a.spec.loadKey),
  );
}

/** The members that are served: a group is one redirect or has none, as the first in load order decides (6.4). */
export function servedMembers(group: Group, findings: PlacedFinding[]): Group {
  if (group.length === 1) return group;
  const [first, ...others] = group;
  const kept = others.filter((other) => {
    if (!first.spec.isRedirect && !other.spec.isRedirect) return true;
    const message = `${first.origin.label} has the same match and comes first; a redirect shares it with nobody`;
    findings.push(beside(first, other, finding("ambassador/redirect-mix", "/spec/prefix", message)));
    return false;
  });
  return [first, ...kept];
}

/** Ascending by `<name>.<namespace>` (2.3). */
export function inLoadOrder(a: Mapping, b: Mapping): number {
  return byCodePoint(a.spec.loadKey, b.spec.loadKey);
}

/** A finding at one Mapping that names another. */
export function beside(other: Mapping, at: Mapping, found: Parameters<typeof placed>[1]): PlacedFinding {
  return placed(at.origin, found, [{ why: "other-definition", place: { origin: other.origin, pointer: "/spec/prefix", on: "value" } }]);
}
