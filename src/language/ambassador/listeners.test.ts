import { describe, expect, test } from "vitest";
import { documentOf, fleet, plan, routes } from "../../../test/support/ambassador.ts";
import type { JsonObject } from "../../model/json.ts";
import { ambassador } from "./ambassador.ts";

const all = "hostBinding: {namespace: {from: ALL}}";
const connectionManager = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

function check(kind: string, spec: JsonObject) {
  const checked = ambassador.check(documentOf(kind, "x", "default", spec));
  return { spec: checked.spec, found: checked.findings.map(({ code, effect, pointer }) => `${code} ${effect} ${pointer}`) };
}

const noServices = { find: () => undefined, all: () => [], isNamespace: () => false };

describe("a Listener", () => {
  const good: JsonObject = { port: 8080, protocol: "HTTP", securityModel: "XFP", hostBinding: { namespace: { from: "ALL" } } };

  test.each<[string, JsonObject, string]>([
    ["without a protocol", { protocol: undefined }, "document/missing-field left-out /spec"],
    ["with UDP as protocol", { protocol: "UDP" }, "document/bad-enum left-out /spec/protocol"],
    ["with TCP on top", { protocolStack: ["TCP", "HTTP"] }, "ambassador/bad-stack left-out /spec/protocolStack"],
    ["with UDP without HTTP", { protocol: undefined, protocolStack: ["TLS", "UDP"] }, "ambassador/bad-stack left-out /spec/protocolStack"],
    ["with nothing in the stack", { protocol: undefined, protocolStack: [] }, "ambassador/bad-stack left-out /spec/protocolStack"],
    [
      "with a protocol twice",
      { protocol: undefined, protocolStack: ["TLS", "TLS", "TCP"] },
      "ambassador/bad-stack left-out /spec/protocolStack",
    ],
    ["with port 0", { port: 0 }, "document/out-of-range left-out /spec/port"],
    ["without a security model", { securityModel: undefined }, "document/missing-field left-out /spec"],
    ["with a security model that is none", { securityModel: "ON" }, "document/bad-enum left-out /spec/securityModel"],
    ["that binds nothing", { hostBinding: {} }, "document/missing-field left-out /spec/hostBinding"],
    [
      "that binds a namespace without saying which",
      { hostBinding: { namespace: {} } },
      "document/missing-field left-out /spec/hostBinding",
    ],
    ["with an address that is none", { bind_address: "localhost" }, "document/wrong-type left-out /spec/bind_address"],
    ["with half an address", { bind_address: "127.1" }, "document/wrong-type left-out /spec/bind_address"],
    ["with an address that is no text", { bind_address: 5 }, "document/wrong-type left-out /spec/bind_address"],
    [
      "with half a selector",
      { hostBinding: { namespace: { from: "ALL" }, selector: { matchLabels: { a: 5 } } } },
      "document/wrong-type left-out /spec/hostBinding/selector/matchLabels/a",
    ],
    [
      "with a namespace that is none beside a selector",
      { hostBinding: { namespace: { from: "self" }, selector: {} } },
      "document/bad-enum left-out /spec/hostBinding/namespace/from",
    ],
  ])("%s is left out", (_, fields, finding) => {
    const { spec, found } = check("Listener", { ...good, ...fields });
    expect(spec).toBeUndefined();
    expect(found).toContain(finding);
  });

  test("has the settings of its spec", () => {
    const made = plan(
      `Listener l.edge: {port: 81, protocolStack: [HTTP, TCP], securityModel: XFP, l7Depth: 2, statsPrefix: edge, http2MaxConcurrentStreams: 7, bind_address: 127.0.0.1, ${all}}`,
    );
    expect(made.listeners).toMatchObject([
      {
        name: "edge.l",
        language: "ambassador",
        address: "127.0.0.1",
        port: 81,
        transport: "tcp",
        chains: [{ name: "cleartext", serverNames: [], handler: { kind: "http", table: "edge.l/cleartext" } }],
        filters: [{ filter: "cors" }, { filter: "router" }],
        options: [
          {
            type: connectionManager,
            value: {
              stat_prefix: "edge",
              server_name: "envoy",
              use_remote_address: true,
              normalize_path: true,
              xff_num_trusted_hops: 2,
              http2_protocol_options: { max_concurrent_streams: 7 },
              access_log: [{ name: "envoy.access_loggers.stdout" }],
            },
          },
        ],
      },
    ]);
  });

  test("has the defaults of the fleet and of Emissary", () => {
    const settings = { ...fleet, proxy: { ...fleet.proxy, bindAddress: "::" } };
    const made = plan(`Listener l: {port: 81, protocol: HTTP, securityModel: XFP, statsPrefix: "", ${all}}`, settings);
    expect(made.listeners).toMatchObject([{ address: "::", options: [{ value: { stat_prefix: "ingress_http" } }] }]);
    expect(made.listeners[0]?.options[0]?.value).not.toHaveProperty("xff_num_trusted_hops");
  });

  test("that says its protocol twice is served by its stack", () => {
    const made = plan(`Listener l: {port: 81, protocol: HTTPS, protocolStack: [HTTP, TCP], securityModel: INSECURE, ${all}}`);
    expect(made.problems).toEqual(["ambassador/protocol-and-stack Listener/default/l"]);
    expect(made.listeners).toHaveLength(1);
  });

  test("on the port of another gives way to the first in load order", () => {
    const made = plan(`
      Listener b: {port: 81, protocol: HTTP, securityModel: INSECURE, ${all}},
      Listener a: {port: 81, protocol: HTTP, securityModel: INSECURE, ${all}},
      Listener c: {port: 81, protocol: HTTP, securityModel: INSECURE, bind_address: 127.0.0.1, ${all}}`);
    expect(made.listeners.map(({ name }) => name)).toEqual(["default.a", "default.c"]);
    expect(made.problems).toEqual(["ambassador/duplicate-listener Listener/default/b"]);
  });
});

describe("a Host", () => {
  test.each<[string, JsonObject, string]>([
    ["a wildcard inside", { hostname: "a.*.com" }, "ambassador/bad-hostname-glob left-out /spec/hostname"],
    ["a trailing wildcard with a port", { hostname: "a.*:80" }, "ambassador/bad-hostname-glob left-out /spec/hostname"],
    ["letters that no request has", { hostname: "bücher.example" }, "ambassador/bad-hostname-glob left-out /spec/hostname"],
    ["a control character", { hostname: "a\u0001.example" }, "ambassador/bad-hostname-glob left-out /spec/hostname"],
    ["a hostname that is no text, for then it would be every one", { hostname: 5 }, "document/wrong-type left-out /spec/hostname"],
    ["half a selector", { mappingSelector: { matchLabels: { a: 5 } } }, "document/wrong-type left-out /spec/mappingSelector/matchLabels/a"],
    [
      "an operator that is none",
      { mappingSelector: { matchExpressions: [{ key: "a", operator: "Inn" }] } },
      "document/bad-enum left-out /spec/mappingSelector/matchExpressions/0/operator",
    ],
    ["ids that are none", { ambassador_id: "other" }, "document/wrong-type left-out /spec/ambassador_id"],
  ])("with %s is left out", (_, spec, finding) => {
    expect(check("Host", spec)).toEqual({ spec: undefined, found: [finding] });
  });

  test.each<[string, JsonObject, string]>([
    [
      "additionalPort",
      { requestPolicy: { insecure: { additionalPort: 80 } } },
      "ambassador/dead-field field-ignored /spec/requestPolicy/insecure/additionalPort",
    ],
    ["previewUrl", { previewUrl: {} }, "ambassador/dead-field field-ignored /spec/previewUrl"],
    ["the old selector", { selector: { matchLabels: { a: "b" } } }, "document/deprecated-field none /spec/selector"],
    [
      "matchExpressions",
      { mappingSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] } },
      "ambassador/selector-expressions none /spec/mappingSelector/matchExpressions",
    ],
    [
      "an action that is none",
      { requestPolicy: { insecure: { action: "route" } } },
      "document/bad-enum field-ignored /spec/requestPolicy/insecure/action",
    ],
  ])("with %s is served, and that is said", (_, spec, finding) => {
    expect(check("Host", spec)).toMatchObject({ spec: { kind: "Host" }, found: [finding] });
  });

  test("without anything takes every hostname and redirects", () => {
    expect(check("Host", { acmeProvider: { authority: "None" } })).toMatchObject({
      spec: { hostname: "*", action: "Redirect", selector: undefined },
      found: [],
    });
  });

  test.each([
    ["namespace: {from: ALL}", ["a.com", "b.com"], []],
    ["namespace: {from: SELF}", ["a.com"], ["ambassador/idle-host Host/team/b"]],
    ["selector: {matchLabels: {x: y}}", ["b.com"], ["ambassador/idle-host Host/default/a"]],
    ["selector: {matchExpressions: [{key: x, operator: DoesNotExist}]}", ["a.com"], ["ambassador/idle-host Host/team/b"]],
    ["selector: {matchExpressions: [{key: x, operator: In, values: [y, z]}]}", ["b.com"], ["ambassador/idle-host Host/default/a"]],
    ["selector: {matchExpressions: [{key: x, operator: NotIn, values: [y]}]}", ["a.com"], ["ambassador/idle-host Host/team/b"]],
    [
      "namespace: {from: SELF}, selector: {matchLabels: {x: y}}",
      [],
      ["ambassador/idle-host Host/default/a", "ambassador/idle-host Host/team/b", "ambassador/idle-listener Listener/default/l"],
    ],
  ])("is taken by a hostBinding {%s}: %j", (binding, hosts, problems) => {
    const made = plan(`
      Listener l: {port: 81, protocol: HTTP, securityModel: INSECURE, hostBinding: {${binding}}},
      Host a: {hostname: a.com, requestPolicy: {insecure: {action: Route}}},
      "Host b.team (labels x=y)": {hostname: b.com, requestPolicy: {insecure: {action: Route}}}`);
    expect(made.slots.map(({ host }) => host)).toEqual(hosts);
    expect(made.problems).toEqual(problems);
    expect(made.listeners).toHaveLength(hosts.length === 0 ? 0 : 1);
  });

  test("that shares its hostname shares the virtual host, with the union of the Mappings and the most restrictive action", () => {
    const made = plan(`
      Listener l: {port: 81, protocol: HTTP, securityModel: XFP, ${all}},
      Host a: {hostname: a.com, mappingSelector: {matchLabels: {m: a}}, requestPolicy: {insecure: {action: Route}}},
      Host b: {hostname: A.com, mappingSelector: {matchLabels: {m: b}}, requestPolicy: {insecure: {action: Redirect}}},
      "Mapping a (labels m=a)": {prefix: /a/, service: a}, "Mapping b (labels m=b)": {prefix: /b/, service: b}`);
    expect(routes(made)).toEqual([
      { prefix: "/b/", redirect: { https: true } },
      { prefix: "/a/", redirect: { https: true } },
    ]);
    expect(made.problems).toEqual(["ambassador/duplicate-hostname Host/default/b", "ambassador/redirect-without-tls Host/default/b"]);
    expect(made.slots[0]?.origins.map(({ label }) => label)).toEqual(["Host/default/a", "Host/default/b"]);
  });

  test("that nobody has written is assumed, and routes", () => {
    const documents = [
      documentOf("Listener", "l", "default", {
        port: 81,
        protocol: "HTTP",
        securityModel: "XFP",
        hostBinding: { namespace: { from: "ALL" } },
      }),
    ].map((one) => ambassador.check(one));
    const made = ambassador.planListeners(documents, noServices, fleet);
    expect(made.slots).toMatchObject([{ host: "*", detail: { action: "Route", selectors: [null] } }]);
    expect(made.findings.map(({ code }) => code)).toEqual(["ambassador/no-hosts"]);
  });

  test("without any Listener is not served, and that is said", () => {
    const made = ambassador.planListeners([ambassador.check(documentOf("Host", "h", "default", {}))], noServices, fleet);
    expect(made).toMatchObject({ listeners: [], slots: [], findings: [{ code: "ambassador/no-listener" }] });
  });
});

describe("Mappings of one match, of which a Host selects only some (ambassador/selector-union)", () => {
  const selecting = `Host s: {hostname: s.example.com, mappingSelector: {matchLabels: {team: red}}, requestPolicy: {insecure: {action: Route}}}`;
  const mapping = (name: string, rest: string) => `"Mapping ${name}": {hostname: "*.example.com", prefix: /b/, ${rest}}`;

  test("each is served where its own labels lead, and what Emissary would do is said", () => {
    const made = plan(
      `${selecting}, Host w: {hostname: "*.example.com", requestPolicy: {insecure: {action: Route}}}, ${mapping("red (labels team=red)", "service: red")}, ${mapping("blue", "service: blue, weight: 10")}`,
    );
    expect(made.upstreams.map(({ name }) => name)).toEqual(["red", "blue"]);
    expect(routes(made, "s.example.com")).toEqual([{ prefix: "/b/", to: "red" }]);
    const [found] = made.findings.filter(({ code }) => code === "ambassador/selector-union");
    expect(found).toMatchObject({
      severity: "info",
      label: "Mapping/default/blue",
      message: expect.stringContaining("Host s.example.com"),
    });
  });

  test.each([
    ["both are selected", "(labels team=red)", "(labels team=red)", "service: b"],
    ["none is", "", "", "service: b"],
    ["the matches differ", "(labels team=red)", "", "service: b, method: GET"],
  ])("nothing is said where %s", (_, first, second, rest) => {
    const made = plan(`${selecting}, ${mapping(`a ${first}`.trim(), "service: a")}, ${mapping(`b ${second}`.trim(), rest)}`);
    expect(made.problems.filter((problem) => problem.startsWith("ambassador/selector-union"))).toEqual([]);
  });
});

describe("association of Mappings with Hosts", () => {
  const host = (selector: string) => `Host h: {hostname: "*.example.com", ${selector} requestPolicy: {insecure: {action: Route}}}`;
  test.each([
    ["no selector, a hostname that overlaps", "", `hostname: a.example.com`, true],
    ["no selector, a hostname that does not", "", `hostname: a.example.org`, false],
    ["no selector, no hostname", "", "", false],
    ["an empty selector, no hostname", "mappingSelector: {matchLabels: {}},", "", false],
    ["a selector that matches, no hostname", "mappingSelector: {matchLabels: {m: x}},", "", true],
    ["a selector that matches, a hostname that does not", "mappingSelector: {matchLabels: {m: x}},", "hostname: a.example.org", false],
    ["a selector that does not match, a hostname that does", "mappingSelector: {matchLabels: {m: y}},", "hostname: a.example.com", false],
    ["a selector with an expression that does not hold", "mappingSelector: {matchExpressions: [{key: n, operator: Exists}]},", "", false],
    [
      "the old selector, if the other says nothing",
      "mappingSelector: {}, selector: {matchLabels: {m: y}},",
      "hostname: a.example.com",
      false,
    ],
  ])("%s: %s, %s", (_, selector, hostname, attached) => {
    const made = plan(`${host(selector)}, "Mapping m (labels m=x)": {${hostname === "" ? "" : `${hostname}, `}prefix: /m/, service: m}`);
    expect(routes(made)).toHaveLength(attached ? 1 : 0);
    expect(made.problems.filter((text) => text.startsWith("route/unattached"))).toHaveLength(attached ? 0 : 1);
  });

  test.each([
    ["no hostname", `prefix: /`, "/spec", "set hostname; there are Hosts for a.example.com, b.example.com"],
    [
      "a hostname of no Host",
      `hostname: a.example.org, prefix: /`,
      "/spec/hostname",
      "add a Host for a.example.org; there are Hosts for a.example.com, b.example.com",
    ],
    [
      "a hostname whose Host selects by labels",
      `hostname: b.example.com, prefix: /`,
      "/spec/hostname",
      "add the labels of the Host's mappingSelector",
    ],
  ])("what says that a Mapping reaches nothing: %s", (_, fields, pointer, fix) => {
    const { findings } = plan(`
      Host a: {hostname: a.example.com, requestPolicy: {insecure: {action: Route}}},
      Host b: {hostname: b.example.com, mappingSelector: {matchLabels: {x: y}}, requestPolicy: {insecure: {action: Route}}},
      Mapping m: {${fields}, service: m}`);
    expect(findings.find(({ code }) => code === "route/unattached")).toMatchObject({ severity: "error", effect: "left-out", pointer, fix });
  });

  test("without any Listener everything is unattached", () => {
    const found = ambassador.unattached(
      ambassador.check(documentOf("Mapping", "m", "default", { hostname: "*", prefix: "/", service: "m" })),
      [],
      noServices,
    );
    expect(found).toMatchObject({ code: "route/unattached", fix: "add a Listener and a Host" });
  });
});

describe("kinds, versions and ids", () => {
  const of = (kind: string, version: string, spec: JsonObject = {}) => {
    const document = documentOf(kind, "x", "default", spec);
    return ambassador.check({ ...document, version });
  };

  test.each([
    ["RateLimit", "v3alpha1"],
    ["ConsulResolver", "v2"],
  ])("%s %s is recognised, and left out by the plan of the fleets that would use it", (kind, version) => {
    const checked = of(kind, version);
    expect(checked.findings).toEqual([]);
    expect(ambassador.attach(checked, fleet)).toContainEqual({ to: "listeners" });
    expect(ambassador.planListeners([checked], noServices, fleet).findings).toMatchObject([
      { code: "document/not-served", severity: "error", effect: "left-out" },
    ]);
    const other = { ...fleet, languages: { ambassador: { ids: ["other"] } } };
    expect(ambassador.attach(checked, other)).toEqual([]);
  });

  test.each([
    ["Maping", "v3alpha1", "/kind", "did you mean Mapping?"],
    ["toString", "v3alpha1", "/kind", undefined],
    ["Mapping", "v4", "/apiVersion", "write getambassador.io/v3alpha1"],
  ])("%s %s is unknown", (kind, version, pointer, fix) => {
    const checked = of(kind, version);
    expect(checked.spec).toBeUndefined();
    expect(checked.findings).toMatchObject([
      { code: "document/unknown-kind", effect: "left-out", pointer, ...(fix === undefined ? {} : { fix }) },
    ]);
  });

  test.each(["AmbassadorInstallation", "Project", "ProjectController", "ProjectRevision"])("%s is passed over in silence", (kind) => {
    const checked = of(kind, "v2");
    expect([checked.findings, ambassador.attach(checked, fleet)]).toEqual([[], []]);
  });

  test.each<[JsonObject, string[], boolean]>([
    [{}, ["default"], true],
    [{ ambassador_id: [] }, ["default"], true],
    [{ ambassador_id: null }, ["default"], true],
    [{ ambassador_id: [5] }, ["default"], false],
    [{ ambassador_id: "edge" }, ["edge"], false],
    [{ ambassador_id: ["edge", "default"] }, ["default"], true],
    [{ ambassador_id: ["edge"] }, ["default"], false],
    [{ ambassador_id: ["edge"] }, ["edge"], true],
    [{ ambassador_id: ["_automatic_"] }, ["edge"], true],
    [{ ambassador_id: ["--apiVersion-v3alpha1-only--edge"] }, ["edge"], true],
    [{}, ["edge"], false],
  ])("a document with %j for a fleet that answers to %j: %s", (fields, ids, used) => {
    const checked = of("Mapping", "v3alpha1", { hostname: "*", prefix: "/", service: "x", ...fields });
    expect(ambassador.attach(checked, { ...fleet, languages: { ambassador: { ids } } }).length > 0).toBe(used);
  });

  test("keys that stand outside the spec are said", () => {
    const document = documentOf("Mapping", "x", "default", { hostname: "*", prefix: "/", service: "x" });
    const { spec, findings } = ambassador.check({ ...document, value: { ...document.value, status: {}, timeout_ms: 5, metadat: {} } });
    expect(spec).toBeDefined();
    expect(findings.map(({ code, pointer, fix }) => [code, pointer, fix])).toEqual([
      ["document/unknown-field", "/timeout_ms", "move it into spec"],
      ["document/unknown-field", "/metadat", "did you mean metadata?"],
    ]);
  });

  test.each<[JsonObject, string[]]>([
    [{ labels: { a: "b" } }, []],
    [{ labels: null }, []],
    [{ labels: { a: 5, b: "c", "d/e": true } }, ["/metadata/labels/a", "/metadata/labels/d~1e"]],
    [{ labels: ["a"] }, ["/metadata/labels"]],
  ])("labels that are no text are said: %j", (metadata, pointers) => {
    const document = documentOf("Mapping", "x", "default", { hostname: "*", prefix: "/", service: "x" });
    const { spec, findings } = ambassador.check({ ...document, value: { ...document.value, metadata } });
    expect(spec).toBeDefined();
    expect(findings.map(({ code, effect, pointer }) => [code, effect, pointer])).toEqual(
      pointers.map((pointer) => ["document/wrong-type", "field-ignored", pointer]),
    );
  });

  test("a document without a name is left out", () => {
    const document = documentOf("Host", "", "default", {});
    expect(ambassador.check(document)).toMatchObject({ findings: [{ code: "document/missing-field", pointer: "/metadata" }] });
    expect(ambassador.check(document).spec).toBeUndefined();
  });

  test("a document alone shows what is held against Envoy's rules", () => {
    const mapping = ambassador.check(documentOf("Mapping", "m", "default", { hostname: "a.com", prefix: "/", service: "x" }));
    expect(ambassador.own(mapping, fleet)).toMatchObject({ routes: [{ name: "default/m" }], upstreams: [{ name: "x" }] });
    expect(ambassador.own(ambassador.check(documentOf("Host", "h", "default", {})), fleet)).toMatchObject({
      routes: [],
      listeners: [{ port: 8080 }],
    });
  });
});

test("a Listener without HTTP refers to none of the services that HTTP calls, and nobody's clusters are emitted", () => {
  const log = `"LogService audit": {service: "audit:9001", driver: http, grpc: true, protocol_version: v3}`;
  const web = `"Listener web": {port: 8081, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}`;
  expect(plan(`${log}, ${web}`).listeners[0]?.upstreams).toHaveLength(1);
  const { listeners, upstreams } = plan(`${log}, ${web}, "TCPMapping db": {port: 8081, service: db}`);
  expect(listeners.map((listener) => listener.upstreams)).toEqual([[]]);
  expect(upstreams.map(({ name }) => name)).toEqual(["db"]);
});
