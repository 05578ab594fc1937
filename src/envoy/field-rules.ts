import { EncodeError, encode } from "../codec/encode.ts";
import { type Violation, violations } from "../codec/rules.ts";
import type { JsonObject } from "../model/json.ts";
import type { ListenerPlan, Route, Upstream } from "../model/model.ts";
import { clusterMessage } from "./cluster.ts";
import { listenerMessage } from "./listener.ts";
import { routeMessage } from "./route.ts";

/**
 * Why Envoy would refuse what a route becomes, by its field rules (xds.md 8); empty if nothing is known against it.
 * A value that its field cannot hold, such as a time of 10,000 years, has no field rule but cannot be sent: it counts as rule `encoding`.
 */
export function routeViolations(route: Route): readonly Violation[] {
  return violationsOf("envoy.config.route.v3.Route", routeMessage(route));
}

/** Why Envoy would refuse what an upstream becomes: as {@link routeViolations}. */
export function clusterViolations(upstream: Upstream): readonly Violation[] {
  return violationsOf("envoy.config.cluster.v3.Cluster", clusterMessage(upstream));
}

/** Why Envoy would refuse what a listener becomes: as {@link routeViolations}. */
export function listenerViolations(plan: ListenerPlan): readonly Violation[] {
  return violationsOf("envoy.config.listener.v3.Listener", listenerMessage(plan));
}

function violationsOf(type: string, message: JsonObject): readonly Violation[] {
  const found = violations(type, message);
  if (found.length > 0) return found;
  try {
    encode(type, message);
    return [];
  } catch (error) {
    if (!(error instanceof EncodeError)) throw error;
    return [{ pointer: error.pointer, rule: "encoding", message: "has a value that the field cannot hold" }];
  }
}
