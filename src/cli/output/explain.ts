import { z } from "zod";
import { locationShape, problemShape } from "./problem.ts";

const target = z.strictObject({
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
const way = z.strictObject({
  kind: z.enum(["forward", "redirect", "respond", "rejected", "no-route", "tcp", "refused"]),
  /** Of all such requests, between 0 and 1. */
  share: z.number(),
  text: z.string(),
  status: z.int().exactOptional(),
  location: z.string().exactOptional(),
  why: z.string().exactOptional(),
  route: z.string().exactOptional(),
  targets: z.array(target).exactOptional(),
  /** As the upstream sees them. */
  host: z.string().exactOptional(),
  path: z.string().exactOptional(),
  timeout: z.string().exactOptional(),
  retries: z.strictObject({ on: z.string(), retries: z.int(), per_try_timeout: z.string().exactOptional() }).exactOptional(),
  request_headers: z.strictObject({ set: z.record(z.string(), z.string()), removed: z.array(z.string()) }).exactOptional(),
  response_headers: z.strictObject({ set: z.record(z.string(), z.string()), removed: z.array(z.string()) }).exactOptional(),
  mirrors: z.array(z.strictObject({ upstream: z.string(), percent: z.number() })).exactOptional(),
  auth: z.enum(["required", "none"]).exactOptional(),
  rate_limit: z.boolean().exactOptional(),
});

const step = z.strictObject({
  stage: z.enum(["listener", "chain", "host", "route", "cluster", "endpoints"]),
  name: z.string(),
  /** Whether it takes the request. */
  matched: z.boolean(),
  why: z.string().exactOptional(),
  at: locationShape.exactOptional(),
});

/** The output of `explain URL`. */
export const explainShape = z.strictObject({
  format_version: z.literal("1"),
  command: z.literal("explain"),
  fleet: z.string(),
  /** `null`: the files on disk. */
  commit: z.string().nullable(),
  request: z.strictObject({ method: z.string(), url: z.string() }),
  /** The likeliest way. */
  outcome: way,
  /** All ways, the outcome among them. */
  ways: z.array(way),
  /** In the order of the request; earlier routes that do not take it only if there is something to learn from them. */
  steps: z.array(step),
  /** How many earlier routes do not take the request. */
  passed: z.int(),
});

const documentRoute = z.strictObject({
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
  before: z.array(z.strictObject({ match: z.string(), route: z.string(), at: locationShape.exactOptional() })),
});

/** The output of `explain KIND/NS/NAME`. */
export const explainDocumentShape = z.strictObject({
  format_version: z.literal("1"),
  command: z.literal("explain"),
  fleet: z.string(),
  commit: z.string().nullable(),
  document: z.string(),
  at: locationShape,
  routes: z.array(documentRoute),
  resources: z.array(z.strictObject({ type: z.string(), name: z.string() })),
  problems: z.array(problemShape),
});

/** All that `explain` prints. */
export const explainOutput = z.union([explainShape, explainDocumentShape]);

/** See {@link explainShape}. */
export type ExplainResult = z.infer<typeof explainShape>;
/** See {@link explainDocumentShape}. */
export type ExplainDocumentResult = z.infer<typeof explainDocumentShape>;
