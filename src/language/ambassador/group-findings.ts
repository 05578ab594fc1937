import { finding, type PlacedFinding } from "../../problem/finding.ts";
import { authMismatches } from "./auth.ts";
import { beside, type Group, type Mapping } from "./group.ts";
import { conflicts } from "./group-settings.ts";
import type { MappingSpec } from "./mapping-spec.ts";

/** What is worth saying about a group of several (6.2). */
export function groupFindings(members: Group, shadow?: Mapping): PlacedFinding[] {
  const copied = shadow === undefined ? [] : foreignShadow(members[0], shadow);
  if (members.length === 1) return copied;
  return [
    ...copied,
    ...authMismatches(members),
    ...acrossNamespaces(members),
    ...unweighted(members),
    ...mismatches(members),
    ...conflicts(members),
  ];
}

/** An intended canary if all but at most one have a weight; otherwise two teams that do not know of one another. */
function acrossNamespaces(members: Group): PlacedFinding[] {
  const [first, ...others] = members;
  const canary = members.filter(({ spec }) => spec.weight === undefined).length <= 1;
  return others
    .filter((other) => other.spec.namespace !== first.spec.namespace)
    .map((other) =>
      beside(
        first,
        other,
        canary
          ? finding("ambassador/cross-namespace-group", "/spec/weight", `a canary with ${first.origin.label} of another namespace`, {
              severity: "info",
              effect: "none",
            })
          : finding(
              "ambassador/cross-namespace-group",
              "/spec/prefix",
              `${first.origin.label} of another namespace has the same match; both split its traffic`,
              { fix: "choose another match, or give a canary a weight" },
            ),
      ),
    );
}

/** A shadow is meant to see what another serves, but its owner may not be meant to. */
function foreignShadow(first: Mapping, shadow: Mapping): PlacedFinding[] {
  if (shadow.spec.namespace === first.spec.namespace) return [];
  const message = `copies of the requests of ${first.origin.label}, of another namespace, go to this service`;
  return [
    beside(first, shadow, finding("ambassador/cross-namespace-group", "/spec/shadow", message, { severity: "info", effect: "none" })),
  ];
}

function unweighted(members: Group): PlacedFinding[] {
  const weightless = members.filter(({ spec }) => spec.weight === undefined);
  return [...Map.groupBy(weightless, ({ spec }) => spec.namespace).values()].flatMap(([one, ...others]) =>
    others.map((other) =>
      beside(
        one as Mapping,
        other,
        finding(
          "ambassador/unweighted-split",
          "/spec/prefix",
          `${(one as Mapping).origin.label} has the same match; without weights both share its traffic equally`,
          { fix: "give one of them a weight, or another match" },
        ),
      ),
    ),
  );
}

/** The settings for which Emissary drops a canary if the first member has none of it or another one. */
const dropping: readonly (readonly [string, (spec: MappingSpec) => unknown])[] = [
  ["circuit_breakers", ({ cluster }) => cluster.circuitBreakers],
  ["cluster_idle_timeout_ms", ({ cluster }) => cluster.idleTimeoutMs],
  ["cluster_max_connection_lifetime_ms", ({ cluster }) => cluster.maxLifetimeMs],
  ["connect_timeout_ms", ({ cluster }) => cluster.connectTimeoutMs],
  ["keepalive", ({ cluster }) => cluster.keepalive],
  ["labels", ({ lent }) => lent.labels],
  ["load_balancer", ({ loadBalancer }) => loadBalancer],
];

function mismatches([first, ...others]: Group): PlacedFinding[] {
  return others.flatMap((other) =>
    dropping.flatMap(([field, of]) => {
      const value = of(other.spec);
      if (value === undefined || JSON.stringify(value) === JSON.stringify(of(first.spec))) return [];
      const message = `${field} differs from that of ${first.origin.label}; each is served with its own`;
      return [beside(first, other, finding("ambassador/canary-mismatch", `/spec/${field}`, message))];
    }),
  );
}
