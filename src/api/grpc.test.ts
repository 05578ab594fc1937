import { createHash } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { afterEach, expect, test } from "vitest";
import { FakeView, node, oid, problem, rejecting } from "../../test/support/fake-view.ts";
import { Access, readOnly } from "./access.ts";
import { queryService, serveGrpc } from "./grpc.ts";
import type { SnapshotJson, StatusJson } from "./shapes.ts";

/** Whatever a method answers; a test reads the fields of the method it has called. */
interface Answer extends StatusJson, SnapshotJson {
  readonly sources: StatusJson["sources"] & SnapshotJson["sources"];
  readonly problems: StatusJson["problems"] & SnapshotJson["problems"];
  readonly items: readonly { readonly id: string; readonly commit: string }[];
  readonly next_page_token: string;
}

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(view = new FakeView(), access = readOnly) {
  const errors: Error[] = [];
  const listening = await serveGrpc(view, {
    address: { host: "127.0.0.1", port: 0 },
    resources: () => [],
    access,
    onError: (error) => errors.push(error),
  });
  closers.push(listening.close);
  const Client = grpc.makeGenericClientConstructor(queryService(), "Query");
  const client = new Client(`127.0.0.1:${listening.port}`, grpc.credentials.createInsecure());
  closers.push(() => client.close());
  const call = (method: string, request: object = {}, authorization?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const metadata = new grpc.Metadata();
      if (authorization !== undefined) metadata.set("authorization", authorization);
      const ask = client[method] as (request: object, metadata: grpc.Metadata, done: (error: Error | null, answer: Answer) => void) => void;
      ask.call(client, request, metadata, (error, value) => (error === null ? resolve(value) : reject(error)));
    });
  return { view, call, errors, port: listening.port };
}

test("where a token is needed, only who has one may ask; health is for everybody", async () => {
  const token = "t".repeat(32);
  const sha256 = createHash("sha256").update(token).digest("hex");
  const { call, port } = await start(new FakeView(), new Access({ anonymous: false, tokens: [{ name: "a", sha256, roles: ["viewer"] }] }));
  const unauthenticated = { code: grpc.status.UNAUTHENTICATED };
  await expect(call("GetStatus")).rejects.toMatchObject(unauthenticated);
  await expect(call("GetStatus", {}, "Bearer x")).rejects.toMatchObject(unauthenticated);
  expect((await call("GetStatus", {}, `Bearer ${token}`)).server.instance).toBe("test");
  const raw = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  closers.push(() => raw.close());
  const ask = (path: string) =>
    new Promise<number>((resolve) => {
      const asIs = (bytes: Buffer) => bytes;
      raw.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), (error) => resolve(error?.code ?? grpc.status.OK));
    });
  expect(await ask("/grpc.health.v1.Health/Check")).toBe(grpc.status.OK);
  expect(await ask("/envoy.service.status.v3.ClientStatusDiscoveryService/FetchClientStatus")).toBe(grpc.status.UNAUTHENTICATED);
});

test("GetStatus mirrors the JSON", async () => {
  const view = new FakeView();
  view.nodeList = [rejecting("edge-7", oid("b2"), oid("a1"))];
  const { call } = await start(view);
  const status = await call("GetStatus");
  expect(status.server).toEqual({ version: "0.1.0", instance: "test", ready: true });
  expect(status.sources[0]).toMatchObject({
    name: "main",
    revision: `main@sha1:${oid("b2")}`,
    git: { reader: "native" },
    documents: { left_out: 1 },
  });
  expect(status.sources[0]).not.toHaveProperty("problem.code");
  expect(status.fleets[0]).toMatchObject({ current: oid("b2"), baseline: oid("a1"), nodes: { accepted: 2 }, sources: [{ name: "main" }] });
  expect(status.nodes[0]).toMatchObject({
    id: "edge-7",
    state: "rejected",
    converged: oid("a1"),
    peer: "10.0.0.7:41234",
    identity: "spiffe://portolan/edge-7",
  });
  expect(status.nodes[0]?.types.RDS).toMatchObject({
    state: "rejected",
    resource: "main",
    at: { path: "pay.yaml", line: 9 },
    rejection: { resources: ["main"], places: [{ path: "pay.yaml" }] },
  });
  expect(status.nodes[0]?.types.CDS).toMatchObject({
    message: { nonce: "b2000000.CDS.1.0", bytes: 812, sent_at: "2026-11-22T09:14:04.201Z" },
    accepted_version: `${oid("b2")}+0123456789abcdef`,
  });
  expect(status.problems[0]).toMatchObject({
    code: problem.code,
    at: { line: 12, column: 15, pointer: "/spec/timeout_ms" },
    fix: problem.fix,
  });
});

test("GetSnapshot finds one by the beginning of its commit", async () => {
  const { call } = await start();
  const snapshot = await call("GetSnapshot", { commit: oid("a1").slice(0, 7) });
  expect(snapshot).toMatchObject({
    commit: oid("a1"),
    fleet: "default",
    sequence: 1,
    resources: { virtual_hosts: 3 },
    stages_ms: { fetch: 2.5 },
  });
});

test("ListSnapshots and ListNodes go page by page", async () => {
  const { call } = await start();
  const first = await call("ListSnapshots", { page_size: 1 });
  expect(first.items.map((one) => one.commit)).toEqual([oid("b2")]);
  const second = await call("ListSnapshots", { page_size: 1, page_token: first.next_page_token });
  expect(second.items.map((one) => one.commit)).toEqual([oid("a1")]);
  expect(second.next_page_token).toBe("");
  const nodes = await call("ListNodes", {});
  expect(nodes.items.map((one) => one.id)).toEqual(["edge-1", "edge-2"]);
});

test("ListNodes by fleet and state", async () => {
  const view = new FakeView();
  view.nodeList = [node("a", oid("b2")), rejecting("b", oid("b2"), oid("a1")), node("c", oid("b2"), { fleet: "edge" })];
  const { call } = await start(view);
  const ids = async (request: object) => (await call("ListNodes", request)).items.map((one) => one.id);
  expect(await ids({ state: "rejected" })).toEqual(["b"]);
  expect(await ids({ fleet: "edge" })).toEqual(["c"]);
});

test.each([
  ["GetSnapshot", { commit: oid("cc") }, grpc.status.NOT_FOUND, "there is no single snapshot"],
  ["GetSnapshot", { commit: oid("b2"), fleet: "other" }, grpc.status.NOT_FOUND, "for the fleet other"],
  ["GetSnapshot", { commit: "main" }, grpc.status.INVALID_ARGUMENT, "commit: expected 7 to 40"],
  ["GetSnapshot", {}, grpc.status.INVALID_ARGUMENT, "commit: expected 7 to 40"],
  ["ListNodes", { state: "applied" }, grpc.status.INVALID_ARGUMENT, "state: expected one of not-sent"],
  ["ListNodes", { page_size: 1001 }, grpc.status.INVALID_ARGUMENT, "page_size: expected a whole number"],
  ["ListNodes", { page_size: -1 }, grpc.status.INVALID_ARGUMENT, "page_size: expected a whole number"],
  ["ListNodes", { page_token: "AAAA" }, grpc.status.INVALID_ARGUMENT, "not a cursor"],
])("%s %j is refused", async (method, request, code, text) => {
  const { call } = await start();
  const error = await call(method, request).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error.code).toBe(code);
  expect(error.details).toContain(text);
});

test("a bug is INTERNAL and tells nothing of itself", async () => {
  const { view, call, errors } = await start();
  view.nodes = () => {
    throw new Error("secret detail");
  };
  await expect(call("ListNodes")).rejects.toMatchObject({ code: grpc.status.INTERNAL, details: expect.not.stringContaining("secret") });
  expect(errors.map((error) => error.message)).toEqual(["secret detail"]);
});

test("a port in use is refused", async () => {
  const { port } = await start();
  await expect(serveGrpc(new FakeView(), { address: { host: "127.0.0.1", port }, resources: () => [], onError: () => {} })).rejects.toThrow(
    /EADDRINUSE|No address/,
  );
});
