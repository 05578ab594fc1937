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

/** A group as it is served. */
export interface Served {
  /** Those that share the traffic. */
  readonly members: Group;
  /** Gets a copy of it. */
  readonly shadow?: Mapping;
}

/** The members that are served: one redirect or none, as the first in load order decides, and one shadow beside others (6.4). */
export function servedMembers(group: Group, findings: PlacedFinding[]): Served | undefined {
  const [first, ...others] = group.filter(({ spec }) => !spec.shadow);
  const [shadow, ...more] = group.filter(({ spec }) => spec.shadow);
  if (first === undefined) {
    for (const { origin } of group) {
      const message = "no other Mapping has this match, so there is nothing to copy";
      findings.push(placed(origin, finding("ambassador/shadow-without-primary", "/spec/shadow", message)));
    }
    return undefined;
  }
  for (const other of more) {
    const message = `${shadow?.origin.label} is the shadow of this match; there can be one`;
    findings.push(beside(shadow ?? first, other, finding("ambassador/multiple-shadows", "/spec/shadow", message)));
  }
  const mixes = (other: Mapping) => {
    const mixed = first.spec.isRedirect || other.spec.isRedirect;
    const message = `${first.origin.label} has the same match and comes first; a redirect shares it with nobody`;
    if (mixed) findings.push(beside(first, other, finding("ambassador/redirect-mix", "/spec/prefix", message)));
    return mixed;
  };
  const members: Group = [first, ...others.filter((other) => !mixes(other))];
  return shadow === undefined || mixes(shadow) ? { members } : { members, shadow };
}

/** Ascending by `<name>.<namespace>` (2.3). */
export function inLoadOrder(a: Mapping, b: Mapping): number {
  return byCodePoint(a.spec.loadKey, b.spec.loadKey);
}

/** A finding at one Mapping that names another. */
export function beside(other: Mapping, at: Mapping, found: Parameters<typeof placed>[1]): PlacedFinding {
  return placed(at.origin, found, [{ why: "other-definition", place: { origin: other.origin, pointer: "/spec/prefix", on: "value" } }]);
}
