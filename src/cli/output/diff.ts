import { z } from "zod";
import type { Difference } from "../../build/difference.ts";
import { locationShape, problemShape } from "./problem.ts";

const counts = z.strictObject({ add: z.int(), change: z.int(), remove: z.int() });
const value = z.unknown();

const change = { action: z.enum(["add", "change", "remove"]), fleets: z.array(z.string()).readonly() };

/** A route, a virtual host or a listener that is otherwise than before. */
export const routeItem = z.strictObject({
  ...change,
  level: z.enum(["route", "virtual_host", "listener"]),
  host: z.string().exactOptional(),
  match: z.string().exactOptional(),
  /** Addresses of the listeners where it is so. */
  listeners: z.array(z.string()).readonly(),
  /** Where the route leads. */
  target: z.string().exactOptional(),
  /** `Kind/namespace/name`. */
  documents: z.array(z.string()).readonly(),
  /** Of what is removed, where it was. */
  at: locationShape.exactOptional(),
  /** Of what is changed, where it was, if that is another place. */
  was: locationShape.exactOptional(),
  fields: z.array(z.strictObject({ path: z.string(), before: value.exactOptional(), after: value.exactOptional() })).readonly(),
});

/** An Envoy resource that differs. */
export const resourceItem = z.strictObject({
  ...change,
  level: z.literal("resource"),
  type: z.string(),
  name: z.string(),
  /** Versions: hashes of the content. */
  before: z.string().exactOptional(),
  after: z.string().exactOptional(),
  at: locationShape.exactOptional(),
  /** A unified difference of the canonical YAML, secrets replaced; at the level `patch`. */
  patch: z.string().exactOptional(),
});

/** The output of `diff`. */
export const diffShape = z.strictObject({
  format_version: z.literal("1"),
  command: z.literal("diff"),
  level: z.enum(["routes", "resources", "patch"]),
  base: z.string(),
  /** `null`: the files on disk. */
  head: z.string().nullable(),
  summary: z.strictObject({
    routes: counts,
    listeners: counts,
    /** Virtual hosts with a difference. */
    virtual_hosts: z.int(),
    clusters: counts,
    resources: counts,
    /** The fleets with a difference. */
    fleets: z.array(z.string()).readonly(),
    /** `trip`: a fleet would lose everything, and is held instead. */
    guard: z.enum(["pass", "trip"]),
  }),
  /** With `--against-server`: the connected nodes that would be sent something, and how much. */
  nodes: z
    .array(z.strictObject({ id: z.string(), fleet: z.string(), bytes: z.int() }))
    .readonly()
    .exactOptional(),
  changes: z.array(z.union([routeItem, resourceItem])).readonly(),
  /** Those that the base does not have. */
  problems: z.array(problemShape).readonly(),
});

/** See {@link diffShape}. */
export type DiffResult = Omit<z.infer<typeof diffShape>, keyof Difference> & Difference;
