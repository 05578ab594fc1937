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
  verifyUpstreams: later,
  files: later,
  http3Port: later,
});

/** What {@link ambassadorSettings} has read, with the defaults. */
export interface AmbassadorSettings {
  readonly namespace: string;
  readonly ids: readonly string[];
}

/** Namespace whose services need no suffix, and the ids that the fleet answers to. The values were checked with the Fleet document. */
export function settingsOf(fleet: FleetSettings): AmbassadorSettings {
  const { namespace = "default", ids = ["default"] } = (fleet.languages.ambassador ?? {}) as Partial<AmbassadorSettings>;
  return { namespace, ids };
}
