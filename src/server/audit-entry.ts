import { nodesJson } from "../api/json.ts";
import type { FleetState } from "../api/view.ts";
import { type AuditActor, type AuditEntry, operatorActor } from "../audit/record.ts";
import type { Decision } from "../delivery/fleet-event.ts";

/** A decision as it is recorded; `actor` is who is behind it if no operator is, `nodes` are those of the fleet at that moment. */
export function entryOf(
  { type, by, durationMs, ...about }: Decision,
  actor: AuditActor,
  nodes: FleetState["nodes"] | undefined,
): AuditEntry {
  return {
    type,
    actor: by === undefined ? actor : operatorActor(by),
    ...about,
    ...(nodes === undefined ? {} : { nodes: nodesJson(nodes) }),
    outcome: type === "rollout.returned" ? "failed" : type === "rollout.started" ? "pending" : "ok",
    ...(durationMs === undefined ? {} : { duration_ms: durationMs }),
  };
}
