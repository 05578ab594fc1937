import { describe, expect, test } from "vitest";
import { buildFiles } from "../../src/build/offline.ts";
import { show } from "../../src/build/show.ts";
import { RDS } from "../../src/envoy/type-url.ts";
import type { Code } from "../../src/problem/codes.ts";

const document = (kind: string, name: string, spec: object, metadata: object = {}) =>
  `---\n${JSON.stringify({ apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name, ...metadata }, spec })}\n`;
const binding = { namespace: { from: "ALL" } };
const listener = (spec: object = {}, name = "http") =>
  document("Listener", name, { port: 8080, protocol: "HTTP", securityModel: "INSECURE", hostBinding: binding, ...spec });
const host = (spec: object = {}, name = "all") =>
  document("Host", name, { hostname: "*", requestPolicy: { insecure: { action: "Route" } }, ...spec });
const mapping = (name: string, spec: object) => document("Mapping", name, { hostname: "*", prefix: "/", service: "a", ...spec });
const base = listener() + host() + mapping("base", { prefix: "/base/" });
const fleet = `---\napiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: edge}\nspec: {nodes: {id: ["*"]}}\n`;

/** What only several documents together can be told, with the codes it must give; everything else of the repository still serves. */
test.each<[Code, Record<string, string>]>([
  ["ambassador/no-hosts", { "a.yaml": listener() + mapping("m", {}) }],
  ["ambassador/no-listener", { "a.yaml": host() }],
  ["ambassador/idle-host", { "a.yaml": listener({ hostBinding: { selector: { matchLabels: { x: "y" } } } }) + host() }],
  [
    "ambassador/idle-listener",
    { "a.yaml": base, "b.yaml": listener({ port: 8081, hostBinding: { selector: { matchLabels: { x: "y" } } } }, "idle") },
  ],
  ["ambassador/duplicate-listener", { "a.yaml": base, "b.yaml": listener({}, "second") }],
  ["ambassador/duplicate-hostname", { "a.yaml": base, "b.yaml": host({}, "second") }],
  ["ambassador/redirect-without-tls", { "a.yaml": base, "b.yaml": host({ hostname: "r.example.com", requestPolicy: {} }, "redirecting") }],
  [
    "ambassador/selector-expressions",
    {
      "a.yaml": base,
      "b.yaml": host({ hostname: "s.example.com", mappingSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } }, "choosy"),
    },
  ],
  ["ambassador/protocol-and-stack", { "a.yaml": base, "b.yaml": listener({ port: 8082, protocolStack: ["HTTP", "TCP"] }, "both") }],
  [
    "ambassador/bad-stack",
    { "a.yaml": base, "b.yaml": listener({ port: 8083, protocol: undefined, protocolStack: ["TCP", "HTTP"] }, "upside") },
  ],
  ["document/duplicate", { "a.yaml": base, "b.yaml": mapping("base", { prefix: "/other/" }) }],
  ["route/unattached", { "a.yaml": base, "b.yaml": mapping("lost", { hostname: undefined }) }],
  ["route/unreachable", { "a.yaml": base, "b.yaml": mapping("x", { precedence: 5 }) }],
  ["ambassador/unweighted-split", { "a.yaml": base, "b.yaml": mapping("base-2", { prefix: "/base/" }) }],
])("%s", async (code, files) => {
  const { problems } = await buildFiles(new Map(Object.entries(files)));
  const found = problems.find((problem) => problem.code === code);
  expect(found, problems.map((problem) => problem.code).join()).toBeDefined();
  expect(found?.at).toMatchObject({ path: expect.stringMatching(/yaml$/), line: expect.any(Number), column: expect.any(Number) });
});

test("a Fleet outside the control paths does not count, and is told so (document/not-control)", async () => {
  const files = new Map([
    ["a.yaml", base],
    ["team/fleet.yaml", fleet],
  ]);
  const { fleets, problems } = await buildFiles(files, { controlPaths: ["control/**"] });
  expect(fleets.map((each) => each.fleet)).toEqual(["default"]);
  expect(problems.map((problem) => problem.code)).toContain("document/not-control");
  expect((await buildFiles(files)).fleets.map((each) => each.fleet)).toEqual(["edge"]);
});

describe("a Host that cannot be used is there all the same, so that none is assumed for every hostname", () => {
  const files = { "a.yaml": listener() + mapping("m", {}) };
  const hosts = async (more: Record<string, string>) => {
    const { fleets } = await buildFiles(new Map(Object.entries({ ...files, ...more })));
    return [...(fleets[0]?.snapshot.types.get(RDS)?.resources.values() ?? [])].flatMap(({ body }) =>
      (show({ body }).virtual_hosts as { domains: string[] }[]).flatMap(({ domains }) => domains),
    );
  };

  test.each([
    ["none at all", "", ["*"]],
    ["one that another installation reads", host({ hostname: "a.example.com", ambassador_id: ["other"] }), ["*"]],
    ["one with a bad hostname", host({ hostname: "a.*.com" }), []],
    ["one of another installation with a bad hostname", host({ hostname: "a.*.com", ambassador_id: ["other"] }), ["*"]],
    ["one that nobody knows whose it is", host({ hostname: "a.*.com", ambassador_id: 5 }), []],
    ["one with a spec that is none", document("Host", "a", 5 as unknown as object), []],
    ["one with a key that stands twice", "---\napiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: a, name: a}\n", []],
    ["one in a file that is no YAML", `${host()}\n: "`, []],
    ["a file that is no YAML and holds none", `${mapping("x", {})}\n: "`, ["*"]],
  ])("%s", async (_, text, domains) => {
    expect(await hosts({ "b.yaml": text })).toEqual(domains);
  });
});

test("the server's configuration beside the routes is no mistake", async () => {
  const { problems } = await buildFiles(
    new Map([
      ["a.yaml", base],
      ["portolan.yaml", "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: []\n"],
    ]),
  );
  expect(problems).toEqual([]);
});

test("a value that Envoy's messages cannot hold is the document's mistake, and stops nobody else", async () => {
  const { problems, fleets } = await buildFiles(
    new Map([
      ["a.yaml", base],
      ["b.yaml", mapping("huge", { prefix: "/huge/", timeout_ms: Number.MAX_SAFE_INTEGER })],
    ]),
  );
  expect(problems).toMatchObject([{ code: "document/out-of-range", effect: "left-out", at: { path: "b.yaml" } }]);
  expect(fleets[0]?.snapshot.digest).toBe((await buildFiles(new Map([["a.yaml", base]]))).fleets[0]?.snapshot.digest);
});

test("a tree beyond the limits of a source is a problem of the source, and nothing is built (source/limit)", async () => {
  const path = "d/".repeat(32);
  const built = await buildFiles(
    new Map([
      ["a.yaml", base],
      [`${path}b.yaml`, base],
    ]),
  );
  expect(built.fleets).toEqual([]);
  expect(built.problems).toMatchObject([{ code: "source/limit", effect: "held-back", at: { source: "main", path: path.slice(0, -1) } }]);
});
