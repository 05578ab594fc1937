import type { JsonObject } from "../../../model/json.ts";
import type { FilterUse } from "../../../model/model.ts";
import type { PlacedFinding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import type { ModuleSettings } from "../module/module-settings.ts";
import type { Surroundings } from "../slot.ts";
import { planAuth } from "./auth-plan.ts";
import type { Calls } from "./calls.ts";

/** What AuthService, RateLimitService, LogService and TracingService become (ambassador.md 12). */
export interface Around {
  readonly filters: readonly FilterUse[];
  /** Of every HttpConnectionManager. */
  readonly manager: JsonObject;
  /** Before the log that the Module says. */
  readonly accessLogs: readonly JsonObject[];
  /** Names of the upstreams that are called. */
  readonly upstreams: readonly string[];
  readonly surroundings: Surroundings;
}

/** Plans the services around all routes. */
export function planAround(documents: readonly Checked[], module: ModuleSettings, calls: Calls, findings: PlacedFinding[]): Around {
  const auth = planAuth(documents, module.defaults, calls, findings);
  return {
    filters: auth.filters,
    manager: {},
    accessLogs: [],
    upstreams: calls.names(),
    surroundings: {
      module: module.defaults,
      guards: { auth: auth.state },
      protoMayLie: !module.useRemoteAddress || module.hasLua || auth.mayChangeProto,
    },
  };
}
