import * as grpc from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serveGrpc } from "../../src/api/grpc.ts";
import type { Listening } from "../../src/api/http.ts";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { CDS, EDS } from "../../src/envoy/type-url.ts";
import type { JsonObject } from "../../src/model/json.ts";
import { FakeView } from "../support/fake-view.ts";
import { Bench } from "./bench.ts";
import { encodedNode } from "./csds-node.ts";
import { cluster, endpoints, made } from "./resources.ts";

const service = "/envoy.service.status.v3.ClientStatusDiscoveryService";
const messages = "envoy.service.status.v3";

interface Config {
  readonly node: { readonly id: string; readonly metadata?: object };
  readonly generic_xds_configs?: readonly {
    readonly name: string;
    readonly config_status?: string;
    readonly xds_config?: object;
    readonly version_info?: string;
    readonly error_state?: { readonly details: string; readonly version_info: string; readonly failed_configuration?: object };
  }[];
}

let bench: Bench;
let listening: Listening;
let client: grpc.Client;
beforeEach(async () => {
  bench = await new Bench().start();
  const view = new FakeView();
  view.nodes = () => bench.fleet.nodes();
  listening = await serveGrpc(view, {
    address: { host: "127.0.0.1", port: 0 },
    resources: (node) => bench.resources(node),
    onError: (error) => bench.failures.push(error),
  });
  client = new grpc.Client(`127.0.0.1:${listening.port}`, grpc.credentials.createInsecure(), { "grpc.max_receive_message_length": -1 });
});
afterEach(async () => {
  client.close();
  await listening.close();
  await bench.close();
});

const asIs = (bytes: Buffer) => bytes;
const encoded = (request: JsonObject) => Buffer.from(encode(`${messages}.ClientStatusRequest`, request));
const decoded = (bytes: Buffer) =>
  (decode(`${messages}.ClientStatusResponse`, bytes) as unknown as { readonly config?: readonly Config[] }).config ?? [];

function fetch(request: JsonObject = {}): Promise<readonly Config[]> {
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(`${service}/FetchClientStatus`, asIs, asIs, encoded(request), (error, bytes) =>
      error === null ? resolve(decoded(bytes as Buffer)) : reject(error),
    );
  });
}

async function ids(request: JsonObject): Promise<readonly string[]> {
  return (await fetch(request)).map(({ node }) => node.id);
}

/** A connected node that has accepted its cluster. */
async function connected(id: string, metadata: JsonObject = {}): Promise<void> {
  const peer = bench.client("DA", id);
  peer.raw(CDS, { type: CDS, extra: encodedNode("delta", id, metadata) });
  await peer.take(CDS, `a=${bench.published.commit.replace(/0+$/, "")}`);
  await peer.silent();
}

const states = (config: Config | undefined) =>
  Object.fromEntries((config?.generic_xds_configs ?? []).map(({ name, config_status }) => [name, config_status ?? "UNKNOWN"]));

describe("states under their CSDS names", () => {
  test.each(["S", "SA", "D", "DA"] as const)("FLT-01 %s: sent, accepted, rejected, and gone", async (variant) => {
    bench.publish(1, cluster("a"), cluster("b", "1", true), endpoints("b"));
    expect(await fetch()).toEqual([]);
    const peer = bench.client(variant, "n1");
    peer.ask(CDS);
    const first = await peer.expect(CDS, "a=1 b=1");
    await peer.silent();
    expect(states((await fetch())[0])).toEqual({ a: "STALE", b: "STALE" });
    peer.ack(first);
    peer.ask(EDS, "b");
    const second = await peer.expect(EDS, "b=1");
    await peer.silent();
    const [config] = await fetch();
    expect(config?.generic_xds_configs?.map(({ name, config_status }) => `${name} ${config_status}`)).toEqual([
      "a SYNCED",
      "b SYNCED",
      "b STALE",
    ]);
    peer.ack(second);
    bench.publish(2, cluster("a", "2"), cluster("b", "1", true), endpoints("b"));
    peer.nack(await peer.expect(CDS, peer.mode === "sotw" ? "a=2 b=1" : "a=2"), "a: no");
    await peer.silent();
    const [rejected] = await fetch();
    expect(rejected?.generic_xds_configs?.map(({ name, config_status }) => `${name} ${config_status}`)).toEqual([
      "a ERROR",
      // In SotW the rejected message carried it too.
      peer.mode === "sotw" ? "b ERROR" : "b SYNCED",
      "b SYNCED",
    ]);
    expect(rejected?.generic_xds_configs?.[0]).toMatchObject({
      error_state: { details: "a: no", version_info: bench.published.types.get(CDS)?.resources.get("a")?.version },
    });
    peer.close();
    await bench.until(() => bench.fleet.node("n1")?.state === "offline");
    expect(await fetch()).toEqual([]);
  });
});

describe("FLT-03 matchers and contents", () => {
  beforeEach(async () => {
    bench.publish(1, cluster("a"));
    await connected("edge-1", { zone: { name: "eu" }, prod: true });
    await connected("edge-2", { zone: { name: "us" } });
  });

  test.each<[string, JsonObject, readonly string[]]>([
    ["nothing", {}, ["edge-1", "edge-2"]],
    ["an id", { node_matchers: [{ node_id: { exact: "edge-1" } }] }, ["edge-1"]],
    ["one of two ids", { node_matchers: [{ node_id: { exact: "edge-1" } }, { node_id: { suffix: "-2" } }] }, ["edge-1", "edge-2"]],
    ["the beginning of an id", { node_matchers: [{ node_id: { prefix: "EDGE", ignore_case: true } }] }, ["edge-1", "edge-2"]],
    ["the middle of an id", { node_matchers: [{ node_id: { contains: "ge-2" } }] }, ["edge-2"]],
    ["metadata", { node_matchers: [metadata(["zone", "name"], { string_match: { exact: "eu" } })] }, ["edge-1"]],
    ["a truth", { node_matchers: [metadata(["prod"], { bool_match: true })] }, ["edge-1"]],
    ["presence", { node_matchers: [metadata(["zone"], { present_match: true })] }, ["edge-1", "edge-2"]],
    ["absence", { node_matchers: [metadata(["prod"], { present_match: false })] }, ["edge-2"]],
    ["an id and metadata", { node_matchers: [{ node_id: { exact: "edge-2" }, ...metadata(["prod"], { bool_match: true }) }] }, []],
  ])("%s", async (_, request, expected) => {
    expect(await ids(request)).toEqual(expected);
  });

  test.each<[string, JsonObject]>([
    ["a regular expression", { node_matchers: [{ node_id: { safe_regex: { regex: ".*" } } }] }],
    ["a number", { node_matchers: [metadata(["zone"], { double_match: { exact: 1 } })] }],
    ["a list", { node_matchers: [metadata(["zone"], { list_match: { one_of: { present_match: true } } })] }],
    ["no pattern", { node_matchers: [{ node_id: {} }] }],
  ])("%s is refused, and never matches everything", async (_, request) => {
    await expect(fetch(request)).rejects.toMatchObject({ code: grpc.status.INVALID_ARGUMENT });
  });

  test("contents are given for one node, unless they are not wanted", async () => {
    const contents = async (request: JsonObject) =>
      (await fetch(request)).map(({ generic_xds_configs }) => generic_xds_configs?.[0]?.xds_config);
    expect(await contents({ node_matchers: [{ node_id: { exact: "edge-1" } }] })).toEqual([expect.objectContaining({ name: "a" })]);
    expect(await contents({ node_matchers: [{ node_id: { exact: "edge-1" } }], exclude_resource_contents: true })).toEqual([undefined]);
    expect(await contents({})).toEqual([undefined, undefined]);
  });

  test("what is secret is never given", async () => {
    bench.publish(2, { ...made(CDS, "a", "2"), sensitive: true });
    await bench.allSilent().catch(() => {});
    const [config] = await fetch({ node_matchers: [{ node_id: { exact: "edge-1" } }] });
    expect(config?.generic_xds_configs?.[0]).toMatchObject({ name: "a" });
    expect(config?.generic_xds_configs?.[0]).not.toHaveProperty("xds_config");
  });

  test("the stream answers each request; metadata comes back", async () => {
    const call = client.makeBidiStreamRequest(`${service}/StreamClientStatus`, asIs, decoded);
    const seen: string[][] = [];
    call.on("data", (configs: readonly Config[]) => seen.push(configs.map(({ node }) => `${node.id} ${JSON.stringify(node.metadata)}`)));
    call.write(encoded({ node_matchers: [{ node_id: { exact: "edge-1" } }] }));
    call.write(encoded({ node_matchers: [{ node_id: { exact: "nobody" } }] }));
    await bench.until(() => seen.length === 2);
    call.end();
    expect(seen).toEqual([['edge-1 {"prod":true,"zone":{"name":"eu"}}'], []]);
  });
});

test("an answer above 4 MiB is refused, and on the stream cut between nodes", async () => {
  bench.publish(1, cluster("a"));
  const large = { text: "x".repeat(60_000) };
  for (let i = 0; i < 72; i++) await connected(`n${i}`, large);
  await expect(fetch()).rejects.toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
  const call = client.makeBidiStreamRequest(`${service}/StreamClientStatus`, asIs, decoded);
  const sizes: number[] = [];
  call.on("data", (configs: readonly Config[]) => sizes.push(configs.length));
  call.write(encoded({}));
  await bench.until(() => sizes.reduce((sum, one) => sum + one, 0) === 72);
  call.end();
  expect(sizes.length).toBe(2);
});

function metadata(path: readonly string[], value: JsonObject): JsonObject {
  return { node_metadatas: [{ path: path.map((key) => ({ key })), value }] };
}
