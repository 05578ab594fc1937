import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { shortName } from "../envoy/type-url.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Countable, Message, Mode } from "../xds/event.ts";
import { sampleEventLoopDelay } from "./event-loop-delay.ts";
import type { View } from "./view.ts";

/** Why a stream has ended, as `streams_closed_total` counts it. */
export type CloseReason = "client" | "shutdown" | "limit" | "denied" | "error";

/** What is read of the server whenever the metrics are asked for. */
export type Measured = Pick<View, "fleets" | "sources" | "problems">;

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
  readonly #limits = this.#counter("xds_limit_hits_total", "Times a limit of the xDS server was reached.", ["limit"]);
  readonly #gates = this.#counter("xds_gate_timeouts_total", "Gates that were opened by their deadline.", ["type"]);
  readonly #nodes = this.#gauge("xds_nodes", "Nodes by state.", ["fleet", "status"]);
  readonly #snapshotInfo = this.#gauge("xds_snapshot_info", "1 for the commit that a fleet should have.", ["fleet", "commit"]);
  readonly #snapshotBytes = this.#gauge("xds_snapshot_bytes", "Size of the newest snapshot.", ["fleet", "type"]);
  readonly #loop = this.#histogram(
    "xds_event_loop_delay_seconds",
    "Delay of the serving thread.",
    [],
    [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
  );
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

  /** A stream was let in. */
  streamOpened(mode: Mode): void {
    this.#streams.inc({ mode });
  }

  /** A stream that was let in has ended. */
  streamClosed(mode: Mode, reason: CloseReason): void {
    this.#streams.dec({ mode });
    this.#closed.inc({ mode, reason });
  }

  /** Something was counted on a stream; `type` is a type URL. */
  counted(what: Countable, type: string, mode: Mode): void {
    if (what === "gate_timeout") this.#gates.inc({ type: shortName(type) });
    else this.#requests.inc({ type: shortName(type), mode, kind: what });
  }

  /** A response was written. */
  written(message: Pick<Message, "type" | "mode" | "upserts" | "removals">, bytes: number): void {
    const labels = { type: shortName(message.type), mode: message.mode };
    this.#responses.inc({ ...labels, reason: reasonOf(message) });
    this.#responseBytes.observe(labels, bytes);
  }

  /** A limit was reached. */
  limitHit(limit: string): void {
    this.#limits.inc({ limit });
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

  /** A source could not be read. */
  sourceFailed(source: string, code: string): void {
    this.#failures.inc({ source, code });
  }

  /** All of it in the text format of Prometheus. */
  text(view: Measured): Promise<string> {
    this.#measureFleets(view);
    this.#measureSources(view);
    return this.#registry.metrics();
  }

  #measureFleets(view: Measured): void {
    this.#nodes.reset();
    this.#snapshotInfo.reset();
    for (const { name: fleet, current, nodes } of view.fleets()) {
      const { notSent, ...counts } = nodes;
      for (const [status, count] of Object.entries({ "not-sent": notSent, ...counts })) this.#nodes.set({ fleet, status }, count);
      if (current !== undefined) this.#snapshotInfo.set({ fleet, commit: current }, 1);
    }
  }

  #measureSources(view: Measured): void {
    this.#age.reset();
    this.#documents.reset();
    this.#problems.reset();
    for (const { name: source, lastSuccessAt, documents } of view.sources()) {
      if (lastSuccessAt !== undefined) this.#age.set({ source }, Math.max(0, this.#now() - lastSuccessAt) / 1000);
      const { selected, leftOut, ignored } = documents;
      for (const [state, count] of Object.entries({ selected, left_out: leftOut, ignored })) this.#documents.set({ source, state }, count);
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

function reasonOf({ upserts, removals }: Pick<Message, "upserts" | "removals">): string {
  if (upserts.length > 0) return "content";
  return removals.length > 0 ? "removal" : "answer";
}
