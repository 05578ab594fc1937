import { z } from "zod";
import type { FleetSettings } from "../language.ts";

/** A setting that a later release serves: said to be so instead of being passed over. */
const later = z
  .unknown()
  .transform((value, ctx): undefined => {
    ctx.issues.push({ code: "custom", input: value, message: "not served yet", params: { code: "document/not-served" } });
    return undefined;
  })
  .optional();

/** Settings of this language in a Fleet document (`spec.ambassador`, ambassador.md 1.1). */
export const ambassadorSettings = z.strictObject({
  /** Namespace whose services need no suffix. */
  namespace: z.string().optional(),
  /** Ambassador ids that the fleet answers to. */
  ids: z.array(z.string()).optional(),
  inputNamespaces: later,
  labelSelector: later,
  variables: later,
  looseLabelSelectors: later,
  probeRoutes: later,
  /** `system`: certificates of upstreams are checked by the authorities of the machine where no context names others. */
  verifyUpstreams: z.enum(["none", "system"]).optional(),
  files: later,
  /** Port in the `alt-svc` header. */
  http3Port: z.number().int().min(1).max(65535).optional(),
});

/** What {@link ambassadorSettings} has read, with the defaults. */
export interface AmbassadorSettings {
  readonly namespace: string;
  readonly ids: readonly string[];
  readonly http3Port: number;
  readonly verifyUpstreams: "none" | "system";
}

/** The settings of a fleet, with the defaults. The values were checked with the Fleet document. */
export function settingsOf(fleet: FleetSettings): AmbassadorSettings {
  const defaults: AmbassadorSettings = { namespace: "default", ids: ["default"], http3Port: 443, verifyUpstreams: "none" };
  return { ...defaults, ...((fleet.languages.ambassador ?? {}) as Partial<AmbassadorSettings>) };
}
