import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CDS, EDS, LDS } from "../../src/envoy/type-url.ts";
import { Bench } from "./bench.ts";
import { cluster, oid } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.close());

describe.each(["sotw", "delta"] as const)("streams, %s", (mode) => {
  test("STR-01 the first request must carry a node", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.raw({ type: CDS });
    expect(await peer.end()).toMatchObject({ code: 3 });
    expect(peer.received).toEqual([]);
  });

  test("STR-01 later requests may leave the node out; another id ends the stream", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    peer.raw({ type: CDS, node: "n2" });
    expect(await peer.end()).toMatchObject({ code: 3 });
  });

  test("STR-02 an empty type is refused", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.send({});
    expect(await peer.end()).toMatchObject({ code: 3 });
  });

  test("STR-02 C11 a type that is not served disturbs nothing", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.ask("type.googleapis.com/x.Y", "z");
    if (mode === "delta") await peer.take("type.googleapis.com/x.Y", "-z");
    peer.ask("type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig", "filter");
    await peer.silent();
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    bench.publish(2, cluster("a", "2"));
    await peer.take(CDS, "a=2");
    await peer.silent();
  });

  test("STR-04 C14 after a half-close nothing is written and the call ends with OK", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    await bench.settled();
    peer.halfClose();
    bench.publish(2, cluster("a", "2"));
    const since = performance.now();
    expect(await peer.end()).toMatchObject({ code: 0 });
    expect(performance.now() - since).toBeLessThan(100);
    expect(bench.fleet.node("n1")).toMatchObject({ state: "offline" });
  });

  test("C3 C17 nonces are never used twice; every response names the control plane and the commit", async () => {
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    peer.ask(LDS);
    await peer.take(LDS, "");
    for (let i = 2; i <= 30; i++) {
      bench.publish(i, cluster("a", `${i}`));
      const response = await peer.take(CDS, `a=${i}`);
      expect(response.identifier).toBe(`portolan/test/${oid(i)}`);
      expect(response.label).toMatch(new RegExp(`^${oid(i)}\\+[0-9a-f]{16}$`));
    }
    expect(new Set(peer.received.map((one) => one.nonce)).size).toBe(31);
  });

  test("C15 several streams of one node converge and are one node", async () => {
    bench.publish(1, cluster("a"));
    const peers = [bench.connect(mode), bench.connect(mode), bench.connect(mode)];
    for (const peer of peers) peer.ask(CDS);
    for (const peer of peers) await peer.take(CDS, "a=1");
    await bench.settled();
    expect(bench.fleet.nodes()).toMatchObject([{ id: "n1", state: "accepted", converged: oid(1) }]);
    peers[0]?.reset();
    bench.publish(2, cluster("a", "2"));
    for (const peer of peers.slice(1)) await peer.take(CDS, "a=2");
  });

  test("C12 without any resource there is one empty response for each wildcard", async () => {
    bench.publish(1);
    const peer = bench.connect(mode);
    peer.ask(CDS);
    peer.ask(LDS);
    await peer.take(CDS, "");
    await peer.take(LDS, "");
    await peer.silent();
  });

  test("7.6 before the first snapshot streams are refused, and served after it", async () => {
    const early = bench.connect(mode);
    early.ask(CDS);
    expect(await early.end()).toMatchObject({ code: 14 });
    bench.publish(1, cluster("a"));
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
  });

  test("a node that no fleet admits is refused, and one that is thrown out is told why", async () => {
    bench.delivery.setFleets([{ name: "default", matches: (node) => node.id !== "stranger" }]);
    bench.publish(1, cluster("a"));
    const stranger = bench.connect(mode, "stranger");
    stranger.ask(CDS);
    expect(await stranger.end()).toMatchObject({ code: 7, details: expect.stringContaining('id "stranger"') });
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    bench.delivery.setFleets([{ name: "other", matches: () => false }]);
    bench.publish(2, cluster("a", "2"));
    expect(await peer.end()).toMatchObject({ code: 7 });
  });

  test("malformed requests end their stream and nothing else", async () => {
    bench.publish(1, cluster("a"));
    const good = bench.connect(mode);
    good.ask(CDS);
    await good.take(CDS, "a=1");
    for (const bytes of [[0x0a], [0x0a, 0x05, 0x01], [0xff, 0xff, 0xff], [0x22, 0x02, 0xc3, 0x28], [0x0b, 0x0c]]) {
      const bad = bench.connect(mode, "bad");
      bad.bytes(Uint8Array.from(bytes));
      expect(await bad.end()).toMatchObject({ code: 3 });
    }
    const large = bench.connect(mode, "large");
    large.bytes(new Uint8Array(4 * 1024 * 1024 + 1));
    expect(await large.end()).toMatchObject({ code: 8 });
    bench.publish(2, cluster("a", "2"));
    await good.take(CDS, "a=2");
  });

  test("the limits of names and types", async () => {
    bench.publish(1, cluster("a"));
    const long = bench.connect(mode, "long");
    long.ask(EDS, "x".repeat(2_048));
    await long.silent().catch(() => {});
    expect(long.status).toBeUndefined();
    long.ask(EDS, "x".repeat(2_049));
    expect(await long.end()).toMatchObject({ code: 3 });
    const many = bench.connect(mode, "many");
    for (let i = 0; i <= 32; i++) many.ask(`type.googleapis.com/t${i}`);
    expect(await many.end()).toMatchObject({ code: 3 });
  });
});

test("the server ends its streams with UNAVAILABLE when it closes", async () => {
  bench.publish(1, cluster("a"));
  const peer = bench.connect("delta");
  peer.ask(CDS);
  await peer.take(CDS, "a=1");
  const [status] = await Promise.all([peer.end(), bench.stop()]);
  expect(status).toMatchObject({ code: 14 });
});
