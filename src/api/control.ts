/** What operators may ask for (delivery.md 5.2). */
export const fleetActions = ["pin", "unpin", "rollback", "hold", "resume"] as const;
/** One of {@link fleetActions}. */
export type FleetAction = (typeof fleetActions)[number];

/** Who wants something, why, and what must not have changed meanwhile. */
export interface ControlRequest {
  readonly by: string;
  readonly address?: string;
  readonly reason: string;
  /** When it ends by itself, in milliseconds since 1970. */
  readonly until?: number;
}

/** Something an operator wants of a fleet. */
export interface FleetControlRequest extends ControlRequest {
  readonly fleet: string;
  readonly action: FleetAction;
  /** Of `pin` and `rollback`: the id of a commit, or at least 7 digits of it. */
  readonly commit?: string;
  readonly expectedGeneration?: number;
}

/** Something an operator wants of a source. */
export interface SourceControlRequest extends ControlRequest {
  readonly source: string;
  readonly action: "hold" | "resume";
  /** Of `resume`: the tip that is held because its history was rewritten, to be let pass once, by its id or at least 7 digits of it. */
  readonly accept?: string;
}

/** Why nothing was done. */
export type ControlFault = "unknown" | "stale" | "refused" | "unwritable";

/** Whether it was done. */
export type ControlOutcome = { readonly done: true } | { readonly done: false; readonly why: ControlFault; readonly detail: string };

/** Everything that the API can change of a running server. What is done is written down and told to every proxy before the promise resolves. */
export interface Control {
  /** Whether every request must say why. */
  readonly requireReason: boolean;
  fleet(request: FleetControlRequest): Promise<ControlOutcome>;
  source(request: SourceControlRequest): Promise<ControlOutcome>;
}
