import type { TypeUrl } from "../envoy/resource.ts";
import { shortName } from "../envoy/type-url.ts";
import { codes } from "../problem/codes.ts";
import { byCodePoint } from "../problem/order.ts";
import type { Location, Problem } from "../problem/problem.ts";
import type { NodeState, Rejection } from "./node.ts";

/** A rejection that stands, and whose it is. */
export interface Standing {
  readonly node: string;
  readonly fleet: string;
  readonly type: TypeUrl;
  readonly rejection: Rejection;
}

/** A node that says nothing for this long does not answer. */
const patienceMs = 30_000;
/** Nodes that a message names before it only counts. */
const named = 3;
/** The place of what has none in a source. */
const nowhere: Location = { source: "", path: "" };

/** `rollout/rejected`: one Problem for all nodes of a fleet that reject the same resources with the same text. */
export function rejected(standing: readonly Standing[]): Problem[] {
  const equal = Map.groupBy(standing, ({ fleet, type, rejection }) => JSON.stringify([fleet, type, rejection.error, rejection.resources]));
  return [...equal.values()].map((group) => {
    const [first] = group as [Standing, ...Standing[]];
    const newest = group.map((one) => one.rejection).reduce((a, b) => (b.at > a.at || (b.at === a.at && b.places.length > 0) ? b : a));
    const [at = { ...nowhere, commit: newest.commit }, ...others] = newest.places;
    return {
      code: "rollout/rejected",
      severity: codes["rollout/rejected"].severity,
      effect: codes["rollout/rejected"].effect,
      message: `${who(group.map((one) => one.node))} of the fleet ${first.fleet} rejected ${what(first.type, newest)}: ${newest.error}`,
      at,
      related: others.map((place) => ({ why: "cause" as const, at: place })),
    };
  });
}

/** `fleet/not-answering`: connected nodes that owe an answer for too long. */
export function notAnswering(nodes: readonly NodeState[], now: number): Problem[] {
  return nodes.flatMap((node) =>
    Object.entries(node.types)
      .filter(([, type]) => type.state === "pending" && type.reason === "in-flight" && now - type.since >= patienceMs)
      .map(([short, type]) => ({
        code: "fleet/not-answering",
        severity: codes["fleet/not-answering"].severity,
        effect: codes["fleet/not-answering"].effect,
        message: `the node ${node.id} of the fleet ${node.fleet} has not answered what it was sent for ${short} since ${new Date(type.since).toISOString()}`,
        at: nowhere,
        related: [],
      })),
  );
}

function who(nodes: readonly string[]): string {
  const sorted = [...new Set(nodes)].sort(byCodePoint);
  const list = sorted.length <= named ? sorted.join(", ") : `${sorted.slice(0, named).join(", ")} and ${sorted.length - named} more`;
  return `${sorted.length === 1 ? "1 node" : `${sorted.length} nodes`} (${list})`;
}

function what(type: TypeUrl, { resources, uncertain }: Rejection): string {
  const list =
    resources.length <= named ? resources.join(", ") : `${resources.slice(0, named).join(", ")} and ${resources.length - named} more`;
  return `${shortName(type)} ${uncertain ? "(one of, or all of) " : ""}${list}`;
}
