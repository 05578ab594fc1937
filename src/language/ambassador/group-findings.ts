import { finding, type PlacedFinding } from "../../problem/finding.ts";
import { beside, type Group, type Mapping } from "./group.ts";
import { conflicts } from "./group-settings.ts";

/** What is worth saying about a group of several (6.2). */
export function groupFindings(members: Group): PlacedFinding[] {
  if (members.length === 1) return [];
  return [...acrossNamespaces(members), ...unweighted(members), ...otherTimeouts(members), ...conflicts(members)];
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

/** Emissary drops a canary that sets a connect timeout which the first member has not. */
function otherTimeouts([first, ...others]: Group): PlacedFinding[] {
  return others
    .filter(({ spec }) => spec.connectTimeoutMs !== undefined && spec.connectTimeoutMs !== first.spec.connectTimeoutMs)
    .map((other) =>
      beside(
        first,
        other,
        finding(
          "ambassador/canary-mismatch",
          "/spec/connect_timeout_ms",
          `connect_timeout_ms differs from that of ${first.origin.label}; each is served with its own`,
        ),
      ),
    );
}
