import { describe, expect, test } from "vitest";
import { documents, type Plan, plan, planDocuments, routes } from "../../../test/support/ambassador.ts";

/** The worked examples of ambassador.md 19 that belong to this release, by their numbers. */
describe("worked examples", () => {
  test("1 plain Mapping", () => {
    const made = plan(`Mapping a: {hostname: "*", prefix: /foo/, service: a}`);
    const virtualHost = made.hosts.get("*")?.virtualHost;
    expect(virtualHost).toMatchObject({ table: "default.http/cleartext", host: "*" });
    expect(virtualHost?.routes).toMatchObject([
      {
        name: "default/a",
        match: { path: { kind: "prefix", value: "/foo/" }, caseSensitive: true, headers: [], query: [] },
        action: { kind: "forward", targets: [{ upstream: "a" }], rewrite: { kind: "prefix", value: "/" } },
        policy: { timeoutMs: 3000 },
        perFilter: [],
      },
    ]);
    expect(made.upstreams).toMatchObject([
      {
        name: "a",
        statName: "a",
        discovery: { kind: "dns", endpoints: [{ address: "a", port: 80 }], logical: false, family: "v4" },
        protocol: "http1",
        connectTimeoutMs: 3000,
        settings: [],
      },
    ]);
    expect(made.problems).toEqual([]);
  });

  test("4 overlapping Hosts", () => {
    const made = plan(`
      Host a: {hostname: a.example.com, requestPolicy: {insecure: {action: Route}}},
      Host w: {hostname: "*.example.com", requestPolicy: {insecure: {action: Route}}},
      Mapping x: {hostname: a.example.com, prefix: /x/, service: x},
      Mapping y: {hostname: "*.example.com", prefix: /y/, service: y}`);
    expect(routes(made, "a.example.com")).toEqual([
      { prefix: "/y/", to: "y" },
      { prefix: "/x/", to: "x" },
    ]);
    expect(routes(made, "*.example.com")).toEqual([{ prefix: "/y/", to: "y" }]);
    expect(made.problems).toEqual([]);
  });

  test("5 hostname in a wildcard Host, and none at all", () => {
    const made = plan(`Mapping h: {hostname: b.example.com, prefix: /h/, service: h}, Mapping lost: {prefix: /lost/, service: l}`);
    expect(routes(made)).toEqual([{ prefix: "/h/", headers: [":authority exact b.example.com (any case)"], to: "h" }]);
    expect(made.problems).toEqual(["route/unattached Mapping/default/lost"]);
  });

  test("6 selector and hostname must both fit", () => {
    const made = plan(`
      Host s: {hostname: s.example.com, mappingSelector: {matchLabels: {team: red}}, requestPolicy: {insecure: {action: Route}}},
      "Mapping both (labels team=red)": {hostname: "*.example.com", prefix: /b/, service: b},
      "Mapping nolabel": {hostname: s.example.com, prefix: /n/, service: n}`);
    expect(routes(made, "s.example.com")).toEqual([{ prefix: "/b/", to: "b" }]);
    expect(made.problems).toEqual(["route/unattached Mapping/default/nolabel"]);
  });

  test("7 order", () => {
    const made = plan(`
      Mapping any: {hostname: "*", prefix: /x/, service: any},
      Mapping get: {hostname: "*", prefix: /x/, method: GET, service: get},
      Mapping put: {hostname: "*", prefix: /x/, method: PUT, service: put},
      Mapping host: {hostname: d.example.com, prefix: /x/, service: host},
      Mapping hdr: {hostname: "*", prefix: /x/, headers: {x-very-long-header-name: v}, service: hdr},
      Mapping rx: {hostname: "*", prefix: "/a.*", prefix_regex: true, rewrite: "", service: rx},
      Mapping long: {hostname: "*", prefix: /abcdef/, service: long},
      Mapping p10: {hostname: "*", prefix: /ab, precedence: 10, service: p10}`);
    expect(routes(made).map((route) => (route as { to: string }).to)).toEqual(["p10", "long", "rx", "hdr", "host", "put", "get", "any"]);
    expect(made.problems).toEqual(["route/unreachable Mapping/default/long"]);
  });

  test("8 exact and prefix on one path", () => {
    const made = plan(`
      Mapping pre: {hostname: "*", prefix: /foo, service: pre},
      Mapping ex: {hostname: "*", prefix: /foo, prefix_exact: true, service: ex}`);
    expect(routes(made)).toEqual([
      { exact: "/foo", to: "ex" },
      { prefix: "/foo", to: "pre" },
    ]);
    expect(made.problems).toEqual(["ambassador/exact-prefix-clash Mapping/default/pre"]);
  });

  test("9 canary whose members differ only in upstream", () => {
    const made = plan(`
      Mapping stable: {hostname: "*", prefix: /q/, service: quote},
      Mapping canary: {hostname: "*", prefix: /q/, service: quotev2, weight: 30}`);
    expect(routes(made)).toEqual([{ prefix: "/q/", to: { quotev2: 30, quote: 70 } }]);
    expect(made.problems).toEqual([]);
  });

  test("10 canary with its own timeout", () => {
    const made = plan(`
      Mapping stable: {hostname: "*", prefix: /q/, service: quote},
      Mapping canary: {hostname: "*", prefix: /q/, service: quotev2, weight: 30, timeout_ms: 9000}`);
    expect(routes(made)).toEqual([
      { prefix: "/q/", fraction: "30/100", to: "quotev2", timeout: 9000 },
      { prefix: "/q/", to: "quote" },
    ]);
    expect(made.problems).toEqual([]);
  });

  test("11 weights 30 and 20 with nothing else", () => {
    const members = (more: string) => `
      Mapping a: {hostname: "*", prefix: /w/, service: a, weight: 30},
      Mapping b: {hostname: "*", prefix: /w/, service: b, weight: 20${more}}`;
    const made = plan(members(""));
    expect(routes(made)).toEqual([{ prefix: "/w/", to: { a: 30, b: 20 } }]);
    expect(made.problems).toEqual(["ambassador/weights-underflow Mapping/default/b"]);
    expect(routes(plan(members(", rewrite: /new/")))[0]).toEqual({ prefix: "/w/", fraction: "6000/10000", to: "a" });
  });

  test("14 rewrites", () => {
    const made = plan(`
      Mapping n: {hostname: "*", prefix: /none/, rewrite: "", service: s},
      Mapping r: {hostname: "*", prefix: /r/, regex_rewrite: {pattern: "/r/([0-9]+)/list", substitution: '/b/\\1'}, service: s},
      Mapping x: {hostname: "*", prefix: "/v[12]/.*", prefix_regex: true, service: s}`);
    expect(routes(made)).toEqual([
      { regex: "/v[12]/.*", to: "s" },
      { prefix: "/none/", to: "s", rewrite: "none" },
      { prefix: "/r/", to: "s", rewrite: { kind: "regex", pattern: "/r/([0-9]+)/list", substitution: "/b/\\1" } },
    ]);
    expect(made.problems).toEqual(["ambassador/regex-default-rewrite Mapping/default/x"]);
  });

  test("15 redirect; the scheme of service is honoured", () => {
    const made = plan(
      `Mapping r: {hostname: "*", prefix: /old/, service: "https://new.example.com", host_redirect: true, path_redirect: /z, redirect_response_code: 308}`,
    );
    expect(routes(made)).toEqual([
      { prefix: "/old/", redirect: { code: 308, https: true, host: "new.example.com", path: { kind: "full", value: "/z" } } },
    ]);
    expect(made.problems).toEqual(["ambassador/redirect-scheme Mapping/default/r"]);
  });

  test.each([
    ["quote", "quote.team", "quote_team", "quote.team", 80, "dns"],
    ["quote:8080", "quote.team_8080", "quote_team_8080", "quote.team", 8080, "dns"],
    ["http://API.Example.com:9443", "api.example.com_9443", "api_example_com_9443", "api.example.com", 9443, "dns"],
    ["10.1.2.3", "10.1.2.3", "10_1_2_3", "10.1.2.3", 80, "static"],
    ["[fd00::1]:81", "[fd00::1]_81", "_fd00__1__81", "fd00::1", 81, "static"],
    ["localhost", "localhost", "localhost", "localhost", 80, "dns"],
  ])("16 service %s in the namespace team", (service, name, statName, address, port, kind) => {
    const made = plan(`Mapping s.team: {hostname: "*", prefix: /, service: "${service}"}`);
    expect(made.upstreams).toMatchObject([{ name, statName, discovery: { kind, endpoints: [{ address, port }] } }]);
    expect(made.problems).toEqual([]);
  });

  test("17 one service, two settings, two clusters", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /a/, service: svc},
      Mapping b: {hostname: "*", prefix: /b/, service: svc, connect_timeout_ms: 9000},
      Mapping c: {hostname: "*", prefix: /c/, service: svc, grpc: true, cluster_tag: rpc}`);
    expect(made.upstreams.map(({ name, connectTimeoutMs, protocol }) => [name, connectTimeoutMs, protocol])).toEqual([
      ["rpc/svc~79c58be7", 3000, "http2"],
      ["svc", 3000, "http1"],
      ["svc~f24bd7b8", 9000, "http1"],
    ]);
    expect(made.problems).toEqual(["ambassador/cluster-split Mapping/default/b"]);
  });

  test("31 static addresses", () => {
    const made = plan(`
      Upstream pay: {addresses: ["10.0.0.1:8080", "10.0.0.2:8080"]},
      Mapping p: {hostname: "*", prefix: /pay/, service: pay}`);
    expect(routes(made)).toEqual([{ prefix: "/pay/", to: "pay~0a82c07d" }]);
    expect(made.upstreams).toMatchObject([
      { name: "pay~0a82c07d", statName: "pay", discovery: { kind: "eds", endpointSet: "upstream/default/pay" } },
    ]);
    expect(made.endpointSets).toMatchObject([
      {
        name: "upstream/default/pay",
        endpoints: [
          { address: "10.0.0.1", port: 8080 },
          { address: "10.0.0.2", port: 8080 },
        ],
      },
    ]);
    expect(made.problems).toEqual([]);
  });

  test("30 two teams, one match", () => {
    const made = plan(`Mapping a.red: {hostname: "*", prefix: /u/, service: a}, Mapping a.blue: {hostname: "*", prefix: /u/, service: b}`);
    expect(routes(made)).toEqual([{ prefix: "/u/", to: { "b.blue": 50, "a.red": 50 } }]);
    expect(made.problems).toEqual(["ambassador/cross-namespace-group Mapping/red/a"]);
  });

  test("32 what Envoy would refuse the whole table for", () => {
    const made = plan(
      `Mapping h: {hostname: "*", prefix: /h/, service: h, add_request_headers: {x-rate: "100%", x-ok: "100%%", host: other}}`,
    );
    expect(routes(made)).toEqual([{ prefix: "/h/", to: "h", add: ["x-ok+100%%"] }]);
    expect(made.problems).toEqual(["ambassador/bad-format Mapping/default/h", "ambassador/header-not-modifiable Mapping/default/h"]);
  });
});

describe("order of documents", () => {
  const text = `
    Listener http: {port: 8080, protocol: HTTP, securityModel: XFP, l7Depth: 1, hostBinding: {namespace: {from: ALL}}},
    Listener again: {port: 8080, protocol: HTTP, securityModel: XFP, hostBinding: {namespace: {from: ALL}}},
    Host a: {hostname: a.example.com}, Host b: {hostname: a.example.com, requestPolicy: {insecure: {action: Reject}}}, Host w: {hostname: "*"},
    Upstream pay: {addresses: ["10.0.0.1:8080"]},
    Mapping p: {hostname: "*", prefix: /pay/, service: pay}, Mapping q: {hostname: "*", prefix: /pay/, service: pay, weight: 10},
    Mapping r.red: {hostname: "*", prefix: /pay/, service: pay, timeout_ms: 1}, Mapping s: {hostname: "a*", prefix: /pay/, service: pay},
    Mapping t: {hostname: "*", prefix: /pay/, prefix_exact: true, service: "pay:8080", connect_timeout_ms: 5},
    Mapping u: {hostname: "*", prefix: /, precedence: 3, service: pay, host_redirect: true}`;

  test("shuffled documents give the same plan", () => {
    const all = documents(text);
    const expected = comparable(planDocuments(all));
    expect(expected.hosts.length).toBe(2);
    for (let turn = 1; turn < all.length; turn++) {
      expect(comparable(planDocuments([...all.slice(turn).reverse(), ...all.slice(0, turn)]))).toEqual(expected);
    }
  });
});

function comparable({ hosts, findings: _, ...rest }: Plan) {
  return { ...rest, hosts: [...hosts] };
}
