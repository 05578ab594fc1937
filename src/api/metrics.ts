import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Decision } from "../delivery/fleet-event.ts";
import { shortName } from "../envoy/type-url.ts";
import type { ConvergenceStage } from "../fleet/convergence-times.ts";
import type { FleetState, TypeMeasure } from "../fleet/state.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Countable, Message, Mode } from "../xds/event.ts";
import type { CloseReason } from "../xds/transport.ts";
import { sampleEventLoopDelay } from "./event-loop-delay.ts";
import type { View } from "./view.ts";

/** What is read of the server whenever the metrics are asked for. */
export type Measured = Pick<View, "fleets" | "sources" | "problems">;

/** Bounds of what takes milliseconds when all is well, and minutes when it is not. */
const seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300];

/** What is read of the nodes. */
export type Waiting = Pick<FleetState, "measure" | "held">;

const holdKinds = ["pin", "hold", "rejected", "guard", "route-test", "deleted"] as const;
const rolloutStates = ["running", "completed", "superseded", "returning", "returned"] as const;
const severities = ["error", "warning", "info"] as const;

/**
 * The numbers of delivery.md 11.3 and xds.md 9, and the only place that knows prom-client. What happens is counted when it is told;
 * what is, is read from the view when the text is asked for. No label has unbounded values but the one of `snapshot_info`.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #streams = this.#gauge("xds_streams", "Open xDS streams.", ["mode"]);
  readonly #closed = this.#counter("xds_streams_closed_total", "xDS streams that have ended, by reason.", ["mode", "reason"]);
  readonly #requests = this.#counter("xds_requests_total", "xDS requests; kind nack is a rejection.", ["type", "mode", "kind"]);
  readonly #responses = this.#counter("xds_responses_total", "xDS responses.", ["type", "mode", "reason"]);
  readonly #responseBytes = this.#histogram(
    "xds_response_bytes",
    "Size of xDS responses.",
    ["type", "mode"],
    [1e3, 1e4, 1e5, 1e6, 3e6, 4e6, 1e7, 4e7],
  );
  readonly #ack = this.#histogram("xds_ack_seconds", "Time from the transport to the verdict of a message.", ["type", "mode"], seconds);
  readonly #unacked = this.#gauge("xds_oldest_unacked_seconds", "Age of the oldest message without a verdict.", ["type"]);
  readonly #convergence = this.#histogram(
    "xds_convergence_seconds",
    "Time from the publication of a snapshot to its first and last acceptance.",
    ["fleet", "stage"],
    seconds,
  );
  readonly #parked = this.#gauge("xds_parked_substreams", "Sub-streams that wait for a fix of what they have rejected.", ["type"]);
  readonly #denied = this.#counter("xds_auth_denied_total", "Clients that were not let in, or not any more.", ["reason"]);
  readonly #limits = this.#counter("xds_limit_hits_total", "Times a limit of the xDS server was reached.", ["limit"]);
  readonly #gates = this.#counter("xds_gate_timeouts_total", "Gates that were opened by their deadline.", ["type"]);
  readonly #expired = this.#counter("xds_claims_expired_total", "Claims that nobody knew and that are believed no longer.", ["type"]);
  readonly #held = this.#gauge("xds_held_clusters", "Clusters that are gone from the target and still with some node.", ["fleet"]);
  readonly #defects = this.#counter("xds_invariant_violations_total", "Responses that must not be: a defect.", ["invariant"]);
  readonly #nodes = this.#gauge("xds_nodes", "Nodes by state.", ["fleet", "status"]);
  readonly #rollouts = this.#counter("rollouts_total", "Rollouts that have ended, by how.", ["fleet", "outcome"]);
  readonly #rolloutState = this.#gauge("rollout_state", "1 for the state of the rollout of a fleet.", ["fleet", "state"]);
  readonly #fleetHeld = this.#gauge("fleet_held", "1 if a fleet does not follow its source, by why.", ["fleet", "kind"]);
  readonly #toBaseline = this.#histogram(
    "commit_to_baseline_seconds",
    "From the start of a rollout to its acceptance by every connected node.",
    ["fleet"],
    [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
  );
  readonly #snapshotInfo = this.#gauge("xds_snapshot_info", "1 for the commit that a fleet should have.", ["fleet", "commit"]);
  readonly #snapshotBytes = this.#gauge("xds_snapshot_bytes", "Size of the newest snapshot.", ["fleet", "type"]);
  readonly #loop = this.#histogram(
    "xds_event_loop_delay_seconds",
    "Delay of the serving thread.",
    [],
    [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
  );
  readonly #secretExpiry = this.#gauge("secret_expiry_seconds", "Time until the certificate of a secret expires.", ["name"]);
  readonly #age = this.#gauge("source_last_success_age_seconds", "Time since a source was last read.", ["source"]);
  readonly #failures = this.#counter("source_failures_total", "Failures to read a source.", ["source", "code"]);
  readonly #documents = this.#gauge("documents", "Documents by what becomes of them.", ["source", "state"]);
  readonly #problems = this.#gauge("problems", "Problems that stand.", ["severity", "source"]);
  readonly #build = this.#histogram(
    "snapshot_build_seconds",
    "Time to build a snapshot, by stage.",
    ["stage"],
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2, 5, 10],
  );
  readonly #sampling = sampleEventLoopDelay((seconds) => this.#loop.observe(seconds));
  readonly #now: () => number;

  /** `now` gives milliseconds since 1970. */
  constructor(now: () => number = Date.now) {
    this.#now = now;
    for (const mode of ["delta", "sotw"]) this.#streams.set({ mode }, 0);
  }

  /** Stops sampling. */
  close(): void {
    this.#sampling.stop();
  }

  /** A stream has begun. */
  streamOpened(mode: Mode): void {
    this.#streams.inc({ mode });
  }

  /** A stream has ended. */
  streamClosed(mode: Mode, reason: CloseReason): void {
    this.#streams.dec({ mode });
    this.#closed.inc({ mode, reason });
  }

  /** Something was counted on a stream; `type` is a type URL. */
  counted(what: Countable, type: string, mode: Mode): void {
    if (what === "gate_timeout") this.#gates.inc({ type: shortName(type) });
    else if (what === "claim_expired") this.#expired.inc({ type: shortName(type) });
    else this.#requests.inc({ type: shortName(type), mode, kind: what });
  }

  /** A response was written. */
  written(message: Pick<Message, "type" | "mode" | "reason">, bytes: number): void {
    const labels = { type: shortName(message.type), mode: message.mode };
    this.#responses.inc({ ...labels, reason: message.reason });
    this.#responseBytes.observe(labels, bytes);
  }

  /** A response was written that must not be. */
  defect(invariant: string): void {
    this.#defects.inc({ invariant });
  }

  /** A limit was reached. */
  limitHit(limit: string): void {
    this.#limits.inc({ limit });
  }

  /** A message was answered; `type` is a type URL. */
  answered(type: string, mode: Mode, milliseconds: number): void {
    this.#ack.observe({ type: shortName(type), mode }, milliseconds / 1000);
  }

  /** A snapshot was accepted for the first time, or by the last node. */
  converged(fleet: string, stage: ConvergenceStage, milliseconds: number): void {
    this.#convergence.observe({ fleet, stage }, milliseconds / 1000);
  }

  /** A client was not let in, or not any more. */
  denied(reason: string): void {
    this.#denied.inc({ reason });
  }

  /** A snapshot is now the newest of its fleet. */
  published(snapshot: Snapshot): void {
    for (const [type, { resources }] of snapshot.types) {
      let bytes = 0;
      for (const { body } of resources.values()) bytes += body.byteLength;
      this.#snapshotBytes.set({ fleet: snapshot.fleet, type: shortName(type) }, bytes);
    }
  }

  /** A commit was built; milliseconds by stage. */
  built(stages: Readonly<Record<string, number>>): void {
    for (const [stage, milliseconds] of Object.entries(stages)) this.#build.observe({ stage }, milliseconds / 1000);
  }

  /** Something was decided about a fleet; of a rollout that has ended, how long it took. */
  decided(type: Decision["type"], fleet: string, milliseconds: number | undefined): void {
    const [what, outcome] = type.split(".");
    if (what !== "rollout" || outcome === undefined || outcome === "started") return;
    this.#rollouts.inc({ fleet, outcome });
    if (outcome === "completed" && milliseconds !== undefined) this.#toBaseline.observe({ fleet }, milliseconds / 1000);
  }

  /** A source could not be read. */
  sourceFailed(source: string, code: string): void {
    this.#failures.inc({ source, code });
  }

  /** Seconds until the certificates of secrets expire, by the name of the secret; these are all. */
  secretExpiries(seconds: ReadonlyMap<string, number>): void {
    this.#secretExpiry.reset();
    for (const [name, left] of seconds) this.#secretExpiry.set({ name }, left);
  }

  /** All of it in the text format of Prometheus. */
  text(view: Measured, nodes: Waiting): Promise<string> {
    this.#measureFleets(view, nodes);
    this.#measureStreams(nodes.measure());
    this.#measureSources(view);
    return this.#registry.metrics();
  }

  #measureFleets(view: Measured, waiting: Waiting): void {
    this.#nodes.reset();
    this.#snapshotInfo.reset();
    this.#held.reset();
    this.#fleetHeld.reset();
    this.#rolloutState.reset();
    for (const { name: fleet, current, nodes, rollout, hold } of view.fleets()) {
      for (const kind of holdKinds) this.#fleetHeld.set({ fleet, kind }, hold?.kind === kind ? 1 : 0);
      for (const state of rolloutStates) this.#rolloutState.set({ fleet, state }, rollout?.state === state ? 1 : 0);
      this.#held.set({ fleet }, waiting.held(fleet));
      const { notSent, ...counts } = nodes;
      for (const [status, count] of Object.entries({ "not-sent": notSent, ...counts })) this.#nodes.set({ fleet, status }, count);
      if (current !== undefined) this.#snapshotInfo.set({ fleet, commit: current }, 1);
    }
  }

  #measureStreams(streams: readonly TypeMeasure[]): void {
    const parked: Record<string, number> = { CDS: 0, EDS: 0, LDS: 0, RDS: 0 };
    const oldest: Record<string, number> = { ...parked };
    for (const measure of streams) {
      const type = shortName(measure.type);
      parked[type] = (parked[type] ?? 0) + measure.parked;
      oldest[type] = Math.max(oldest[type] ?? 0, measure.oldestUnanswered);
    }
    for (const [type, count] of Object.entries(parked)) this.#parked.set({ type }, count);
    for (const [type, milliseconds] of Object.entries(oldest)) this.#unacked.set({ type }, milliseconds / 1000);
  }

  #measureSources(view: Measured): void {
    this.#age.reset();
    this.#documents.reset();
    this.#problems.reset();
    for (const { name: source, lastSuccessAt, documents } of view.sources()) {
      if (lastSuccessAt !== undefined) this.#age.set({ source }, Math.max(0, this.#now() - lastSuccessAt) / 1000);
      const { selected, heldBack, leftOut, ignored } = documents;
      for (const [state, count] of Object.entries({ selected, held_back: heldBack, left_out: leftOut, ignored }))
        this.#documents.set({ source, state }, count);
      for (const severity of severities) this.#problems.set({ severity, source }, 0);
    }
    for (const { severity, at } of view.problems()) this.#problems.inc({ severity, source: at.source });
  }

  #gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name: `portolan_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name: `portolan_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: readonly Label[], buckets: number[]): Histogram<Label> {
    return new Histogram({ name: `portolan_${name}`, help, labelNames, buckets, registers: [this.#registry] });
  }
}
