import type { Oid } from "../git/object.ts";

/** What is recorded (delivery.md 7.1). */
export const auditTypes = [
  "auth.denied",
  "config.loaded",
  "fleet.held",
  "fleet.pinned",
  "fleet.resumed",
  "fleet.unpinned",
  "log.truncated",
  "rollout.completed",
  "rollout.returned",
  "rollout.started",
  "rollout.superseded",
  "secret.rotated",
  "snapshot.created",
] as const;
/** One of {@link auditTypes}. */
export type AuditType = (typeof auditTypes)[number];

/** Who did it: a commit's author, somebody with a token, or the server. */
export interface AuditActor {
  readonly kind: "git" | "user" | "system";
  readonly name: string;
  /** `api`, or the name of a source. */
  readonly via?: string;
  readonly address?: string;
}

/** Something that has happened, as it is told to the log. */
export interface AuditEntry {
  readonly type: AuditType;
  readonly actor: AuditActor;
  readonly fleet?: string;
  readonly rollout?: string;
  /** What was delivered, and what it replaced. */
  readonly commit?: Oid;
  readonly digest?: string;
  readonly previous?: Oid;
  readonly sources?: readonly { readonly name: string; readonly commit?: Oid; readonly ref?: string }[];
  /** Nodes of the fleet by state, at that moment. */
  readonly nodes?: Readonly<Record<string, number>>;
  readonly outcome: "ok" | "failed" | "pending";
  readonly reason?: string;
  readonly duration_ms?: number;
}

/** One line of the log. Order is by `seq`, not by time. */
export interface AuditRecord extends AuditEntry {
  readonly v: 1;
  readonly instance: string;
  readonly seq: number;
  /** RFC 3339 in UTC. */
  readonly time: string;
}

/** Somebody with a token of this name. */
export function operatorActor(name: string, address?: string): AuditActor {
  return { kind: "user", name, via: "api", ...(address === undefined ? {} : { address }) };
}

/** The server itself. */
export const system: AuditActor = { kind: "system", name: "portolan" };
