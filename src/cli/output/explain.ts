import { z } from "zod";
import { locationShape, problemShape } from "./problem.ts";

const target = z.object({
  cluster: z.string(),
  /** What people call it. */
  upstream: z.string(),
  /** Of all requests that are sent on, between 0 and 1. */
  share: z.number(),
  /** `address:port`; empty where there are none. Names are looked up by the proxy. */
  endpoints: z.array(z.string()),
  at: z.array(locationShape),
});

/** One of the ways that a request may take. */
const way = z.object({
  kind: z.enum(["forward", "redirect", "respond", "rejected", "no-route", "tcp", "refused"]),
  /** Of all such requests, between 0 and 1. */
  share: z.number(),
  text: z.string(),
  status: z.int().optional(),
  location: z.string().optional(),
  why: z.string().optional(),
  route: z.string().optional(),
  targets: z.array(target).optional(),
  /** As the upstream sees them. */
  host: z.string().optional(),
  path: z.string().optional(),
  timeout: z.string().optional(),
  retries: z.object({ on: z.string(), retries: z.int(), per_try_timeout: z.string().optional() }).optional(),
  request_headers: z.object({ set: z.record(z.string(), z.string()), removed: z.array(z.string()) }).optional(),
  response_headers: z.object({ set: z.record(z.string(), z.string()), removed: z.array(z.string()) }).optional(),
  mirrors: z.array(z.object({ upstream: z.string(), percent: z.number() })).optional(),
  auth: z.enum(["required", "none"]).optional(),
  rate_limit: z.boolean().optional(),
});

const step = z.object({
  stage: z.enum(["listener", "chain", "host", "route", "cluster", "endpoints"]),
  name: z.string(),
  /** Whether it takes the request. */
  matched: z.boolean(),
  why: z.string().optional(),
  at: locationShape.optional(),
});

/** The output of `explain URL`. */
export const explainShape = z.object({
  format_version: z.literal("1"),
  command: z.literal("explain"),
  fleet: z.string(),
  /** `null`: the files on disk. */
  commit: z.string().nullable(),
  request: z.object({ method: z.string(), url: z.string() }),
  /** The likeliest way. */
  outcome: way,
  /** All ways, the outcome among them. */
  ways: z.array(way),
  /** In the order of the request; earlier routes that do not take it only if there is something to learn from them. */
  steps: z.array(step),
  /** How many earlier routes do not take the request. */
  passed: z.int(),
});

const documentRoute = z.object({
  /** Address of the listener. */
  listener: z.string(),
  chain: z.string(),
  host: z.string(),
  match: z.string(),
  /** Place among the routes of the host, from 1. */
  position: z.int(),
  of: z.int(),
  text: z.string(),
  /** Earlier routes that may take some of its requests. */
  before: z.array(z.object({ match: z.string(), route: z.string(), at: locationShape.optional() })),
});

/** The output of `explain KIND/NS/NAME`. */
export const explainDocumentShape = z.object({
  format_version: z.literal("1"),
  command: z.literal("explain"),
  fleet: z.string(),
  commit: z.string().nullable(),
  document: z.string(),
  at: locationShape,
  routes: z.array(documentRoute),
  resources: z.array(z.object({ type: z.string(), name: z.string() })),
  problems: z.array(problemShape),
});

/** See {@link explainShape}. */
export type ExplainResult = z.infer<typeof explainShape>;
/** See {@link explainDocumentShape}. */
export type ExplainDocumentResult = z.infer<typeof explainDocumentShape>;
