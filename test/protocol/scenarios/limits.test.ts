import { expect } from "vitest";
import { lengthDelimited } from "../../../src/codec/wire.ts";
import { CDS, EDS } from "../../../src/envoy/type-url.ts";
import { modeOf } from "../client/variant.ts";
import { encodeRequest } from "../messages.ts";
import { cluster, plain } from "../resources.ts";
import { everyType, scenario } from "./scenario.ts";

const code = { invalidArgument: 3, permissionDenied: 7, resourceExhausted: 8, unavailable: 14 };

scenario("SEC-05", { types: everyType }, async ({ bench, client, connect, type }) => {
  client.ask(type, "a");
  expect(await client.ended(type)).toMatchObject({ code: code.unavailable });
  bench.publish(1, plain(type, "a"));
  const later = connect();
  later.ask(type, "a");
  await later.take(type, "a=1");
});

scenario("SEC-01", { types: everyType, what: "a node that no fleet admits" }, async ({ bench, client, connect, type }) => {
  bench.delivery.setFleets([{ name: "default", matches: (node) => node.id !== "stranger" }]);
  bench.publish(1, plain(type, "a"));
  const stranger = connect("stranger");
  stranger.ask(type, "a");
  expect(await stranger.ended(type)).toMatchObject({ code: code.permissionDenied, message: expect.stringContaining('id "stranger"') });
  expect(stranger.log).toEqual([]);
  client.ask(type, "a");
  await client.take(type, "a=1");
  bench.delivery.setFleets([{ name: "other", matches: () => false }]);
  bench.publish(2, plain(type, "a", "2"));
  expect(await client.ended(type)).toMatchObject({ code: code.permissionDenied });
});

for (const [what, bytes] of [
  ["a field that ends in its tag", [0x0a]],
  ["a field that is longer than the message", [0x0a, 0x05, 0x01]],
  ["a tag that does not end", [0xff, 0xff, 0xff]],
  ["a text that is no UTF-8", [0x22, 0x02, 0xc3, 0x28]],
  ["a group", [0x0b, 0x0c]],
] as const) {
  scenario("SEC-07", { what }, async ({ bench, client, connect }) => {
    bench.publish(1, cluster("a"));
    const good = connect();
    good.ask(CDS);
    await good.take(CDS, "a=1");
    client.stream(CDS).write(Uint8Array.from(bytes));
    expect(await client.ended(CDS)).toMatchObject({ code: code.invalidArgument });
    bench.publish(2, cluster("a", "2"));
    await good.take(CDS, "a=2");
  });
}

for (const field of [1, 2, 3, 4, 5, 6]) {
  scenario("SEC-07", { what: `field ${field} of the wrong wire type` }, async ({ bench, client, connect, variant }) => {
    bench.publish(1, cluster("a"));
    const request = encodeRequest(modeOf(variant), { node: "n1", type: CDS });
    const good = connect("n2");
    // Of fields that are not known every wire type is.
    const unknown = Buffer.from([0x78, 1, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 1, 1, 0x7d, 1, 2, 3, 4]);
    good.stream(CDS).write(Buffer.concat([unknown, request]));
    await good.take(CDS, "a=1");
    client.stream(CDS).write(Buffer.concat([Buffer.from([field << 3, 1]), request]));
    expect(await client.ended(CDS)).toMatchObject({ code: code.invalidArgument });
    bench.publish(2, cluster("a", "2"));
    await good.take(CDS, "a=2");
  });
}

scenario("SEC-07", { what: "4 MiB of names" }, async ({ bench, client, connect, variant }) => {
  bench.publish(1, cluster("a"));
  const good = connect("n2");
  good.ask(CDS);
  await good.take(CDS, "a=1");
  const name = lengthDelimited(3, "n".repeat(30));
  const names = Buffer.concat(Array.from({ length: 131_000 }, () => name));
  client.stream(CDS).write(Buffer.concat([encodeRequest(modeOf(variant), { node: "n1", type: CDS }), names]));
  expect(await client.ended(CDS)).toMatchObject({ code: code.invalidArgument });
  bench.publish(2, cluster("a", "2"));
  await good.take(CDS, "a=2");
});

for (const [what, prefix] of [
  ["a compressed message", [1, 0, 0, 0, 0]],
  ["a message that breaks off", [0, 0, 0, 0, 9, 1]],
] as const) {
  scenario("SEC-07", { what }, async ({ bench, client, connect }) => {
    bench.publish(1, cluster("a"));
    const good = connect();
    good.ask(CDS);
    await good.take(CDS, "a=1");
    client.stream(CDS).frame(Uint8Array.from(prefix));
    client.stream(CDS).halfClose();
    expect((await client.ended(CDS)).code).toBeDefined();
    expect(client.log).toEqual([]);
    bench.publish(2, cluster("a", "2"));
    await good.take(CDS, "a=2");
  });
}

scenario("SEC-04", { what: "the size of a request" }, async ({ bench, client, connect }) => {
  bench.publish(1, cluster("a"));
  const limit = 4 * 1024 * 1024;
  const request = (size: number) => {
    const start = encodeRequest(client.mode, { node: "n1", type: CDS });
    // A field that nobody knows, of the bytes that are missing; its tag and length take 7.
    return Buffer.concat([start, lengthDelimited(1_000, new Uint8Array(size - start.length - 6))]);
  };
  expect(request(limit)).toHaveLength(limit);
  client.stream(CDS).write(request(limit));
  await client.take(CDS, "a=1");
  const large = connect();
  large.stream(CDS).write(request(limit + 1));
  expect(await large.ended(CDS)).toMatchObject({ code: code.resourceExhausted });
});

scenario("SEC-04", { types: everyType, what: "the length of a name" }, async ({ bench, client, mode, type }) => {
  bench.publish(1, plain(type, "a"));
  const long = "ä".repeat(1_024);
  client.ask(type, "a", long);
  await client.take(type, mode === "delta" ? `a=1 -${long}` : "a=1");
  client.ask(type, "a", `${long}x`);
  expect(await client.ended(type)).toMatchObject({ code: code.invalidArgument });
});

scenario("SEC-04", { only: ["DA"], what: "the number of names" }, async ({ bench, client }) => {
  bench.publish(1, cluster("a"));
  const names = Array.from({ length: 100_000 }, (_, i) => `${i}`);
  client.ask(CDS, ...names);
  let missing = names.length;
  do {
    const answer = await client.next();
    missing -= answer.removed.length;
    client.ack(answer);
  } while (missing > 0);
  client.ask(CDS, "one more");
  expect(await client.ended(CDS)).toMatchObject({ code: code.invalidArgument });
});

scenario("SEC-04", { only: ["SA", "DA"], what: "the number of types" }, async ({ bench, client }) => {
  bench.publish(1, plain(EDS, "a"));
  for (let i = 0; i < 31; i++) client.ask(`type.googleapis.com/t${i}`);
  client.ask(EDS, "a");
  await client.take(EDS, "a=1");
  client.ask("type.googleapis.com/one.more");
  expect(await client.ended(EDS)).toMatchObject({ code: code.invalidArgument });
});
