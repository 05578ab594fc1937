import { z } from "zod";
import { locationShape, problemShape } from "./problem.ts";

const counts = z.object({ add: z.int(), change: z.int(), remove: z.int() });
const value = z.json();

const change = { action: z.enum(["add", "change", "remove"]), fleets: z.array(z.string()) };

/** A route, a virtual host or a listener that is otherwise than before. */
export const routeItem = z.object({
  ...change,
  level: z.enum(["route", "virtual_host", "listener"]),
  host: z.string().optional(),
  match: z.string().optional(),
  /** Addresses of the listeners where it is so. */
  listeners: z.array(z.string()),
  /** Where the route leads. */
  target: z.string().optional(),
  /** `Kind/namespace/name`. */
  documents: z.array(z.string()),
  /** Of what is removed, where it was. */
  at: locationShape.optional(),
  /** Of what is changed, where it was, if that is another place. */
  was: locationShape.optional(),
  fields: z.array(z.object({ path: z.string(), before: value.optional(), after: value.optional() })),
});

/** An Envoy resource that differs. */
export const resourceItem = z.object({
  ...change,
  level: z.literal("resource"),
  type: z.string(),
  name: z.string(),
  /** Versions: hashes of the content. */
  before: z.string().optional(),
  after: z.string().optional(),
  at: locationShape.optional(),
  /** A unified difference of the canonical YAML, secrets replaced; at the level `patch`. */
  patch: z.string().optional(),
});

/** The output of `diff`. */
export const diffShape = z.object({
  format_version: z.literal("1"),
  command: z.literal("diff"),
  level: z.enum(["routes", "resources", "patch"]),
  base: z.string(),
  /** `null`: the files on disk. */
  head: z.string().nullable(),
  summary: z.object({
    routes: counts,
    listeners: counts,
    /** Virtual hosts with a difference. */
    virtual_hosts: z.int(),
    clusters: counts,
    resources: counts,
    /** The fleets with a difference. */
    fleets: z.array(z.string()),
    /** `trip`: a fleet would lose everything, and is held instead. */
    guard: z.enum(["pass", "trip"]),
  }),
  changes: z.array(z.union([routeItem, resourceItem])),
  /** Those that the base does not have. */
  problems: z.array(problemShape),
});

/** How many are added, changed and removed. */
export type Counts = z.infer<typeof counts>;
/** See {@link routeItem}. */
export type RouteItem = z.infer<typeof routeItem>;
/** See {@link resourceItem}. */
export type ResourceItem = z.infer<typeof resourceItem>;
/** See {@link diffShape}. */
export type DiffResult = z.infer<typeof diffShape>;
