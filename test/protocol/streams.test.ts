import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CDS, EDS } from "../../src/envoy/type-url.ts";
import { Bench } from "./bench.ts";
import { cluster } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.close());

describe.each(["sotw", "delta"] as const)("streams, %s", (mode) => {
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
