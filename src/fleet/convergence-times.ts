import type { Oid } from "../git/object.ts";
import type { NodeState } from "./node.ts";

/** Which acceptance it is: that of the first node, or of the last one of all that were connected. */
export type ConvergenceStage = "first" | "last";

/** A fleet's newest snapshot, and when it was published in milliseconds since 1970. */
export interface Published {
  readonly fleet: string;
  readonly commit: Oid;
  readonly at: number;
}

/**
 * How long snapshots take to be accepted. Only nodes count that were connected when the snapshot was published: one that comes later says nothing about
 * how fast changes are. A snapshot that is superseded before all have it has no last acceptance.
 */
export class ConvergenceTimes {
  readonly #tell: (fleet: string, stage: ConvergenceStage, milliseconds: number) => void;
  readonly #open = new Map<string, { readonly published: Published; first: boolean }>();

  /** `tell` is told each stage of a snapshot once. */
  constructor(tell: (fleet: string, stage: ConvergenceStage, milliseconds: number) => void) {
    this.#tell = tell;
  }

  /** A snapshot is now the newest of its fleet. */
  publish(published: Published): void {
    this.#open.set(published.fleet, { published, first: false });
  }

  /** Looks at the nodes after a change. */
  observe(nodes: readonly NodeState[], now: number): void {
    for (const [fleet, open] of this.#open) {
      const { commit, at } = open.published;
      const awaited = nodes.filter((node) => node.fleet === fleet && node.connectedSince !== undefined && node.connectedSince <= at);
      const accepted = awaited.filter((node) => node.converged === commit).length;
      if (accepted > 0 && !open.first) this.#tell(fleet, "first", now - at);
      open.first ||= accepted > 0;
      if (accepted < awaited.length) continue;
      if (accepted > 0) this.#tell(fleet, "last", now - at);
      this.#open.delete(fleet);
    }
  }
}
