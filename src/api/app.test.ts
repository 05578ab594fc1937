import { describe, expect, test } from "vitest";
import { FakeView, manifest, node, oid, problem, rejecting, source } from "../../test/support/fake-view.ts";
import { apiApp } from "./app.ts";

const prefix = "/api/v1alpha1";

function client(view = new FakeView(), hostNames: readonly string[] = []) {
  const errors: Error[] = [];
  const app = apiApp(view, { hostNames, closing: new AbortController().signal, onError: (error) => errors.push(error) });
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await app.request(path, { headers: { host: "127.0.0.1:18080", ...headers } });
    const text = await response.text();
    return { response, status: response.status, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
  };
  return { view, get, errors, app };
}

describe("outside the versioned API", () => {
  test("the process is healthy, and ready once every fleet has a snapshot", async () => {
    const { view, get } = client();
    expect((await get("/healthz")).text).toBe("ok\n");
    expect((await get("/readyz")).status).toBe(200);
    view.isReady = false;
    expect((await get("/readyz")).status).toBe(503);
    expect((await get("/healthz")).status).toBe(200);
  });

  test("version and metrics", async () => {
    const { get } = client();
    expect((await get("/version")).json).toEqual({ format_version: "1", version: "0.1.0", instance: "test" });
    const metrics = await get("/metrics");
    expect(metrics.text).toContain("portolan_xds_streams 0");
    expect(metrics.response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  });
});

describe("one thing", () => {
  test("a source", async () => {
    const { json } = await client().get(`${prefix}/sources/main`);
    expect(json).toEqual({
      format_version: "1",
      name: "main",
      path: "/srv/routes.git",
      ref: "main",
      tip: oid("b2"),
      effective: oid("b2"),
      revision: `main@sha1:${oid("b2")}`,
      subject: "Raise pay timeout",
      author: "dev@example.com",
      state: "ready",
      git: { reader: "native" },
      last_checked_at: "2026-11-22T09:14:05.211Z",
      last_success_at: "2026-11-22T09:14:05.211Z",
      documents: { selected: 61, held_back: 0, left_out: 1, ignored: 4 },
    });
  });

  test("what is not known of a source is absent", async () => {
    const { view, get } = client();
    view.sourceList = [{ ...source, tip: undefined, effective: undefined, state: "failed", problem }];
    const { json } = await get(`${prefix}/sources/main`);
    expect(json).not.toHaveProperty("tip");
    expect(json).not.toHaveProperty("revision");
    expect(json.problem.code).toBe("document/wrong-type");
  });

  test("a snapshot, by the beginning of its commit and by fleet", async () => {
    const { get } = client();
    const { json } = await get(`${prefix}/snapshots/${oid("b2").slice(0, 7)}?fleet=default`);
    expect(json).toMatchObject({
      format_version: "1",
      commit: oid("b2"),
      fleet: "default",
      sequence: 2,
      digest: `sha256:${"9f".repeat(32)}`,
      created_at: "2026-11-22T09:14:03.211Z",
      documents: { selected: 61, held_back: 0, left_out: 1, ignored: 4 },
      resources: { listeners: 1, routes: 12, virtual_hosts: 3, clusters: 2, endpoints: 2 },
      problems: { error: 1, warning: 0, info: 0 },
      stages_ms: { fetch: 2.5, plan: 4 },
    });
    expect(json.sources[0].revision).toBe(`main@sha1:${oid("b2")}`);
    expect((await get(`${prefix}/snapshots/${oid("b2")}?fleet=other`)).status).toBe(404);
  });

  test("a snapshot with what it changed, how it ended, and how many nodes have it", async () => {
    const { view, get } = client();
    view.manifests = [{ ...manifest(oid("b2")), outcome: { state: "completed", rollout: "default-000002", at: Date.UTC(2026, 0, 2) } }];
    view.nodeList = [node("a", oid("b2")), node("b", oid("a1"))];
    const { json } = await get(`${prefix}/snapshots/${oid("b2")}`);
    expect(json).toMatchObject({
      language_revision: "1234567890abcdef",
      change: { files: 1, added: 0, changed: 1, removed: 0 },
      outcome: { state: "completed", rollout: "default-000002", at: "2026-01-02T00:00:00.000Z" },
      node_counts: { target: 2, accepted: 1 },
    });
  });

  test("a snapshot that is no longer kept is told by the history", async () => {
    const { view, get } = client();
    view.past = async (sha) => (oid("0d").startsWith(sha) ? manifest(oid("0d")) : undefined);
    expect((await get(`${prefix}/snapshots/${oid("0d")}`)).json.commit).toBe(oid("0d"));
  });

  test("a node with a rejection names the file and line", async () => {
    const { view, get } = client();
    view.nodeList = [rejecting("edge/7", oid("b2"), oid("a1"))];
    const { json } = await get(`${prefix}/nodes/edge%2F7`);
    expect(json).toMatchObject({ format_version: "1", id: "edge/7", state: "rejected", converged: oid("a1"), envoy_version: "1.40.0" });
    expect(json).toMatchObject({ peer: "10.0.0.7:41234", identity: "spiffe://portolan/edge/7" });
    expect(Object.keys(json.types)).toEqual(["CDS", "RDS"]);
    expect(json.types.RDS).toMatchObject({
      state: "rejected",
      sent: oid("b2"),
      accepted: oid("a1"),
      error: "duplicate domain pay.example.com",
      resource: "main",
      at: { path: "pay.yaml", line: 9 },
      rejection: { commit: oid("b2"), resources: ["main"], uncertain: false },
    });
  });

  test("a fleet with the commits of its sources", async () => {
    const { json } = await client().get(`${prefix}/fleets/default`);
    expect(json).toMatchObject({
      name: "default",
      current: oid("b2"),
      baseline: oid("a1"),
      nodes: { not_sent: 0, pending: 0, accepted: 2, rejected: 0, offline: 0 },
      sources: [{ name: "main", effective: oid("b2") }],
    });
  });
});

describe("lists", () => {
  test("snapshots since a moment, page by page", async () => {
    const { view, get } = client();
    view.manifests = [5, 4, 3, 2, 1].map((n) => ({ ...manifest(oid(`c${n}`), "default", n), createdAt: Date.UTC(2026, 0, n) }));
    const seen: string[] = [];
    let cursor = "";
    do {
      const { json } = await get(`${prefix}/snapshots?since=2026-01-02T00:00:00Z&limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(json.items.map((one: { sequence: number }) => one.sequence).join());
      cursor = json.next_cursor ?? "";
    } while (cursor !== "");
    expect(seen).toEqual(["5,4,3", "2"]);
    expect((await get(`${prefix}/snapshots?since=yesterday`)).status).toBe(400);
    expect((await get(`${prefix}/snapshots?cursor=${Buffer.from("1x").toString("base64url")}`)).status).toBe(400);
  });

  test("pages follow one another to the end", async () => {
    const { view, get } = client();
    view.nodeList = ["a", "b", "c", "d", "e"].map((id) => node(id, oid("b2")));
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const { json } = await get(`${prefix}/nodes?limit=2${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(json).toMatchObject({ format_version: "1", complete: true });
      seen.push(...json.items.map((one: { id: string }) => one.id));
      cursor = json.next_cursor;
      view.nodeList = view.nodeList.filter((one) => one.id !== "a");
    }
    expect(seen).toEqual(["a", "b", "c", "d", "e"]);
  });

  test("a cursor whose item is gone is 410", async () => {
    const { view, get } = client();
    const first = await get(`${prefix}/nodes?limit=1`);
    view.nodeList = [node("other", oid("b2"))];
    expect((await get(`${prefix}/nodes?limit=1&cursor=${first.json.next_cursor}`)).status).toBe(410);
  });

  test.each([
    ["/sources", ["main"], "name"],
    ["/fleets", ["default"], "name"],
    ["/nodes", ["edge-1", "edge-2"], "id"],
    ["/nodes?state=rejected", [], "id"],
    ["/nodes?fleet=other", [], "id"],
    ["/snapshots", [oid("b2"), oid("a1")], "commit"],
    ["/snapshots?fleet=other", [], "commit"],
    [`/snapshots/${oid("b2")}/resources`, ["default.web"], "name"],
    [`/snapshots/${oid("b2")}/resources?type=CDS`, [], "name"],
    [`/snapshots/${oid("b2")}/resources?type=LDS&name=default.web`, ["default.web"], "name"],
  ])("%s", async (path, expected, key) => {
    const { json } = await client().get(`${prefix}${path}`);
    expect(json.items.map((one: Record<string, string>) => one[key])).toEqual(expected);
    expect(json.next_cursor).toBeNull();
  });

  test("problems by severity and source", async () => {
    const { view, get } = client();
    view.problemList = [problem, { ...problem, severity: "warning", at: { ...problem.at, source: "other" } }];
    expect((await get(`${prefix}/problems`)).json.items).toHaveLength(2);
    expect((await get(`${prefix}/problems?severity=error`)).json.items).toEqual([{ problem }]);
    expect((await get(`${prefix}/problems?source=other`)).json.items[0].problem.severity).toBe("warning");
  });
});

describe("what cannot be answered", () => {
  test.each([
    ["/nothing", 404, "api/not-found"],
    [`${prefix}/nothing`, 404, "api/not-found"],
    [`${prefix}/sources/other`, 404, "api/not-found"],
    [`${prefix}/nodes/other`, 404, "api/not-found"],
    [`${prefix}/fleets/other`, 404, "api/not-found"],
    [`${prefix}/snapshots/${oid("cc")}`, 404, "api/not-found"],
    [`${prefix}/snapshots/${oid("cc")}/resources`, 404, "api/not-found"],
    [`${prefix}/snapshots/HEAD`, 400, "api/bad-parameter"],
    [`${prefix}/snapshots/abc`, 400, "api/bad-parameter"],
    [`${prefix}/snapshots/${oid("b2")}/resources?type=XYZ`, 400, "api/bad-parameter"],
    [`${prefix}/nodes?limit=0`, 400, "api/bad-parameter"],
    [`${prefix}/nodes?limit=1001`, 400, "api/bad-parameter"],
    [`${prefix}/nodes?limit=1e2`, 400, "api/bad-parameter"],
    [`${prefix}/nodes?cursor=AAAA`, 400, "api/bad-parameter"],
    [`${prefix}/nodes?state=applied`, 400, "api/bad-parameter"],
    [`${prefix}/nodes?feet=default`, 400, "api/bad-parameter"],
    [`${prefix}/problems?severity=fatal`, 400, "api/bad-parameter"],
    [`${prefix}/wait?commit=${oid("b2")}&percent=0`, 400, "api/bad-parameter"],
    [`${prefix}/wait`, 400, "api/bad-parameter"],
    [`${prefix}/status?timeout=61`, 400, "api/bad-parameter"],
  ])("%s is %i", async (path, status, code) => {
    const { response, json } = await client().get(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(json).toMatchObject({ status, code, type: `https://portolan.dev/problems/${code.slice(4)}` });
    expect(json.detail).not.toBe("");
  });

  test("every wrong parameter is named at once", async () => {
    const { json } = await client().get(`${prefix}/nodes?limit=x&feet=1`);
    expect(json.detail).toContain("limit: expected a whole number from 1 to 1000");
    expect(json.detail).toContain("unknown parameter feet; known are fleet, state, selector, limit, cursor");
  });

  test("a bug is reported inside and hidden outside", async () => {
    const { view, get, errors } = client();
    view.problems = () => {
      throw new Error("secret detail");
    };
    const { status, json, text } = await get(`${prefix}/problems`);
    expect(status).toBe(500);
    expect(json.code).toBe("api/internal");
    expect(text).not.toContain("secret detail");
    expect(errors.map((error) => error.message)).toEqual(["secret detail"]);
  });

  test("nothing can be changed", async () => {
    const { app } = client();
    const response = await app.request(`${prefix}/fleets/default`, { method: "POST", headers: { host: "localhost" } });
    expect(response.status).toBe(404);
  });
});

describe("who may ask", () => {
  test.each([
    ["127.0.0.1:18080", 200],
    ["localhost:9000", 200],
    ["[::1]:18080", 200],
    ["192.0.2.7", 200],
    ["portolan.example.com", 200],
    ["PORTOLAN.example.com:443", 200],
    ["evil.example.com", 403],
    ["127.0.0.1.evil.example.com", 403],
    ["a b", 403],
    ["", 403],
  ])("Host %j is %i", async (host, status) => {
    const { get } = client(new FakeView(), ["portolan.example.com"]);
    expect((await get("/healthz", { host })).status).toBe(status);
  });

  test("answers, also refusals, carry the security headers, and none of CORS", async () => {
    const { get } = client();
    for (const path of ["/healthz", `${prefix}/nodes`, "/nothing"]) {
      const { response } = await get(path, { origin: "https://evil.example.com" });
      expect(response.headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("access-control-allow-origin")).toBeNull();
    }
  });
});
