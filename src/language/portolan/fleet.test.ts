import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { defaultFleet, type FleetDocument, matchesNode } from "./fleet.ts";
import { portolan } from "./portolan.ts";

function check(spec: JsonValue | undefined, more: JsonObject = {}, kind = "Fleet", version = "v1alpha1", name = "edge") {
  return portolan.check({
    id: { blob: "0".repeat(40), index: 2 },
    path: "fleets.yaml",
    source: "platform",
    version,
    identity: { group: "portolan.dev", kind, namespace: "", name },
    value: { apiVersion: `portolan.dev/${version}`, kind, metadata: { name }, ...(spec === undefined ? {} : { spec }), ...more },
  });
}

describe("a Fleet", () => {
  it("with nodes alone has all documents and the defaults", () => {
    const checked = check({ nodes: {} });
    expect(checked.findings).toEqual([]);
    expect(checked.spec).toEqual({ ...defaultFleet, name: "edge", settings: { ...defaultFleet.settings, name: "edge" } });
    expect(checked.origin).toEqual({ source: "platform", path: "fleets.yaml", blob: "0".repeat(40), index: 2, label: "Fleet/edge" });
  });

  it("says everything that it can say", () => {
    const checked = check({
      nodes: { id: ["a-*"], cluster: ["edge-*"], region: ["eu-*"], zone: ["eu-1"], metadata: { env: "prod" } },
      documents: { include: ["teams/**"], exclude: ["teams/old/**"] },
      namespaces: [{ path: "teams/*/**", namespace: "{1}" }],
      proxy: { bindAddress: "::", trustStore: "/ca.pem", minEnvoyVersion: "1.33" },
      services: { dnsSuffix: ".svc.cluster.local", missing: "Dns" },
      ambassador: { namespace: "ambassador", ids: ["one"] },
      rollout: { strategy: "all-at-once", maxRejected: 2 },
      containment: { lookBack: { commits: 50 }, hold: ["main"] },
    });
    expect(checked.findings).toEqual([]);
    expect(checked.spec).toEqual({
      name: "edge",
      nodes: { id: ["a-*"], cluster: ["edge-*"], region: ["eu-*"], zone: ["eu-1"], metadata: { env: "prod" } },
      documents: { include: ["teams/**"], exclude: ["teams/old/**"] },
      namespaces: [{ path: "teams/*/**", namespace: "{1}" }],
      settings: {
        name: "edge",
        proxy: { bindAddress: "::", trustStore: "/ca.pem", minEnvoyVersion: "1.33" },
        services: { dnsSuffix: ".svc.cluster.local", missing: "Dns" },
        languages: { ambassador: { namespace: "ambassador", ids: ["one"] } },
      },
      rollout: { maxRejected: 2, routeTests: "hold" },
      containment: { lookBack: { commits: 50, versions: 20 }, hold: ["main"] },
    });
    expect(structuredClone(checked.spec)).toEqual(checked.spec);
  });

  it.each([
    ["no spec", undefined],
    ["no nodes", {}],
    ["a spec that is a string", "nodes"],
    ["nodes that are a list", { nodes: ["a"] }],
    ["a glob in place of a list", { nodes: { id: "edge-*" } }],
    ["an empty glob", { nodes: { id: [""] } }],
    ["a misspelt selector, which would select more nodes", { nodes: { clusters: ["edge"] } }],
    ["metadata that is no string", { nodes: { metadata: { prod: true } } }],
    ["identities, which are not looked at yet", { nodes: { spiffeId: ["spiffe://x/*"] } }],
    ["paths that are no list", { nodes: {}, documents: { include: "teams/**" } }],
    ["misspelt paths", { nodes: {}, documents: { exlude: ["teams/**"] } }],
    ["half a namespace rule", { nodes: {}, namespaces: [{ path: "a/**" }] }],
    ["a namespace that is none", { nodes: {}, namespaces: [{ path: "a/**", namespace: "{1}_{2}" }] }],
    ["an empty path", { nodes: {}, namespaces: [{ path: "", namespace: "a" }] }],
    ["a host name to listen on", { nodes: {}, proxy: { bindAddress: "localhost" } }],
    ["ids that are none, for it would then answer to others", { nodes: {}, ambassador: { ids: "edge" } }],
    ["misspelt ids", { nodes: {}, ambassador: { idz: ["edge"] } }],
    ["settings that are a list", { nodes: {}, ambassador: [] }],
    ["a namespace in place of a list", { nodes: {}, ambassador: { inputNamespaces: "a" } }],
    ["a misspelt selector, which would read more", { nodes: {}, ambassador: { labelSelector: { matchLabel: { a: "b" } } } }],
    ["a variable that no document could name", { nodes: {}, ambassador: { variables: { "a-b": "c" } } }],
    ["a file that is mapped from no absolute path", { nodes: {}, ambassador: { files: { "a.txt": "b.txt" } } }],
  ] as const)("is left out with %s", (_, spec) => {
    const checked = check(spec as JsonValue | undefined);
    expect(checked.spec).toBeUndefined();
    expect(checked.findings.some((found) => found.severity === "error" && found.effect === "left-out")).toBe(true);
  });

  it.each([
    ["proxy.minEnvoyVersion", { proxy: { minEnvoyVersion: 1.33 } }, "document/wrong-type", "/spec/proxy/minEnvoyVersion"],
    ["proxy.trustStore", { proxy: { trustStore: "ca.pem" } }, "document/wrong-type", "/spec/proxy/trustStore"],
    ["services.missing", { services: { missing: "Drop" } }, "document/bad-enum", "/spec/services/missing"],
    ["services.dnsSuffix", { services: { dnsSuffix: "svc cluster" } }, "document/wrong-type", "/spec/services/dnsSuffix"],
    ["an unknown field", { servces: {} }, "document/unknown-field", "/spec/servces"],
    ["rollout.strategy", { rollout: { strategy: "waves" } }, "document/not-served", "/spec/rollout/strategy"],
    ["rollout.waves", { rollout: { waves: "default" } }, "document/not-served", "/spec/rollout/waves"],
    ["rollout.maxRejected", { rollout: { maxRejected: "101%" } }, "document/wrong-type", "/spec/rollout/maxRejected"],
    ["groups", { groups: [] }, "document/not-served", "/spec/groups"],
    ["blastGuard", { blastGuard: {} }, "document/not-served", "/spec/blastGuard"],
    ["gatewayApi", { gatewayApi: {} }, "document/not-served", "/spec/gatewayApi"],
  ])("is served without %s, which is reported", (_, fields, code, pointer) => {
    const checked = check({ nodes: { id: ["a"] }, ...fields } as JsonValue);
    expect((checked.spec as FleetDocument).nodes).toEqual({ id: ["a"] });
    expect((checked.spec as FleetDocument).settings.proxy).toEqual(defaultFleet.settings.proxy);
    expect((checked.spec as FleetDocument).settings.services).toEqual(defaultFleet.settings.services);
    expect(checked.findings).toMatchObject([{ code, pointer, severity: "error", effect: "field-ignored" }]);
  });

  it("tells of the field that was meant", () => {
    expect(check({ nodes: {}, servces: {} }).findings[0]?.fix).toContain("services");
    expect(check({ nodes: {} }, { sepc: {} }).findings).toMatchObject([
      { code: "document/unknown-field", severity: "error", pointer: "/sepc", fix: expect.stringContaining("spec") },
    ]);
  });

  it("takes any spec without throwing, and never selects more than it says", () => {
    const value = fc.letrec<{ any: JsonValue }>((tie) => ({
      any: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<JsonValue>("a", "**", "", 7, null, true),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("id", "zone", "metadata", "include", "path", "namespace", "constructor", "x"), tie("any"), {
          maxKeys: 4,
        }),
      ),
    })).any;
    fc.assert(
      fc.property(value, value, (nodes, other) => {
        const checked = check({ nodes, documents: other, proxy: other });
        const spec = checked.spec as FleetDocument | undefined;
        if (spec !== undefined) expect(spec.nodes).toEqual(nodes);
        else expect(checked.findings.some((found) => found.effect === "left-out")).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("a kind of portolan.dev", () => {
  it.each([
    ["Ownership", "v1alpha1", "document/not-served", "/kind"],
    ["EnvoyResource", "v1alpha1", "document/not-served", "/kind"],
    ["Upstreem", "v1alpha1", "document/unknown-kind", "/kind"],
    ["constructor", "v1alpha1", "document/unknown-kind", "/kind"],
    ["Fleet", "v1", "document/unknown-kind", "/apiVersion"],
    ["Fleet", "", "document/unknown-kind", "/apiVersion"],
    ["Ownership", "v2", "document/unknown-kind", "/apiVersion"],
  ])("%s in %s is %s", (kind, version, code, pointer) => {
    const checked = check({ nodes: {} }, {}, kind, version);
    expect(checked.spec).toBeUndefined();
    expect(checked.findings).toMatchObject([{ code, pointer, severity: "error", effect: "left-out" }]);
  });

  it.each([
    ["", "document/missing-field"],
    ["Edge", "document/out-of-range"],
    ["a/b", "document/out-of-range"],
    ["a..b", "document/out-of-range"],
    ["a".repeat(254), "document/out-of-range"],
  ])("is left out with the name %j", (name, code) => {
    expect(check({ nodes: {} }, {}, "Fleet", "v1alpha1", name)).toMatchObject({ findings: [{ code, effect: "left-out" }] });
  });

  it("shapes no virtual host", () => {
    expect(portolan.planListeners([], { find: () => undefined, all: () => [], isNamespace: () => false }, defaultFleet.settings)).toEqual({
      listeners: [],
      slots: [],
      upstreams: [],
      endpointSets: [],
      findings: [],
    });
    expect(portolan.attach(check({ nodes: {} }), defaultFleet.settings)).toEqual([]);
    expect(portolan.own(check({ nodes: {} }), defaultFleet.settings)).toEqual({ routes: [], upstreams: [], listeners: [] });
  });
});

describe("matchesNode", () => {
  const node = { id: "edge-7", cluster: "edge-eu", region: "eu-west", zone: "eu-west-1b", metadata: { env: "prod", n: 7 } };

  it.each([
    [{}, true],
    [{ id: ["edge-*"] }, true],
    [{ id: ["other", "edge-?"] }, true],
    [{ id: ["EDGE-*"] }, false],
    [{ id: [] }, false],
    [{ id: ["edge-*"], cluster: ["other"] }, false],
    [{ region: ["eu-*"], zone: ["*-1b"] }, true],
    [{ region: ["us-*"] }, false],
    [{ metadata: { env: "prod" } }, true],
    [{ metadata: { env: "test" } }, false],
    [{ metadata: { env: "prod", other: "x" } }, false],
    [{ metadata: { n: "7" } }, false],
    [{ metadata: { toString: "x" } }, false],
  ])("%j: %s", (selector, matches) => {
    expect(matchesNode(selector, node)).toBe(matches);
  });

  it("keeps a star within a segment of the id", () => {
    expect(matchesNode({ id: ["eu*"] }, { ...node, id: "eu/1" })).toBe(false);
    expect(matchesNode({ id: ["eu/**"] }, { ...node, id: "eu/1" })).toBe(true);
  });
});
