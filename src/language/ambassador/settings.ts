import { z } from "zod";
import type { FleetSettings } from "../language.ts";
import { type Selector, selectorSchema } from "./selector.ts";

/** Settings of this language in a Fleet document (`spec.ambassador`, ambassador.md 1.1). */
export const ambassadorSettings = z.strictObject({
  /** Namespace whose services need no suffix. */
  namespace: z.string().optional(),
  /** Ambassador ids that the fleet answers to. */
  ids: z.array(z.string()).optional(),
  /** Namespaces whose documents are read, instead of all. */
  inputNamespaces: z.array(z.string()).optional(),
  /** Labels of the documents that are read. */
  labelSelector: selectorSchema.optional(),
  /** By name what stands for `$NAME` and `${NAME}` in strings. */
  variables: z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string()).optional(),
  /** A Mapping fits a Host by its hostname or by one label. */
  looseLabelSelectors: z.boolean().optional(),
  /** Every virtual host answers the probes of Emissary. */
  probeRoutes: z.boolean().optional(),
  /** `system`: certificates of upstreams are checked by the authorities of the machine where no context names others. */
  verifyUpstreams: z.enum(["none", "system"]).optional(),
  /** By absolute path, as documents name it, the file of the repository that is meant. */
  files: z.record(z.string().startsWith("/"), z.string().min(1)).optional(),
  /** Port in the `alt-svc` header. */
  http3Port: z.number().int().min(1).max(65535).optional(),
});

/** What {@link ambassadorSettings} has read, with the defaults. */
export interface AmbassadorSettings {
  readonly namespace: string;
  readonly ids: readonly string[];
  readonly inputNamespaces?: readonly string[];
  readonly labelSelector?: Selector;
  readonly variables: Readonly<Record<string, string>>;
  readonly looseLabelSelectors: boolean;
  readonly probeRoutes: boolean;
  readonly http3Port: number;
  readonly verifyUpstreams: "none" | "system";
  readonly files: Readonly<Record<string, string>>;
}

const defaults: AmbassadorSettings = {
  namespace: "default",
  ids: ["default"],
  variables: {},
  looseLabelSelectors: false,
  probeRoutes: false,
  http3Port: 443,
  verifyUpstreams: "none",
  files: {},
};

/** The settings of a fleet, with the defaults. The values were checked with the Fleet document. */
export function settingsOf(fleet: FleetSettings): AmbassadorSettings {
  return { ...defaults, ...((fleet.languages.ambassador ?? {}) as Partial<AmbassadorSettings>) };
}
