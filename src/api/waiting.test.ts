import { describe, expect, test } from "vitest";
import { FakeView, fleet, manifest, node, oid, rejecting } from "../../test/support/fake-view.ts";
import { until } from "../server/demo/until.ts";
import { apiApp } from "./app.ts";
import type { StatusJson, WaitJson } from "./shapes.ts";

const base = "http://127.0.0.1/api/v1alpha1";

function client() {
  const view = new FakeView();
  const closing = new AbortController();
  const app = apiApp(view, { hostNames: [], closing: closing.signal, onError: (error) => expect.unreachable(error.message) });
  const get = (path: string, headers: Record<string, string> = {}) =>
    app.request(`${base}${path}`, { headers: { host: "127.0.0.1", ...headers } });
  return { view, closing, get };
}

describe("status", () => {
  test("gives everything at once", async () => {
    const { get } = client();
    const status = (await (await get("/status")).json()) as StatusJson;
    expect(Object.keys(status)).toEqual(["format_version", "server", "sources", "fleets", "nodes", "problems"]);
    expect(status.server).toEqual({ version: "0.1.0", instance: "test", ready: true });
    expect(status.nodes).toHaveLength(2);
  });

  test("is answered at once when it is not what the client knows", async () => {
    const { get, view } = client();
    expect((await get("/status?timeout=60", { "if-none-match": '"old"' })).status).toBe(200);
    expect(view.waiting).toBe(0);
  });

  test("waits for a change, and tells it within 100 ms", async () => {
    const { get, view } = client();
    const etag = (await get("/status")).headers.get("etag") ?? "";
    const pending = get("/status?timeout=60", { "if-none-match": etag });
    await until("the request to wait", () => view.waiting === 1);
    const changed = performance.now();
    view.change({ nodeList: [node("edge-9", oid("b2"))] });
    const response = await pending;
    expect(performance.now() - changed).toBeLessThan(100);
    expect(((await response.json()) as StatusJson).nodes[0]?.id).toBe("edge-9");
    expect(response.headers.get("etag")).not.toBe(etag);
  });

  test("a change that changes nothing keeps waiting; the end of the server ends it with 304", async () => {
    const { get, view, closing } = client();
    const etag = (await get("/status")).headers.get("etag") ?? "";
    const pending = get("/status?timeout=60", { "if-none-match": etag });
    await until("the request to wait", () => view.waiting === 1);
    view.change();
    await until("the request to wait again", () => view.waiting === 1);
    closing.abort();
    const response = await pending;
    expect(response.status).toBe(304);
    expect(response.headers.get("etag")).toBe(etag);
  });

  test("without a timeout an unchanged status is 304 at once", async () => {
    const { get } = client();
    const etag = (await get("/status")).headers.get("etag") ?? "";
    expect((await get("/status", { "if-none-match": etag })).status).toBe(304);
  });
});

describe("wait", () => {
  test("answers as soon as the last node has accepted", async () => {
    const { get, view } = client();
    view.change({ nodeList: [node("edge-1", oid("a1")), node("edge-2", oid("b2"))] });
    const pending = get(`/wait?commit=${oid("b2")}&timeout=60`);
    await until("the request to wait", () => view.waiting === 1);
    view.change({ nodeList: [node("edge-1", oid("b2")), node("edge-2", oid("b2"))] });
    expect(await (await pending).json()).toEqual({
      format_version: "1",
      commit: oid("b2"),
      known: true,
      outcome: "reached",
      detail: `default: 2 of 2 nodes accepted ${oid("b2").slice(0, 12)}`,
      fleets: [{ fleet: "default", connected: 2, accepted: 2, rejected: 0 }],
      rejections: [],
      problems: [],
    });
  });

  test("says how far it is when the time is over", async () => {
    const { get, view } = client();
    view.change({ nodeList: [node("edge-1", oid("a1")), node("edge-2", oid("b2"))] });
    const progress = await (await get(`/wait?commit=${oid("b2")}`)).json();
    expect(progress).toMatchObject({ outcome: "waiting", detail: `default: 1 of 2 nodes accepted ${oid("b2").slice(0, 12)}` });
  });

  test("fails at once on a rejection", async () => {
    const { get, view } = client();
    view.change({ nodeList: [node("edge-1", oid("b2")), rejecting("edge-2", oid("b2"), oid("a1"))] });
    const progress = await (await get(`/wait?commit=${oid("b2")}&timeout=60`)).json();
    expect(progress).toMatchObject({
      outcome: "failed",
      detail: "default: 1 of 2 nodes rejected it",
      rejections: [{ node: "edge-2", type: "RDS", error: "duplicate domain pay.example.com", at: { path: "pay.yaml", line: 9 } }],
    });
  });

  test("a commit without a snapshot yet is waited for", async () => {
    const { get, view } = client();
    const pending = get(`/wait?commit=${oid("c3")}&timeout=60`);
    await until("the request to wait", () => view.waiting === 1);
    view.change({
      manifests: [manifest(oid("c3"), "default", 3)],
      fleetList: [{ ...fleet, current: oid("c3") }],
      nodeList: [node("edge-1", oid("c3"))],
    });
    expect(((await (await pending).json()) as WaitJson).outcome).toBe("reached");
  });
});
