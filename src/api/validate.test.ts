import { expect, test } from "vitest";
import { accepted, FakeView, node, oid, problem } from "../../test/support/fake-view.ts";
import type { Trial } from "../build/trial.ts";
import { CDS, RDS } from "../envoy/type-url.ts";
import { apiApp } from "./app.ts";

const zero = { add: 0, change: 0, remove: 0 };
const trial: Trial = {
  base: oid("b2"),
  difference: {
    summary: {
      routes: zero,
      listeners: zero,
      virtual_hosts: 0,
      clusters: zero,
      resources: { ...zero, change: 2 },
      fleets: ["default"],
      guard: "pass",
    },
    changes: [],
  },
  problems: [problem],
  introduced: [],
  documents: { selected: 3, heldBack: 0, leftOut: 1, ignored: 0 },
  fleets: [{ fleet: "default", types: { [CDS]: { delta: 10, whole: 100 }, [RDS]: { delta: 7, whole: 70 } } }],
  tests: [],
};

function client() {
  const view = new FakeView();
  view.trialAnswer = trial;
  const app = apiApp(view, { hostNames: [], closing: new AbortController().signal, onError: () => {} });
  const post = async (body: string, type = "application/json") => {
    const headers = { host: "127.0.0.1:18080", "content-type": type };
    const response = await app.request("/api/v1alpha1/validate", { method: "POST", headers, body });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  return { view, post };
}

const file = { path: "a.yaml", content: Buffer.from("a: ä").toString("base64") };

test("files are handed on as they are; the answer says which nodes would be sent how much", async () => {
  const { view, post } = client();
  const types = { CDS: accepted(oid("b2")), RDS: accepted(oid("b2")), LDS: accepted(oid("b2")) };
  view.nodeList = [
    node("delta", oid("b2"), { protocol: "delta", types }),
    node("sotw", oid("b2"), { protocol: "sotw", types }),
    node("clusters", oid("b2"), { protocol: "delta", types: { CDS: types.CDS } }),
    node("listeners", oid("b2"), { protocol: "delta", types: { LDS: types.LDS } }),
    node("gone", oid("b2"), { state: "offline", types }),
    node("other", oid("b2"), { fleet: "other", types }),
  ];
  const { status, json } = await post(JSON.stringify({ files: [file] }));
  expect(status).toBe(200);
  expect(view.trialGiven).toEqual([{ path: "a.yaml", content: Buffer.from("a: ä") }]);
  expect(json).toMatchObject({
    format_version: "1",
    base: oid("b2"),
    documents: { selected: 3, held_back: 0, left_out: 1, ignored: 0 },
    problems: [problem],
    introduced: [],
    summary: { fleets: ["default"] },
  });
  expect(json.nodes).toEqual([
    { id: "delta", fleet: "default", bytes: 17 },
    { id: "sotw", fleet: "default", bytes: 170 },
    { id: "clusters", fleet: "default", bytes: 10 },
  ]);
});

test.each<[string, string, string, number, RegExp]>([
  ["no JSON", "{", "application/json", 400, /the content is not JSON/],
  ["another type, as a page of another site may send it", JSON.stringify({ files: [] }), "text/plain", 400, /application\/json/],
  ["no files", "{}", "application/json", 400, /files/],
  ["a list", "[]", "application/json", 400, /expected/],
  ["no base64", JSON.stringify({ files: [{ path: "a", content: "ä" }] }), "application/json", 400, /expected base64/],
  ["an unknown field", JSON.stringify({ files: [], fils: [] }), "application/json", 400, /unknown parameter fils/],
  ["an unknown level", JSON.stringify({ files: [], level: "all" }), "application/json", 400, /level/],
  ["more than 32 MiB", `"${"a".repeat(32 * 1024 * 1024)}"`, "application/json", 413, /32 MiB/],
])("%s is refused", async (_, body, type, status, detail) => {
  const { view, post } = client();
  const answer = await post(body, type);
  expect([answer.status, view.trialGiven]).toEqual([status, []]);
  expect(answer.json.detail).toMatch(detail);
});

test("a server that has built nothing says so", async () => {
  const { view, post } = client();
  view.trialAnswer = undefined;
  const { status, json } = await post(JSON.stringify({ files: [] }));
  expect([status, json.code]).toEqual([503, "api/unavailable"]);
});
