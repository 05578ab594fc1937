import { z } from "zod";
import { locationShape } from "./problem.ts";

const version = z.literal("1");
const files = z.array(z.string());
const counts = z.strictObject({ error: z.int(), warning: z.int(), info: z.int() });

/** The output of `render`. */
export const renderShape = z.strictObject({
  format_version: version,
  command: z.literal("render"),
  /** `null`: the files on disk. */
  commit: z.string().nullable(),
  fleet: z.string(),
  resources: z.array(
    z.strictObject({
      type: z.string(),
      name: z.string(),
      version: z.string(),
      origins: z.array(locationShape),
      /** The resource as Envoy's JSON with snake_case names, secrets replaced. */
      body: z.record(z.string(), z.unknown()),
    }),
  ),
});

const route = {
  listener: z.string().exactOptional(),
  sni: z.string().exactOptional(),
  domain: z.string().exactOptional(),
  match: z.record(z.string(), z.unknown()).exactOptional(),
};

/** The output of `compare`. */
export const compareShape = z.strictObject({
  format_version: version,
  command: z.literal("compare"),
  equal: z.int(),
  total: z.int(),
  ignored: z.array(z.string()),
  differences: z.array(
    z.strictObject({
      /** `missing here`, `only here`, `other order`, `other upstream`, or `other <field>`. */
      reason: z.string(),
      ...route,
      fields: z.array(z.strictObject({ path: z.string(), theirs: z.unknown().exactOptional(), ours: z.unknown().exactOptional() })),
      at: locationShape.exactOptional(),
      code: z.string().exactOptional(),
    }),
  ),
  /** Routes of the other side's own machinery. */
  machinery: z.array(z.strictObject(route)),
});

/** The output of `init`. */
export const initShape = z.strictObject({ format_version: version, command: z.literal("init"), branch: z.string(), files });

/** The output of `import`. */
export const importShape = z.strictObject({
  format_version: version,
  command: z.literal("import"),
  written: files,
  unchanged: files,
  /** How many objects of which kind were left out. */
  skipped: z.record(z.string(), z.int()),
  secrets: z.array(z.looseObject({ directory: z.string(), used_by: z.array(z.string()) })),
  services_without_addresses: z.array(z.string()),
  problems: counts,
});

const kindField = z.strictObject({
  name: z.string(),
  type: z.string(),
  required: z.boolean(),
  /** What it is where it is not set, for people. */
  default: z.string().optional(),
  /** What it becomes in Envoy, or means. */
  becomes: z.string().optional(),
  served: z.boolean(),
  /** It is known to have no effect, and whoever writes it is told. */
  reported: z.literal(true).optional(),
});

/** The output of `kinds`. */
export const kindsShape = z.strictObject({
  format_version: version,
  command: z.literal("kinds"),
  kinds: z.array(
    z.strictObject({
      api_version: z.string(),
      kind: z.string(),
      served: z.boolean(),
      fields: z.array(kindField),
    }),
  ),
});

/** The output of `cert`. */
export const certShape = z.strictObject({
  format_version: version,
  command: z.enum(["cert init-ca", "cert issue server", "cert issue node"]),
  certificate: z.string(),
  key: z.string(),
  /** Whether they are new; else those that stand there are good. */
  written: z.boolean(),
});

/** The output of `version`. */
export const versionShape = z.strictObject({
  format_version: version,
  command: z.literal("version"),
  version: z.string(),
  node: z.string(),
});
