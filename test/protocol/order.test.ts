import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Resource } from "../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import { Bench, type Peer } from "./bench.ts";
import { cluster, endpoints, listener, oid, routes } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.close());

const eds = (name: string, value = "1") => cluster(name, value, true);

describe.each(["sotw", "delta"] as const)("order, %s", (mode) => {
  const sotw = mode === "sotw";
  /** What a change of clusters looks like: in SotW everything, in delta what differs. */
  const either = (whole: string, difference: string) => (sotw ? whole : difference);
  let peer: Peer;

  /** Connects as Envoy does, and accepts everything. `names`: endpoints that are asked for. */
  async function connected(resources: readonly Resource[], names: readonly string[] = []): Promise<void> {
    bench.publish(1, ...resources);
    peer = bench.connect(mode);
    peer.ask(CDS);
    const clusters = await peer.next();
    if (names.length > 0) {
      peer.ask(EDS, ...names);
      peer.ack(await peer.next());
    }
    peer.ack(clusters);
    peer.ask(LDS);
    peer.ack(await peer.next());
    peer.ask(RDS, "r");
    peer.ack(await peer.next());
    await peer.silent();
  }

  test.each(["CDS", "EDS"])("ORD-01 new cluster, endpoints and route: the route waits for both, %s accepted first", async (first) => {
    await connected([eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
    bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["x", "y"], "2"), listener("l", ["r"]));
    const clusters = await peer.expect(CDS, either("x=1 y=1", "y=1"));
    await peer.silent();
    if (sotw) peer.ask(EDS, "x", "y");
    else peer.ask(EDS, "y");
    const assignments = await peer.expect(EDS, "y=1");
    await peer.silent();
    expect(bench.fleet.node("n1")?.types.RDS).toMatchObject({ state: "pending", reason: "gated:y" });
    peer.ack(first === "CDS" ? clusters : assignments);
    await peer.silent();
    peer.ack(first === "CDS" ? assignments : clusters);
    await peer.take(RDS, "r=2");
    await peer.silent();
  });

  test("ORD-02 a cluster is dropped only when the routes to it are", async () => {
    await connected([cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
    await peer.take(CDS, either("x=1 y=1", "y=1"));
    const moved = await peer.expect(RDS, "r=2");
    bench.advance(3_600_000);
    await peer.silent();
    peer.ack(moved);
    await peer.silent();
    expect(bench.fleet.node("n1")?.types.CDS).toMatchObject({ state: "pending", reason: "removal" });
    bench.advance(1_999);
    await peer.silent();
    bench.advance(1);
    await peer.take(CDS, either("y=1", "-x"));
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted", converged: oid(2) });
  });

  test("ORD-03 a rejected route keeps its old cluster for as long as the rejection stands", async () => {
    await connected([cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
    await peer.take(CDS, either("x=1 y=1", "y=1"));
    peer.nack(await peer.expect(RDS, "r=2"));
    await bench.settled();
    bench.advance(3_600_000);
    await peer.silent();
    bench.publish(3, cluster("y"), routes("r", ["y"], "3"), listener("l", ["r"]));
    await peer.take(RDS, "r=3");
    await bench.settled();
    bench.advance(2_000);
    await peer.take(CDS, either("y=1", "-x"));
  });

  test("ORD-04 2.5 a changed cluster is followed by its endpoints, although nobody asks", async () => {
    await connected([eds("x"), eds("z"), endpoints("x"), endpoints("z"), routes("r", ["x"]), listener("l", ["r"])], ["x", "z"]);
    bench.publish(2, eds("x", "2"), eds("z"), endpoints("x"), endpoints("z"), routes("r", ["x"]), listener("l", ["r"]));
    const clusters = await peer.expect(CDS, either("x=2 z=1", "x=2"));
    await peer.take(EDS, "x=1");
    peer.ack(clusters);
    await peer.silent();
  });

  test("ORD-05 a cluster without endpoints gets an empty assignment, and its routes come", async () => {
    await connected([cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("x"), eds("none"), endpoints("none", ""), routes("r", ["none"], "2"), listener("l", ["r"]));
    const clusters = await peer.expect(CDS, either("none=1 x=1", "none=1"));
    peer.ask(EDS, "none");
    await peer.take(EDS, "none=");
    peer.ack(clusters);
    await peer.take(RDS, "r=2");
  });

  test("ORD-07 what comes before an answer replaces what was not sent yet; no third state is seen", async () => {
    await connected([cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("x", "2"), routes("r", ["x"], "2"), listener("l", ["r"]));
    const clusters = await peer.expect(CDS, "x=2");
    const table = await peer.expect(RDS, "r=2");
    bench.publish(3, cluster("x", "3"), routes("r", ["x"], "3"), listener("l", ["r"]));
    bench.publish(4, cluster("x", "4"), routes("r", ["x"], "3"), listener("l", ["r"]));
    await peer.silent();
    peer.ack(clusters);
    await peer.take(CDS, "x=4");
    peer.ack(table);
    await peer.take(RDS, "r=3");
    await peer.silent();
  });

  test("ORD-07 what went back before an answer is sent once more", async () => {
    await connected([cluster("x"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("x", "2"), routes("r", ["x"]), listener("l", ["r"]));
    const clusters = await peer.expect(CDS, "x=2");
    bench.publish(3, cluster("x"), routes("r", ["x"]), listener("l", ["r"]));
    peer.ack(clusters);
    await peer.take(CDS, "x=1");
    await peer.silent();
  });

  test("ORD-08 commits every 50 ms: one in flight for each type, and in the end everything, and nothing that was dropped", async () => {
    const at = (i: number) => [
      eds(`c${i}`),
      eds(`c${i + 1}`),
      endpoints(`c${i}`),
      endpoints(`c${i + 1}`),
      routes("r", [`c${i}`, `c${i + 1}`], `${i}`),
      listener("l", ["r"], `${Math.floor(i / 20)}`),
    ];
    bench.publish(1, ...at(1));
    peer = bench.connect(mode);
    const holds = peer.follow("r");
    for (let i = 2; i <= 200; i++) {
      bench.publish(i, ...at(i));
      bench.advance(50);
      if (i % 3 === 0) await bench.settled();
    }
    await bench.settled();
    bench.advance(2_000);
    await bench.settled();
    expect(holds.mostInFlight()).toBe(1);
    expect(holds.show()).toEqual({ CDS: "c200=1 c201=1", EDS: "c200=1 c201=1", LDS: "l=10", RDS: "r=200" });
    expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted", converged: oid(200) });
  });

  test("ORD-09 without an answer for the endpoints the route comes at the deadline, and that is counted", async () => {
    await connected([eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
    bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
    await peer.take(CDS, either("x=1 y=1", "y=1"));
    await bench.settled();
    bench.advance(14_999);
    await peer.silent();
    expect(bench.gateTimeouts).toBe(0);
    bench.advance(1);
    await peer.take(RDS, "r=2");
    expect(bench.gateTimeouts).toBe(1);
  });

  test("ORD-10 a route that needs no new cluster waits for nothing", async () => {
    await connected([eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
    bench.publish(2, eds("x", "2"), endpoints("x", "2"), routes("r", ["x"], "2"), listener("l", ["r"]));
    await peer.expect(CDS, "x=2");
    await peer.expect(EDS, "x=2");
    await peer.take(RDS, "r=2");
  });

  test("ORD-10 nor does one on a stream without clusters", async () => {
    bench.publish(1, eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"]));
    peer = bench.connect(mode);
    peer.ask(RDS, "r");
    await peer.take(RDS, "r=1");
    bench.publish(2, eds("x"), eds("y"), endpoints("x"), endpoints("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
    await peer.take(RDS, "r=2");
  });

  test("ORD-12 routes in another order are one message for the routes", async () => {
    await connected([eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"])], ["x"]);
    bench.publish(2, eds("x"), endpoints("x"), routes("r", ["x"], "other order"), listener("l", ["r"]));
    await peer.take(RDS, "r=other order");
    await peer.silent();
  });

  test("ORD-13 a cluster that is wanted again in time is not dropped", async () => {
    await connected([cluster("x"), cluster("y"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
    await peer.take(RDS, "r=2");
    await bench.settled();
    bench.advance(1_000);
    bench.publish(3, cluster("x"), cluster("y"), routes("r", ["x"]), listener("l", ["r"]));
    await peer.take(RDS, "r=1");
    await bench.settled();
    bench.advance(60_000);
    await peer.silent();
  });

  test("ORD-16 a route to a cluster that is just being dropped waits until the cluster is there again", async () => {
    await connected([cluster("x"), cluster("y"), routes("r", ["x"]), listener("l", ["r"])]);
    bench.publish(2, cluster("y"), routes("r", ["y"], "2"), listener("l", ["r"]));
    await peer.take(RDS, "r=2");
    await bench.settled();
    bench.advance(2_000);
    const dropped = await peer.expect(CDS, either("y=1", "-x"));
    bench.publish(3, cluster("x"), cluster("y"), routes("r", ["x"], "3"), listener("l", ["r"]));
    await peer.silent();
    peer.ack(dropped);
    const again = await peer.expect(CDS, either("x=1 y=1", "x=1"));
    await peer.silent();
    peer.ack(again);
    await peer.take(RDS, "r=3");
  });

  test("2.3 a listener that brings routes in waits for the clusters of the routes, and removals of listeners wait for nothing", async () => {
    await connected([cluster("x"), routes("r", ["x"]), listener("l", ["r"]), listener("old", ["r"])]);
    bench.publish(2, cluster("x"), cluster("y"), routes("r", ["x"]), routes("s", ["y"]), listener("l", ["r"]), listener("m", ["s"]));
    const clusters = await peer.expect(CDS, either("x=1 y=1", "y=1"));
    await peer.silent();
    peer.ack(clusters);
    await peer.take(LDS, either("l=1 m=1", "m=1 -old"));
  });

  test("2.3 a fresh proxy gets its listeners in spite of a rejected cluster; a running one keeps its routes", async () => {
    bench.publish(1, cluster("bad"), cluster("good"), routes("r", ["bad", "good"]), listener("l", ["r"]));
    peer = bench.connect(mode);
    peer.ask(CDS);
    peer.nack(await peer.expect(CDS, "bad=1 good=1"));
    peer.ask(LDS);
    await peer.take(LDS, "l=1");
    peer.ask(RDS, "r");
    await peer.take(RDS, "r=1");
    await peer.silent();
  });
});

test("D14 delta: routes go when no listener names them, endpoints when no cluster does", async () => {
  bench.publish(1, eds("x"), endpoints("x"), routes("r", ["x"]), listener("l", ["r"]));
  const peer = bench.connect("delta");
  peer.ask(CDS);
  const clusters = await peer.expect(CDS, "x=1");
  peer.ask(EDS, "x");
  await peer.take(EDS, "x=1");
  peer.ack(clusters);
  peer.ask(LDS);
  await peer.take(LDS, "l=1");
  peer.ask(RDS, "r");
  await peer.take(RDS, "r=1");
  await bench.settled();
  bench.publish(2);
  const listeners = await peer.expect(LDS, "-l");
  await peer.silent();
  peer.ack(listeners);
  await peer.take(RDS, "-r");
  await bench.settled();
  bench.advance(2_000);
  const gone = await peer.expect(CDS, "-x");
  await peer.silent();
  peer.ack(gone);
  await peer.take(EDS, "-x");
  await peer.silent();
});

test("ORD-06 S9 SotW: a repeated request for endpoints after a change of clusters is answered once", async () => {
  bench.publish(1, eds("x"), endpoints("x"));
  const peer = bench.connect("sotw");
  peer.ask(CDS);
  const clusters = await peer.expect(CDS, "x=1");
  peer.ask(EDS, "x");
  await peer.take(EDS, "x=1");
  peer.ack(clusters);
  await bench.settled();
  bench.publish(2, eds("x", "2"), endpoints("x"));
  const changed = await peer.expect(CDS, "x=2");
  peer.ask(EDS, "x");
  await peer.take(EDS, "x=1");
  peer.ask(EDS, "x");
  await peer.silent();
  peer.ack(changed);
  peer.ask(EDS, "x");
  await peer.silent();
});
