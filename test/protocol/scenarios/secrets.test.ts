import { expect, test } from "vitest";
import type { Resource } from "../../../src/envoy/resource.ts";
import { CDS, LDS, SDS } from "../../../src/envoy/type-url.ts";
import { Bench } from "../bench.ts";
import { made, plain } from "../resources.ts";
import { scenario } from "./scenario.ts";

/** A listener that refers to these secrets. */
const guarded = (name: string, secrets: readonly string[], value = "1"): Resource =>
  made(
    LDS,
    name,
    value,
    secrets.map((secret) => ({ type: SDS, name: secret })),
  );
const secret = (name: string, value = "1") => plain(SDS, name, value);

scenario("ODX-06", { what: "a rotation reaches those who asked" }, async ({ bench, client, connect }) => {
  bench.keep(secret("a"), secret("b"));
  bench.publish(1, guarded("l", ["a", "b"]));
  client.ask(SDS, "a");
  await client.take(SDS, "a=1");
  const other = connect("n2");
  other.ask(SDS, "b");
  await other.take(SDS, "b=1");
  bench.keep(secret("a", "2"), secret("b"));
  await client.take(SDS, "a=2");
  await other.silent();
  bench.keep(secret("a", "2"), secret("b"));
  await client.silent();
});

scenario("ODX-06", { what: "a secret that is lost is not removed" }, async ({ bench, client }) => {
  bench.keep(secret("a"));
  bench.publish(1, guarded("l", ["a"]));
  client.ask(SDS, "a");
  await client.take(SDS, "a=1");
  bench.keep();
  await client.silent();
  expect(bench.fleet.node("n1")?.types.SDS).toMatchObject({ state: "accepted" });
  bench.keep(secret("a", "2"));
  await client.take(SDS, "a=2");
});

scenario(
  "D14",
  { only: ["DA"], what: "one that nothing refers to any more is removed after what referred to it" },
  async ({ bench, client }) => {
    bench.keep(secret("a"));
    bench.publish(1, guarded("l", ["a"]));
    client.ask(CDS);
    await client.take(CDS, "");
    client.ask(LDS);
    await client.take(LDS, "l=1");
    client.ask(SDS, "a");
    await client.take(SDS, "a=1");
    bench.publish(2, guarded("l", [], "2"));
    const listener = await client.expect(LDS, "l=2");
    await client.silent();
    client.ack(listener);
    await client.take(SDS, "-a");
  },
);

scenario("C7", { what: "one that is not there is said to be missing, and comes later" }, async ({ bench, client, mode }) => {
  bench.publish(1, guarded("l", ["a"]));
  client.ask(SDS, "a");
  if (mode === "delta") await client.take(SDS, "-a");
  else await client.silent();
  bench.keep(secret("a"));
  await client.take(SDS, "a=1");
});

scenario("C7", { what: "one that is being read is answered when it is known whether it is there" }, async ({ bench, client, mode }) => {
  bench.read("a", "b");
  bench.publish(1, guarded("l", ["a", "b"]));
  client.ask(SDS, "a", "b");
  await client.silent();
  expect(bench.fleet.node("n1")?.types.SDS?.state).not.toBe("accepted");
  bench.keep(secret("a"));
  await client.take(SDS, mode === "delta" ? "a=1 -b" : "a=1");
});

scenario("C7", { only: ["DA", "D"], what: "one that was being read and is not there is said to be missing" }, async ({ bench, client }) => {
  bench.read("a");
  bench.publish(1, guarded("l", ["a"]));
  client.ask(SDS, "a");
  await client.silent();
  bench.keep();
  await client.take(SDS, "-a");
});

scenario(
  "REC-03 D7",
  { what: "a secret that the client has is not sent again, and one that is lost stays with it" },
  async ({ bench, client }) => {
    bench.keep(secret("a"));
    bench.publish(1, guarded("l", ["a", "lost"]));
    client.send({ type: SDS, subscribe: ["a", "lost"], claims: { a: secret("a").version, lost: "0123" } });
    await client.silent();
    expect(bench.fleet.node("n1")?.types.SDS).toMatchObject({ state: "accepted" });
  },
);

scenario("S8", { what: "secrets are always answered on a new stream" }, async ({ bench, client, connect }) => {
  bench.keep(secret("a"));
  bench.publish(1, guarded("l", ["a"]));
  client.ask(SDS, "a");
  const { label } = await client.take(SDS, "a=1");
  const again = connect();
  again.send({ type: SDS, names: ["a"], version: label });
  again.ack(await again.expect(SDS, "a=1"), ["a"]);
});

scenario("SEC-03", { what: "what the snapshot does not refer to does not exist" }, async ({ bench, client, mode }) => {
  bench.keep(secret("a"), secret("b"));
  bench.publish(1, guarded("l", ["a"]));
  client.ask(SDS, "b");
  if (mode === "delta") await client.take(SDS, "-b");
  else await client.silent();
});

scenario("SEC-03", { what: "all of them are not to be had" }, async ({ bench, client }) => {
  bench.keep(secret("a"));
  bench.publish(1, guarded("l", ["a"]));
  client.ask(SDS, "*");
  await client.silent();
  bench.keep(secret("a", "2"));
});

scenario("ORD-01", { only: ["DA", "SA"], what: "secrets come after clusters and before listeners" }, async ({ bench, client, either }) => {
  bench.keep(secret("a"));
  bench.publish(1);
  client.ask(CDS);
  await client.take(CDS, "");
  client.ask(SDS, "a");
  if (either("", "delta") === "delta") await client.take(SDS, "-a");
  client.ask(LDS);
  await client.take(LDS, "");
  bench.publish(2, made(CDS, "c", "1"), guarded("l", ["a"]));
  const types = [await client.next(), await client.next(), await client.next()].map(({ type }) => type);
  expect(types).toEqual([CDS, SDS, LDS]);
});

test.each([
  ["to a peer that may have none", () => false, "-a"],
  ["but to one that may", () => true, "a=1"],
])("SEC-03 no secret leaves %s", async (_, maySendSecrets, content) => {
  const bench = await new Bench().start({}, { maySendSecrets });
  try {
    bench.keep(secret("a"));
    bench.publish(1, guarded("l", ["a"]));
    const client = bench.client("DA", "n1");
    client.ask(SDS, "a");
    await client.take(SDS, content);
  } finally {
    await bench.close();
  }
});
