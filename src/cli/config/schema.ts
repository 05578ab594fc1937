import { z } from "zod";
import { sourceLimits } from "../../git/limits.ts";
import { address, duration, filled, hostAndPort, label, notServed, size, text, url, word } from "./field.ts";
import { xdsLimitFields } from "./xds-limits.ts";

const listenerFields = { address: address.optional(), insecure: z.boolean().default(false), unix: notServed };
const listener = z.strictObject({ ...listenerFields, tls: notServed });
const file = z.strictObject({ file: filled });
const xdsListener = z.strictObject({
  ...listenerFields,
  unix: filled.optional(),
  // xds.md 5.2.
  drainTime: duration(0).default(10_000),
  tls: z.strictObject({ cert: file, key: file, clientCa: file.optional() }).optional(),
});

/** The limits of a source (delivery.md 1.6), up to what one process can bear. */
const limits = z
  .strictObject({
    depth: z.int().min(1).max(256).default(sourceLimits.depth),
    entries: z.int().min(1).max(1_000_000).default(sourceLimits.entries),
    paths: z.int().min(1).max(10_000_000).default(sourceLimits.paths),
    files: z.int().min(1).max(1_000_000).default(sourceLimits.files),
    bytes: size(4 * 1024 ** 3).default(sourceLimits.bytes),
  })
  .prefault({});

const source = z.strictObject({
  name: label,
  path: filled,
  branch: filled.optional(),
  ref: text(/^refs\/./, "expected the full name of a ref, such as refs/heads/main").optional(),
  worktree: z.boolean().default(false),
  // A local repository is watched; the poll is for what no event tells (delivery.md 1.1).
  interval: duration(2000).default(2000),
  include: z.array(filled).optional(),
  exclude: z.array(filled).optional(),
  url: notServed,
  tag: notServed,
  semver: notServed,
  tagPrefix: notServed,
  mount: notServed,
  subdir: notServed,
  owner: notServed,
  allowInsecure: notServed,
  jitter: notServed,
  timeout: notServed,
  depth: notServed,
  optional: notServed,
  limits,
  history: z.strictObject({ onRewrite: word(["hold", "allow", "reject"]).default("allow") }).prefault({}),
  writeBack: notServed,
  verify: notServed,
});

const nameFormat = text(
  /^(?:[^{}]|\{(?:kind|namespace|name)\})+$/,
  "expected a name in which only {kind}, {namespace} and {name} stand in braces",
);

/** Where secrets are kept (delivery.md 8). */
const provider = z.discriminatedUnion("type", [
  z.strictObject({ name: label, type: z.literal("directory"), path: filled }),
  z.strictObject({ name: label, type: z.literal("environment"), prefix: filled.default("PORTOLAN_SECRET_") }),
  z.strictObject({ name: label, type: z.literal("sds"), address: hostAndPort, nameFormat: nameFormat.optional() }),
]);

/** A bearer token of the API (delivery.md 11.2). */
const apiToken = z.strictObject({
  name: label,
  sha256: text(/^[0-9a-f]{64}$/, "expected the SHA-256 of the token: 64 lower-case hex digits"),
  roles: z.array(word(["viewer", "operator", "admin"])).min(1),
  fleets: z.array(filled).optional(),
});

/** The fields of `portolan.yaml`; what needs more than one of them is in `rules.ts`. */
export const serverSchema = z.strictObject({
  apiVersion: word(["portolan.dev/v1alpha1"]),
  kind: word(["Server"]),
  server: z
    .strictObject({
      instance: label.optional(),
      dataDir: filled.default("./data"),
      publicUrl: url.optional(),
      development: z.boolean().default(false),
    })
    .prefault({}),
  listen: z
    .strictObject({
      xds: xdsListener.prefault({}),
      api: listener.prefault({}),
      grpc: listener.prefault({}),
      hooks: notServed,
      metrics: notServed,
    })
    .prefault({}),
  sources: z.array(source),
  control: z.strictObject({ source: filled.optional(), paths: z.array(filled).default(["**"]) }).prefault({}),
  snapshots: z.strictObject({ keep: z.int().min(1).max(10_000).default(100) }).prefault({}),
  git: z
    .strictObject({ transport: word(["auto", "http", "native"]).default("auto"), binary: notServed, fsckIgnore: notServed })
    .prefault({}),
  log: z
    .strictObject({
      level: word(["trace", "debug", "info", "warn", "error", "fatal"]).default("info"),
      format: word(["json"]).default("json"),
    })
    .prefault({}),
  auth: z.strictObject({ anonymous: word(["viewer"]).optional(), tokens: z.array(apiToken).default([]) }).prefault({}),
  credentials: notServed,
  webhooks: notServed,
  secrets: z.strictObject({ providers: z.array(provider).default([]), allowPlaintext: z.boolean().default(false) }).prefault({}),
  audit: z.strictObject({ requireReason: z.boolean().default(true), retention: notServed, writeBack: notServed }).prefault({}),
  metrics: notServed,
  validation: notServed,
  ha: notServed,
  limits: z.strictObject({ xds: xdsLimitFields }).prefault({}),
  unknownNodes: notServed,
});

/** `portolan.yaml` as the schema gives it. */
export type ServerFields = z.output<typeof serverSchema>;
