import type { Endpoint } from "../model/model.ts";
import type { FleetPlan } from "../model/plan.ts";

/** The addresses of an upstream, `address:port`, in order; of one that is found by DNS its name. */
export function endpointsOf({ upstreams, endpointSets }: Pick<FleetPlan, "upstreams" | "endpointSets">, name: string): readonly string[] {
  const discovery = upstreams.get(name)?.discovery;
  if (discovery === undefined) return [];
  const endpoints = discovery.kind === "eds" ? (endpointSets.get(discovery.endpointSet)?.endpoints ?? []) : discovery.endpoints;
  return endpoints.map(endpointText);
}

/** `10.0.0.1:80`, `[::1]:80`. */
export function endpointText({ address, port }: Pick<Endpoint, "address" | "port">): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}
