import { z } from "zod";
import { locationShape, problemShape } from "./problem.ts";

// What a server answers: a newer one may say more, so objects are open.

const source = z.looseObject({ name: z.string(), path: z.string(), ref: z.string(), state: z.enum(["ready", "failed", "waiting"]) });
const fleet = z.looseObject({
  name: z.string(),
  generation: z.int(),
  current: z.string().exactOptional(),
  baseline: z.string().exactOptional(),
  since: z.iso.datetime().exactOptional(),
  nodes: z.looseObject({ not_sent: z.int(), pending: z.int(), accepted: z.int(), rejected: z.int(), offline: z.int() }),
});
const state = z.enum(["not-sent", "pending", "accepted", "rejected", "offline"]);
const node = z.looseObject({
  id: z.string(),
  fleet: z.string(),
  state,
  /** By type: `CDS`, `EDS`, `LDS`, `RDS`, `SDS`. */
  types: z.record(
    z.string(),
    z.looseObject({
      state,
      sent: z.string().exactOptional(),
      accepted: z.string().exactOptional(),
      since: z.iso.datetime(),
      error: z.string().exactOptional(),
      at: locationShape.exactOptional(),
    }),
  ),
});

/** The output of `status`. */
export const statusShape = z.looseObject({
  format_version: z.literal("1"),
  server: z.looseObject({ version: z.string(), instance: z.string(), ready: z.boolean() }),
  sources: z.array(source),
  fleets: z.array(fleet),
  nodes: z.array(node),
  problems: z.array(problemShape),
});

/** The output of `pin`, `unpin`, `rollback`, `hold` and `resume`: what each fleet or source is now. */
export const controlShape = z.looseObject({
  format_version: z.literal("1"),
  command: z.enum(["pin", "unpin", "rollback", "hold", "resume"]),
  items: z.array(
    z.looseObject({
      name: z.string(),
      /** The fleet is no more. */
      gone: z.boolean().exactOptional(),
      generation: z.int().exactOptional(),
      hold: z.looseObject({ kind: z.string(), by: z.string(), reason: z.string(), since: z.iso.datetime() }).exactOptional(),
    }),
  ),
});

/** The output of `history`: newest first. */
export const historyShape = z.looseObject({
  format_version: z.literal("1"),
  command: z.literal("history"),
  items: z.array(
    z.looseObject({
      commit: z.string(),
      fleet: z.string(),
      sequence: z.int(),
      digest: z.string(),
      created_at: z.iso.datetime(),
      sources: z.array(z.looseObject({ name: z.string(), effective: z.string(), author: z.string(), subject: z.string() })),
      change: z.looseObject({ added: z.int(), changed: z.int(), removed: z.int(), files: z.int().exactOptional() }),
      outcome: z
        .looseObject({
          state: z.enum(["running", "completed", "superseded", "returning", "returned", "held"]),
          rollout: z.string().exactOptional(),
          at: z.iso.datetime(),
        })
        .exactOptional(),
      node_counts: z.looseObject({ target: z.int(), accepted: z.int() }),
    }),
  ),
});

/** The output of `wait`. */
export const waitShape = z.looseObject({
  format_version: z.literal("1"),
  command: z.literal("wait"),
  commit: z.string(),
  known: z.boolean(),
  outcome: z.enum(["reached", "failed", "waiting"]),
  detail: z.string(),
  fleets: z.array(z.looseObject({ fleet: z.string(), connected: z.int(), accepted: z.int(), rejected: z.int() })),
  rejections: z.array(z.looseObject({ node: z.string(), type: z.string(), error: z.string(), at: locationShape.exactOptional() })),
  problems: z.array(problemShape),
  duration_ms: z.int(),
});
