import { afterEach, expect, test } from "vitest";
import { FakeView, fleet, oid, problem, source } from "../../test/support/fake-view.ts";
import { CDS, LDS, RDS } from "../envoy/type-url.ts";
import type { TypeMeasure } from "../fleet/state.ts";
import { until } from "../server/demo/until.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { Metrics } from "./metrics.ts";

const made: Metrics[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.close();
});

function metrics(now?: () => number): Metrics {
  const one = new Metrics(now);
  made.push(one);
  return one;
}

/** The samples as lines, without comments. */
async function samples(from: Metrics, view = new FakeView(), streams: readonly TypeMeasure[] = []): Promise<string[]> {
  return (await from.text(view, { measure: () => streams, held: () => 3 }))
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

test("what is, is read from the view whenever it is asked for", async () => {
  const view = new FakeView();
  const one = metrics(() => (source.lastSuccessAt ?? 0) + 4500);
  view.problemList = [problem, { ...problem, severity: "warning" }, { ...problem, severity: "warning", code: "route/shadowed" }];
  const lines = await samples(one, view);
  expect(lines).toEqual(
    expect.arrayContaining([
      'portolan_xds_nodes{fleet="default",status="accepted"} 2',
      'portolan_xds_nodes{fleet="default",status="not-sent"} 0',
      'portolan_xds_held_clusters{fleet="default"} 3',
      `portolan_xds_snapshot_info{fleet="default",commit="${oid("b2")}"} 1`,
      'portolan_source_last_success_age_seconds{source="main"} 4.5',
      'portolan_documents{source="main",state="selected"} 61',
      'portolan_documents{source="main",state="left_out"} 1',
      'portolan_problems{severity="error",source="main"} 1',
      'portolan_problems{severity="warning",source="main"} 2',
      'portolan_problems{severity="info",source="main"} 0',
    ]),
  );
  view.fleetList = [{ ...fleet, current: oid("c3") }];
  view.problemList = [];
  const later = await samples(one, view);
  expect(later.filter((line) => line.startsWith("portolan_xds_snapshot_info"))).toEqual([
    `portolan_xds_snapshot_info{fleet="default",commit="${oid("c3")}"} 1`,
  ]);
  expect(later).toContain('portolan_problems{severity="error",source="main"} 0');
});

test("streams, requests and responses are counted", async () => {
  const one = metrics();
  one.streamOpened("delta");
  one.streamOpened("sotw");
  one.streamClosed("sotw", "client");
  one.counted("nack", RDS, "delta");
  one.counted("nack", "type.googleapis.com/other.Type", "delta");
  one.counted("gate_timeout", CDS, "delta");
  one.limitHit("response_warning_size");
  one.counted("claim_expired", RDS, "delta");
  one.defect("duplicate_name");
  one.written({ type: LDS, mode: "delta", reason: "content" }, 2100);
  one.written({ type: LDS, mode: "delta", reason: "removal" }, 50);
  one.written({ type: LDS, mode: "delta", reason: "answer" }, 10);
  const lines = await samples(one);
  expect(lines).toEqual(
    expect.arrayContaining([
      'portolan_xds_streams{mode="delta"} 1',
      'portolan_xds_streams{mode="sotw"} 0',
      'portolan_xds_streams_closed_total{mode="sotw",reason="client"} 1',
      'portolan_xds_requests_total{type="RDS",mode="delta",kind="nack"} 1',
      'portolan_xds_requests_total{type="other",mode="delta",kind="nack"} 1',
      'portolan_xds_gate_timeouts_total{type="CDS"} 1',
      'portolan_xds_claims_expired_total{type="RDS"} 1',
      'portolan_xds_invariant_violations_total{invariant="duplicate_name"} 1',
      'portolan_xds_limit_hits_total{limit="response_warning_size"} 1',
      'portolan_xds_responses_total{type="LDS",mode="delta",reason="content"} 1',
      'portolan_xds_responses_total{type="LDS",mode="delta",reason="removal"} 1',
      'portolan_xds_responses_total{type="LDS",mode="delta",reason="answer"} 1',
      'portolan_xds_response_bytes_bucket{le="1000",type="LDS",mode="delta"} 2',
      'portolan_xds_response_bytes_bucket{le="10000",type="LDS",mode="delta"} 3',
    ]),
  );
});

test("verdicts, convergence and what waits are measured", async () => {
  const one = metrics();
  one.answered(RDS, "delta", 30);
  one.converged("default", "first", 40);
  one.converged("default", "last", 700);
  const other = "type.googleapis.com/other.Type";
  const lines = await samples(one, new FakeView(), [
    { type: CDS, parked: 2, oldestUnanswered: 0 },
    { type: RDS, parked: 0, oldestUnanswered: 1500 },
    { type: other, parked: 1, oldestUnanswered: 20 },
    { type: `${other}2`, parked: 1, oldestUnanswered: 10 },
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      'portolan_xds_ack_seconds_bucket{le="0.05",type="RDS",mode="delta"} 1',
      'portolan_xds_ack_seconds_sum{type="RDS",mode="delta"} 0.03',
      'portolan_xds_convergence_seconds_sum{fleet="default",stage="first"} 0.04',
      'portolan_xds_convergence_seconds_sum{fleet="default",stage="last"} 0.7',
      'portolan_xds_parked_substreams{type="CDS"} 2',
      'portolan_xds_parked_substreams{type="EDS"} 0',
      'portolan_xds_parked_substreams{type="other"} 2',
      'portolan_xds_oldest_unacked_seconds{type="RDS"} 1.5',
      'portolan_xds_oldest_unacked_seconds{type="other"} 0.02',
    ]),
  );
  expect(await samples(one)).toContain('portolan_xds_oldest_unacked_seconds{type="RDS"} 0');
});

test("builds, failures and sizes are measured", async () => {
  const one = metrics();
  one.built({ fetch: 3, plan: 700 });
  one.sourceFailed("main", "source/missing-ref");
  const body = new Uint8Array(300);
  one.published(snapshotOf(oid("b2"), "default", [{ type: LDS, name: "a", version: "1", body, refs: [], sensitive: false }]));
  expect(await samples(one)).toEqual(
    expect.arrayContaining([
      'portolan_snapshot_build_seconds_bucket{le="0.005",stage="fetch"} 1',
      'portolan_snapshot_build_seconds_sum{stage="plan"} 0.7',
      'portolan_source_failures_total{source="main",code="source/missing-ref"} 1',
      'portolan_xds_snapshot_bytes{fleet="default",type="LDS"} 300',
      'portolan_xds_snapshot_bytes{fleet="default",type="CDS"} 0',
    ]),
  );
});

test("the event loop is sampled, and nothing else of the process is told", async () => {
  const one = metrics();
  const count = async () =>
    Number((await samples(one)).find((line) => line.startsWith("portolan_xds_event_loop_delay_seconds_count"))?.split(" ")[1]);
  await until("two samples", async () => (await count()) >= 2);
  const blocked = performance.now();
  while (performance.now() - blocked < 60);
  await until("a late sample", async () =>
    (await samples(one)).some((line) => /^portolan_xds_event_loop_delay_seconds_sum 0\.0[4-9]|_sum 0\.[1-9]/.test(line)),
  );
  expect((await samples(one)).every((line) => line.startsWith("portolan_"))).toBe(true);
});

test("two of them do not share anything", async () => {
  const [one, other] = [metrics(), metrics()];
  one.streamOpened("delta");
  expect(await samples(other)).toContain('portolan_xds_streams{mode="delta"} 0');
});
