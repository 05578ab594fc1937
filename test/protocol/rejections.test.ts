import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CDS, EDS, LDS, RDS, shortName } from "../../src/envoy/type-url.ts";
import { Bench, type Peer } from "./bench.ts";
import { cluster, oid, plain, routes } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.close());

const types = [CDS, EDS, LDS, RDS];
const variants = (["sotw", "delta"] as const).flatMap((mode) => types.map((type) => [shortName(type), mode, type] as const));

describe.each(variants)("rejections of %s, %s", (short, mode, type) => {
  const whole = mode === "sotw" && (type === CDS || type === LDS);
  let peer: Peer;
  const state = () => bench.fleet.node("n1")?.types[short];

  /** A node that has accepted `a=1 b=1`, and rejected `a=2` of the next commit. */
  async function parked(): Promise<void> {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer = bench.connect(mode);
    peer.ask(type, "a", "b");
    await peer.take(type, "a=1 b=1");
    await bench.settled();
    bench.publish(2, plain(type, "a", "2"), plain(type, "b"));
    peer.nack(await peer.expect(type, whole ? "a=2 b=1" : "a=2"), "bad a");
    await peer.silent();
  }

  test("NAK-01 rejected content is sent exactly once", async () => {
    await parked();
    bench.advance(3_600_000);
    await peer.silent();
    expect(state()).toMatchObject({
      state: "rejected",
      reason: "parked",
      sent: oid(2),
      accepted: oid(1),
      rejection: { error: "bad a", resources: ["a"] },
    });
    expect(bench.fleet.problems()).toMatchObject([{ code: "rollout/rejected", severity: "error" }]);
  });

  test("NAK-02 the next commit is sent at once and ends the rejection", async () => {
    await parked();
    bench.publish(3, plain(type, "a", "3"), plain(type, "b"));
    await peer.take(type, whole ? "a=3 b=1" : "a=3");
    await peer.silent();
    expect(state()).toMatchObject({ state: "accepted", accepted: oid(3) });
    expect(state()?.rejection).toBeUndefined();
    expect(bench.fleet.problems()).toEqual([]);
    expect(bench.fleet.rejections("n1", type)).toHaveLength(1);
  });

  test("NAK-03 going back sends what was rejected once more, because a part of it may be live", async () => {
    await parked();
    bench.publish(3, plain(type, "a"), plain(type, "b"));
    await peer.take(type, whole ? "a=1 b=1" : "a=1");
    await peer.silent();
    expect(state()).toMatchObject({ state: "accepted" });
  });

  test("NAK-03 also after a reconnect, although the client claims to hold just that", async () => {
    await parked();
    const { label } = peer.received[0] ?? { label: "" };
    peer.reset();
    await vi.waitUntil(() => bench.fleet.node("n1")?.state === "offline", { interval: 5 });
    bench.publish(3, plain(type, "a"), plain(type, "b"));
    const again = bench.connect(mode);
    const claims = Object.fromEntries(["a", "b"].map((name) => [name, plain(type, name).version]));
    if (mode === "delta") again.send({ type, subscribe: ["a", "b"], claims });
    else again.send({ type, names: ["a", "b"], version: label });
    await again.take(type, mode === "delta" ? "a=1" : "a=1 b=1", ["a", "b"]);
    await again.silent();
    expect(state()).toMatchObject({ state: "accepted" });
  });

  test("NAK-04 a commit that changes only another type lifts the park once", async () => {
    await parked();
    bench.publish(3, plain(type, "a", "2"), plain(type, "b"), plain(type === EDS ? RDS : EDS, "other"));
    peer.nack(await peer.expect(type, whole ? "a=2 b=1" : "a=2"));
    await peer.silent();
  });

  test("NAK-05 a new name is answered in spite of the park, and nothing else", async () => {
    await parked();
    if (mode === "sotw") peer.ask(type, "a", "b", "c");
    else peer.ask(type, "c");
    if (mode === "delta") await peer.take(type, "-c");
    else if (whole) peer.nack(await peer.expect(type, "a=2 b=1"));
    await peer.silent();
    expect(state()).toMatchObject({ state: "rejected" });
  });

  test("two rejected messages of one commit do not call each other", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer = bench.connect(mode);
    peer.ask(type, "a");
    peer.nack(await peer.expect(type, "a=1"));
    if (mode === "sotw") peer.ask(type, "a", "b");
    else peer.ask(type, "b");
    peer.nack(await peer.expect(type, whole ? "a=1 b=1" : "b=1"));
    await peer.silent();
  });

  test("NAK-06 what moved on meanwhile is sent as soon as the rejection arrives", async () => {
    bench.publish(1, plain(type, "a"));
    peer = bench.connect(mode);
    peer.ask(type, "a");
    const response = await peer.expect(type, "a=1");
    bench.publish(2, plain(type, "a", "2"));
    await peer.silent();
    peer.nack(response);
    await peer.take(type, "a=2");
    await peer.silent();
    expect(state()).toMatchObject({ state: "accepted" });
  });

  test("NAK-07 a new stream of the node gets the content once more", async () => {
    await parked();
    const again = bench.connect(mode);
    again.ask(type, "a", "b");
    again.nack(await again.expect(type, "a=2 b=1"));
    await again.silent();
  });

  test("a rejected removal, or one that was rejected beside others, is told again with the next commit", async () => {
    bench.publish(1, plain(type, "a"), plain(type, "b"));
    peer = bench.connect(mode);
    peer.ask(type, "a", "b");
    await peer.take(type, "a=1 b=1");
    await bench.settled();
    bench.publish(2, plain(type, "a", "2"));
    peer.nack(await peer.expect(type, mode === "delta" ? "a=2 -b" : "a=2"));
    await bench.settled();
    bench.publish(3, plain(type, "a", "3"));
    await peer.take(type, mode === "delta" ? "a=3 -b" : "a=3");
    await peer.silent();
  });
});

describe.each(["sotw", "delta"] as const)("%s", (mode) => {
  test("A1 a rejection of one type leaves the others flowing", async () => {
    bench.publish(1, cluster("c"), routes("r"));
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "c=1");
    peer.ask(RDS, "r");
    peer.nack(await peer.expect(RDS, "r=1"));
    await peer.silent();
    bench.publish(2, cluster("c", "2"), routes("r", [], "2"));
    await peer.take(CDS, "c=2");
    await peer.take(RDS, "r=2");
  });
});
