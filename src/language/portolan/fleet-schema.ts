import { z } from "zod";
import { isIp } from "../../model/ip.ts";
import { ambassadorSettings } from "../ambassador/settings.ts";

// An empty glob is none, and one that matches by sheer length is a mistake.
const glob = z.string().min(1).max(1000);
const globs = z.array(glob);

/** `spec` of a Fleet, as written; what later releases serve is taken out before. */
export const fleetSchema = z.strictObject({
  nodes: z.strictObject({
    id: globs.optional(),
    cluster: globs.optional(),
    region: globs.optional(),
    zone: globs.optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
  documents: z.strictObject({ include: globs.optional(), exclude: globs.optional() }).optional(),
  namespaces: z.array(z.strictObject({ path: glob, namespace: z.string() })).optional(),
  proxy: z
    .strictObject({
      bindAddress: z.string().refine(isIp, "expected an IP address").optional(),
      trustStore: z.string().startsWith("/").optional(),
      minEnvoyVersion: z
        .string()
        .regex(/^\d{1,3}\.\d{1,3}$/)
        .optional(),
    })
    .optional(),
  services: z
    .strictObject({
      dnsSuffix: z
        .string()
        .max(200)
        .regex(/^(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/)
        .optional(),
      missing: z.enum(["Error", "Dns"]).optional(),
    })
    .optional(),
  ambassador: ambassadorSettings.optional(),
  containment: z
    .strictObject({
      lookBack: z
        .strictObject({ commits: z.int().min(1).max(100_000).optional(), versions: z.int().min(1).max(1000).optional() })
        .optional(),
      hold: z.array(z.string().min(1)).optional(),
    })
    .optional(),
  rollout: z
    .strictObject({
      strategy: z.enum(["all-at-once", "waves"]).optional(),
      maxRejected: z.union([z.int().min(0), z.string().regex(/^(?:100|\d{1,2})%$/)]).optional(),
      gates: z.strictObject({ routeTests: z.enum(["hold", "warn"]).optional() }).optional(),
    })
    .optional(),
});
