import { describe, expect, test } from "vitest";
import { type Plan, plan, routes } from "../../../test/support/ambassador.ts";

const mapping = `Mapping m: {hostname: "*", prefix: /m/, service: svc1, resolver: endpoint}`;
const service = `Service svc1: {ports: [{name: web, port: 80, targetPort: 8080}]}`;
const slice = (name: string, fields: string) =>
  `"EndpointSlice ${name} (labels kubernetes.io/service-name=svc1)": {addressType: IPv4, ${fields}}`;

function endpoints({ endpointSets }: Plan): unknown {
  return Object.fromEntries(endpointSets.map(({ name, endpoints }) => [name, endpoints.map(({ address, port }) => `${address}:${port}`)]));
}

test("21 endpoint resolver, committed EndpointSlice, header affinity", () => {
  const made = plan(`
    ${service},
    ${slice(
      "svc1-x",
      `ports: [{name: web, port: 8080}, {name: adm, port: 9090}],
      endpoints: [{addresses: [10.0.0.6], conditions: {ready: false}}, {addresses: [10.0.0.5], zone: z1}]`,
    )},
    Mapping m: {hostname: "*", prefix: /m/, service: svc1, resolver: endpoint, load_balancer: {policy: ring_hash, header: x-user}}`);
  expect(made.upstreams).toMatchObject([{ name: "svc1~fdcb1ad2", discovery: { kind: "eds", endpointSet: "k8s/default/svc1/80" } }]);
  expect(made.endpointSets).toMatchObject([{ name: "k8s/default/svc1/80", endpoints: [{ address: "10.0.0.5", port: 8080, zone: "z1" }] }]);
  expect(made.problems).toEqual([]);
});

describe("the port of a Service", () => {
  const addresses = `endpoints: [{addresses: [10.0.0.1]}]`;
  test.each<[string, string, string | undefined, number | undefined]>([
    ["by the name of its entry", `ports: [{name: adm, port: 9090}, {name: web, port: 8080}]`, service, 8080],
    ["numeric targetPort where there are no ports", `ports: []`, service, 8080],
    ["itself where there are no ports and targetPort is a name", `ports: []`, `Service svc1: {ports: [{port: 80, targetPort: http}]}`, 80],
    ["the only one", `ports: [{name: other, port: 7070}]`, service, 7070],
    [
      "by targetPort's name",
      `ports: [{name: a, port: 1}, {name: http, port: 2}]`,
      `Service svc1: {ports: [{name: web, port: 80, targetPort: http}]}`,
      2,
    ],
    ["by targetPort's number", `ports: [{name: a, port: 1}, {name: b, port: 8080}]`, service, 8080],
    ["by its own number", `ports: [{name: a, port: 1}, {name: b, port: 80}]`, `Service svc1: {ports: [{name: web, port: 80}]}`, 80],
    ["by its own number without a Service", `ports: [{name: a, port: 1}, {name: b, port: 80}]`, undefined, 80],
    ["none", `ports: [{name: a, port: 1}, {name: b, port: 2}]`, service, undefined],
    ["none of UDP", `ports: [{name: web, port: 53, protocol: UDP}]`, service, undefined],
  ])("%s", (_, ports, entry, port) => {
    const made = plan([mapping, slice("x", `${ports}, ${addresses}`), ...(entry === undefined ? [] : [entry])].join(",\n"));
    expect(endpoints(made)).toEqual({ "k8s/default/svc1/80": port === undefined ? [] : [`10.0.0.1:${port}`] });
    expect(made.problems).toEqual(port === undefined ? ["route/no-endpoints Mapping/default/m"] : []);
  });
});

test("every slice counts, in the order of addresses, and Endpoints only without them", () => {
  const old = `Endpoints svc1: {subsets: [{addresses: [{ip: 10.0.0.7}], ports: [{port: 8080}]}]}`;
  const two = [
    slice("a", `ports: [{port: 8080}], endpoints: [{addresses: [10.0.0.3]}]`),
    slice("b", `ports: [{port: 81}], endpoints: [{addresses: [10.0.0.3]}, {addresses: [10.0.0.1]}]`),
  ];
  expect(endpoints(plan([mapping, old, ...two].join(",\n")))).toEqual({
    "k8s/default/svc1/80": ["10.0.0.1:81", "10.0.0.3:81", "10.0.0.3:8080"],
  });
  expect(endpoints(plan([mapping, old].join(",\n")))).toEqual({ "k8s/default/svc1/80": ["10.0.0.7:8080"] });
});

test("an endpoint that finishes what it has is draining, unless it is also in service", () => {
  const draining = `{addresses: [10.0.0.1], conditions: {terminating: true, serving: true}}`;
  const made = (more: string) =>
    plan(`${mapping}, ${slice("a", `ports: [{port: 1}], endpoints: [${draining}${more}]`)}`).endpointSets[0]?.endpoints;
  expect(made("")).toEqual([{ address: "10.0.0.1", port: 1, draining: true }]);
  expect(made(", {addresses: [10.0.0.1]}")).toEqual([{ address: "10.0.0.1", port: 1 }]);
});

test("nothing committed: an empty set, and no DNS", () => {
  const made = plan(mapping);
  expect(made.endpointSets).toMatchObject([{ name: "k8s/default/svc1/80", endpoints: [] }]);
  expect(made.upstreams).toMatchObject([{ discovery: { kind: "eds" } }]);
  expect(made.problems).toEqual(["route/no-endpoints Mapping/default/m"]);
});

test("health checks of a Mapping count where endpoints are known", () => {
  const made = plan(
    `Mapping m: {hostname: "*", prefix: /m/, service: svc1, resolver: endpoint, health_checks: [{health_check: {http: {path: /h}}}]}, ${slice("a", `ports: [{port: 1}], endpoints: [{addresses: [10.0.0.1]}]`)}`,
  );
  expect(made.upstreams[0]?.settings).toMatchObject([{ value: { health_checks: [{ http_health_check: { path: "/h" } }] } }]);
  expect(made.problems).toEqual([]);
});

const two = `KubernetesServiceResolver r.a: {}, KubernetesEndpointResolver r.b: {}`;

test.each<[string, string, string, unknown, string[]]>([
  ["the Module's", `Module ambassador: {config: {resolver: kubernetes-endpoint}}`, `service: s`, "eds", ["route/no-endpoints"]],
  [
    "the Mapping's before the Module's",
    `Module ambassador: {config: {resolver: endpoint}}`,
    `service: s, resolver: kubernetes-service`,
    "dns",
    [],
  ],
  ["unknown", "", `service: s, resolver: nosuch`, 503, ["ambassador/unknown-resolver"]],
  ["unknown, for an address", "", `service: 10.0.0.1, resolver: nosuch`, "static", []],
  ["Consul's name", "", `service: s, resolver: consul-endpoint`, 503, ["document/not-served"]],
  ["Consul's document", `ConsulResolver c: {}`, `service: s, resolver: c`, 503, ["document/not-served", "document/not-served"]],
  ["a document", `KubernetesEndpointResolver r: {}`, `service: s, resolver: r`, "eds", ["route/no-endpoints"]],
  ["one that defines both names", `KubernetesServiceResolver endpoint: {}`, `service: s, resolver: kubernetes-endpoint`, "dns", []],
  ["the only one in any namespace", `KubernetesServiceResolver r.a: {}`, `service: s, resolver: r`, "dns", []],
  ["several in other namespaces", two, `service: s, resolver: r`, 503, ["ambassador/ambiguous-name"]],
  ["one of several by its namespace", two, `service: s, resolver: r.b`, "eds", ["route/no-endpoints"]],
  ["the own namespace before others", `${two}, KubernetesServiceResolver r: {}`, `service: s, resolver: r`, "dns", []],
  [
    "one of another installation",
    `KubernetesServiceResolver r: {ambassador_id: [x]}`,
    `service: s, resolver: r`,
    503,
    ["ambassador/unknown-resolver"],
  ],
])("a resolver: %s", (_, more, fields, discovery, problems) => {
  const made = plan([`Mapping m: {hostname: "*", prefix: /m/, ${fields}}`, ...(more === "" ? [] : [more])].join(",\n"));
  const action = made.hosts.get("*")?.virtualHost.routes[0]?.action;
  expect(action?.kind === "respond" ? action.status : made.upstreams[0]?.discovery.kind).toBe(discovery);
  expect(made.problems.map((each) => each.split(" ")[0])).toEqual(problems);
});

test("a Service of type ExternalName is asked for by the name that it stands for", () => {
  const external = `Service db: {type: ExternalName, externalName: db.example.com}`;
  const addresses = (service: string) => plan(`${external}, Mapping m: {hostname: "*", prefix: /m/, service: "${service}"}`).upstreams[0];
  expect(addresses("db:5432")).toMatchObject({
    name: "db_5432",
    discovery: { kind: "dns", endpoints: [{ address: "db.example.com", port: 5432 }] },
  });
  expect(addresses("db.default")).toMatchObject({
    name: "db.default",
    discovery: { endpoints: [{ address: "db.example.com", port: 80 }] },
  });
  expect(addresses("db.other")).toMatchObject({ discovery: { endpoints: [{ address: "db.other" }] } });
});

test("DevPortal says that it has no part", () => {
  const made = plan(`DevPortal d: {}, Mapping m: {hostname: "*", prefix: /m/, service: s}`);
  expect(made.findings).toMatchObject([{ code: "document/not-served", severity: "info", effect: "none" }]);
  expect(routes(made)).toHaveLength(1);
});
