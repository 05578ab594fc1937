import type { JsonObject } from "../../../model/json.ts";
import type { FilterUse, Fragment } from "../../../model/model.ts";
import type { PlacedFinding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { customResponse, localReplies } from "../error-overrides.ts";
import { overridesErrors } from "../mapping-spec.ts";
import type { ModuleSettings } from "../module/module-settings.ts";
import type { Surroundings } from "../slot.ts";
import { planAuth } from "./auth-plan.ts";
import type { Calls } from "./calls.ts";
import { planLogs } from "./log-service.ts";
import { planRateLimit } from "./rate-limit-plan.ts";
import { planTracing, tracesToDatadog } from "./tracing-plan.ts";

/** What AuthService, RateLimitService, LogService and TracingService become (ambassador.md 12). */
export interface Around {
  readonly filters: readonly FilterUse[];
  /** Of every HttpConnectionManager. */
  readonly manager: JsonObject;
  /** Those of LogServices, then the one that the Module says. */
  readonly accessLogs: readonly JsonObject[];
  /** Of every Envoy Listener. */
  readonly listener: readonly Fragment[];
  /** Names of the upstreams that are called. */
  readonly upstreams: readonly string[];
  readonly surroundings: Surroundings;
}

/** Plans the services around all routes. */
export function planAround(documents: readonly Checked[], module: ModuleSettings, calls: Calls, findings: PlacedFinding[]): Around {
  const auth = planAuth(documents, module.defaults, calls, findings);
  const limit = planRateLimit(documents, module.defaults, calls, findings);
  const accessLogs = planLogs(documents, calls);
  const tracing = planTracing(documents, calls, findings);
  const { errorOverrides = [] } = module.defaults;
  const overrides = errorOverrides.length > 0 || documents.some(overridesErrors);
  return {
    filters: [...auth.filters, ...limit.filters, ...(overrides ? [customResponse] : [])],
    manager: { ...(tracing === undefined ? {} : { tracing }), ...localReplies(errorOverrides) },
    accessLogs: [...accessLogs, ...(tracesToDatadog(tracing) ? module.datadogLogs : module.accessLogs)],
    listener: tracing === undefined ? [] : [{ type: "envoy.config.listener.v3.Listener", value: { traffic_direction: "OUTBOUND" } }],
    upstreams: calls.names(),
    surroundings: {
      module: module.defaults,
      ...(module.probesOf === undefined ? {} : { probesOf: module.probesOf }),
      guards: { auth: auth.state, limits: limit.limits },
      protoMayLie: !module.useRemoteAddress || module.hasLua || auth.mayChangeProto,
    },
  };
}
