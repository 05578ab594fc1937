import { describe, expect, test } from "vitest";
import { fleet, plan, routes } from "../../../test/support/ambassador.ts";

const members = (...specs: string[]) =>
  specs.map((spec, i) => `Mapping m${i}: {hostname: "*", prefix: /w/, service: s${i}${spec}}`).join(",");

describe("weights", () => {
  test.each<[string, string[], Record<string, number>, string[]]>([
    ["one weightless member takes the rest", [", weight: 30", ""], { s0: 30, s1: 70 }, []],
    ["two share the rest", [", weight: 30", "", ""], { s0: 30, s1: 35, s2: 35 }, ["ambassador/unweighted-split Mapping/default/m2"]],
    [
      "an uneven rest goes to the last",
      [", weight: 1", "", "", ""],
      { s0: 1, s1: 33, s2: 33, s3: 33 },
      ["ambassador/unweighted-split Mapping/default/m2", "ambassador/unweighted-split Mapping/default/m3"],
    ],
    ["half rounds to even", [", weight: 95", "", ""], { s0: 95, s1: 2, s2: 3 }, ["ambassador/unweighted-split Mapping/default/m2"]],
    ["exactly 100", [", weight: 40", ", weight: 60"], { s0: 40, s1: 60 }, []],
    ["too little", [", weight: 30", ", weight: 20"], { s0: 30, s1: 20 }, ["ambassador/weights-underflow Mapping/default/m1"]],
    ["too much", [", weight: 90", ", weight: 60"], { s0: 90, s1: 60 }, ["ambassador/weights-overflow Mapping/default/m1"]],
    ["nothing at all", [", weight: 0", ", weight: 0"], { s0: 1, s1: 1 }, ["ambassador/weights-zero Mapping/default/m1"]],
  ])("%s", (_, specs, shares, problems) => {
    const made = plan(members(...specs));
    expect(routes(made)).toEqual([{ prefix: "/w/", to: shares }]);
    expect(made.problems).toEqual(problems);
  });

  test.each<[string, string[], string]>([
    ["of one member does not matter", [", weight: 7"], "s0"],
    ["of zero takes a member out", [", weight: 0", ""], "s1"],
    ["of 100 leaves nothing to the weightless", [", weight: 100", ""], "s0"],
  ])("%s", (_, specs, to) => {
    expect(routes(plan(members(...specs)))).toEqual([{ prefix: "/w/", to }]);
  });

  test("above 100 leave a weightless member nothing", () => {
    const made = plan(members(", weight: 80", ", weight: 40", ""));
    expect(routes(made)).toEqual([{ prefix: "/w/", to: { s0: 80, s1: 40 } }]);
    expect(made.problems).toEqual(["ambassador/weights-overflow Mapping/default/m1"]);
  });

  test("a rest too small for all never gives a negative share", () => {
    const made = plan(members(", weight: 95", ...Array.from({ length: 8 }, () => "")));
    const [route] = routes(made) as { to: Record<string, number> }[];
    expect(Object.values(route?.to ?? {})).toEqual([95, 1, 1, 1, 1, 1]);
  });

  test("members with settings of their own get routes with cumulative shares of one denominator", () => {
    const made = plan(members(", weight: 30", ", weight: 20, rewrite: /a/", ", timeout_ms: 1"));
    expect(routes(made).map((route) => (route as { fraction?: string }).fraction)).toEqual(["30/100", "50/100", undefined]);
  });

  test("a member that fails in place keeps its share", () => {
    const made = plan(
      `Mapping a: {hostname: "*", prefix: /w/, service: "a:99999", weight: 30}, Mapping b: {hostname: "*", prefix: /w/, service: b}`,
    );
    expect(routes(made)).toEqual([
      { prefix: "/w/", fraction: "30/100", respond: 503 },
      { prefix: "/w/", to: "b" },
    ]);
  });
});

describe("groups", () => {
  test("a member lends its policy and headers to those that set none", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /w/, service: a, weight: 50, add_request_headers: {x-a: "1", x-b: "2"}, retry_policy: {retry_on: 5xx}},
      Mapping b: {hostname: "*", prefix: /w/, service: b, add_request_headers: {x-b: "3"}, remove_response_headers: [x-r]}`);
    expect(routes(made)).toEqual([
      {
        prefix: "/w/",
        fraction: "50/100",
        to: "a",
        add: ["x-a+1", "x-b+2"],
        removeFromResponse: ["x-r"],
        retry: { on: "5xx", retries: 1 },
      },
      { prefix: "/w/", to: "b", add: ["x-a+1", "x-b+3"], removeFromResponse: ["x-r"], retry: { on: "5xx", retries: 1 } },
    ]);
    expect(made.findings.map(({ code, pointer, label }) => [code, pointer, label])).toEqual([
      ["ambassador/canary-field-conflict", "/spec/add_request_headers/x-b", "Mapping/default/b"],
    ]);
  });

  test("an empty list of headers to remove counts as set", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /w/, service: a, weight: 50, remove_request_headers: []},
      Mapping b: {hostname: "*", prefix: /w/, service: b, remove_request_headers: [x]}`);
    expect(routes(made)).toEqual([
      { prefix: "/w/", fraction: "50/100", to: "a" },
      { prefix: "/w/", to: "b", remove: ["x"] },
    ]);
    expect(made.problems).toEqual(["ambassador/canary-field-conflict Mapping/default/b"]);
  });

  test("what is a member's own is lent to nobody", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /w/, service: a, weight: 50, rewrite: /r/, host_rewrite: h, timeout_ms: 1, idle_timeout_ms: 2},
      Mapping b: {hostname: "*", prefix: /w/, service: b}`);
    expect(routes(made)[1]).toEqual({ prefix: "/w/", to: "b" });
  });

  test("a canary with a connect timeout that the first member has not is served, and said", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /w/, service: a},
      Mapping b: {hostname: "*", prefix: /w/, service: b, weight: 10, connect_timeout_ms: 3000}`);
    expect(routes(made)).toEqual([{ prefix: "/w/", to: { b: 10, a: 90 } }]);
    expect(made.problems).toEqual(["ambassador/canary-mismatch Mapping/default/b"]);
  });

  test("weights make members of several namespaces an intended canary", () => {
    const made = plan(`
      Mapping a.red: {hostname: "*", prefix: /u/, service: a},
      Mapping b.blue: {hostname: "*", prefix: /u/, service: b, weight: 10}`);
    expect(made.findings).toMatchObject([{ code: "ambassador/cross-namespace-group", severity: "info", effect: "none" }]);
  });

  test.each([
    ["a redirect first", "a", "b", [{ prefix: "/r/", redirect: { host: "x" } }]],
    ["a redirect second", "b", "a", [{ prefix: "/r/", to: "y" }]],
  ])("%s in load order decides", (_, redirect, forward, expected) => {
    const made = plan(`
      Mapping ${redirect}: {hostname: "*", prefix: /r/, service: x, host_redirect: true},
      Mapping ${forward}: {hostname: "*", prefix: /r/, service: y}`);
    expect(routes(made)).toEqual(expected);
    expect(made.problems).toEqual(["ambassador/redirect-mix Mapping/default/b"]);
  });

  test.each([
    ["precedence", `hostname: "*", precedence: 1`],
    ["method", `hostname: "*", method: GET`],
    ["a header", `hostname: "*", headers: {x-a: b}`],
    ["a parameter", `hostname: "*", query_parameters: {a: b}`],
    ["the hostname", `hostname: "*.example.com"`],
  ])("%s separates", (_, field) => {
    const made = plan(`Mapping a: {hostname: "*", prefix: /w/, service: a}, Mapping b: {${field}, prefix: /w/, service: b}`);
    expect(routes(made)).toHaveLength(2);
  });

  test("headers in another order do not separate", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /w/, service: a, headers: {x-a: "1", x-b: "2"}},
      Mapping b: {hostname: "*", prefix: /w/, service: b, headers: {x-b: "2", x-a: "1"}, weight: 1}`);
    expect(routes(made)).toHaveLength(1);
  });
});

describe("order and reachability", () => {
  test("ties go by the kind of path, then by the first member, descending", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: /same, service: a, method: GET},
      Mapping b: {hostname: "*", prefix: /same, service: b, method: GET, prefix_regex: true, rewrite: ""},
      Mapping c: {hostname: "*", prefix: /same, service: c, method: GET, prefix_exact: true},
      Mapping d: {hostname: "*", prefix: /same, service: d, method: PUT}`);
    expect(routes(made).map((route) => (route as { to: string }).to)).toEqual(["d", "c", "a", "b"]);
    expect(made.problems).toEqual(["ambassador/exact-prefix-clash Mapping/default/b", "ambassador/exact-prefix-clash Mapping/default/c"]);
  });

  test("lengths count code points", () => {
    const made = plan(`
      Mapping a: {hostname: "*", prefix: "/\u{1f600}\u{1f600}", service: a},
      Mapping b: {hostname: "*", prefix: /abcd, service: b}`);
    expect(routes(made).map((route) => (route as { to: string }).to)).toEqual(["b", "a"]);
  });

  test.each([
    ["a wider prefix", `prefix: /a/, precedence: 5`, `prefix: /a/b/`, "route/unreachable"],
    ["a wider prefix before an exact path", `prefix: /a/, precedence: 5`, `prefix: /a/b, prefix_exact: true`, "route/unreachable"],
    [
      "every path before an expression",
      `prefix: /, precedence: 5`,
      `prefix: "/[a-z]", prefix_regex: true, rewrite: ""`,
      "route/unreachable",
    ],
    ["fewer matchers", `prefix: /a/, precedence: 5, method: GET`, `prefix: /a/, method: GET, headers: {x: y}`, "route/unreachable"],
    ["the same match", `prefix: /a/, precedence: 5`, `prefix: /a/`, "route/shadowed"],
    [
      "the same expression",
      `prefix: "/a.", prefix_regex: true, rewrite: "", precedence: 5`,
      `prefix: "/a.", prefix_regex: true, rewrite: ""`,
      "route/shadowed",
    ],
  ])("%s takes everything", (_, first, second, code) => {
    const made = plan(`Mapping f: {hostname: "*", service: f, ${first}}, Mapping s: {hostname: "*", service: s, ${second}}`);
    expect(made.problems).toEqual([`${code} Mapping/default/s`]);
  });

  test.each([
    ["another prefix", `prefix: /b/, precedence: 5`, `prefix: /a/b/`],
    ["an exact path", `prefix: /a, prefix_exact: true, precedence: 5`, `prefix: /a/b`],
    ["a matcher that the other has not", `prefix: /a/, precedence: 5, method: GET`, `prefix: /a/b/`],
    ["a longer prefix", `prefix: /a/b/, precedence: 5`, `prefix: /a/`],
    ["an expression", `prefix: "/.*", prefix_regex: true, rewrite: "", precedence: 5`, `prefix: /a/`],
  ])("%s does not", (_, first, second) => {
    const made = plan(`Mapping f: {hostname: "*", service: f, ${first}}, Mapping s: {hostname: "*", service: s, ${second}}`);
    expect(made.problems).toEqual([]);
  });

  test("a Mapping for one host does not make the one for all hosts unreachable", () => {
    const made = plan(`
      Host a: {hostname: a.example.com, requestPolicy: {insecure: {action: Route}}},
      Mapping f: {hostname: a.example.com, prefix: /, service: f, precedence: 1}, Mapping s: {hostname: "*", prefix: /, service: s}`);
    expect(routes(made)).toEqual([
      { prefix: "/", to: "f" },
      { prefix: "/", to: "s" },
    ]);
    expect(made.problems).toEqual([]);
  });
});

describe("clusters", () => {
  test.each([
    ["pay", "pay~0a82c07d", "upstream/default/pay", 2],
    ["pay.default", "pay~0a82c07d", "upstream/default/pay", 2],
    ["pay:8080", "pay_8080~0a82c07d", "upstream/default/pay/8080", 1],
    ["cart.team", "cart.team~0a82c07d", "upstream/team/cart", 1],
  ])("the service %s finds its Upstream", (service, name, set, endpoints) => {
    const made = plan(`
      Upstream pay: {addresses: ["10.0.0.1:8080", {address: "10.0.0.2:9090", zone: z1}]}, Upstream cart.team: {addresses: ["10.0.0.3:80"]},
      Mapping m: {hostname: "*", prefix: /, service: "${service}"}`);
    expect(made.upstreams).toMatchObject([{ name, discovery: { kind: "eds", endpointSet: set } }]);
    expect(made.endpointSets).toMatchObject([{ name: set, endpoints: { length: endpoints } }]);
    expect(made.upstreams[0]?.origins.map(({ label }) => label)).toContain("Mapping/default/m");
    expect(made.upstreams[0]?.origins.length).toBe(2);
    expect(made.problems).toEqual([]);
  });

  test("a Mapping of a namespace finds the Upstream of that namespace", () => {
    const made = plan(`Upstream pay.team: {addresses: ["10.0.0.1:80"]}, Mapping m.team: {hostname: "*", prefix: /, service: pay}`);
    expect(made.upstreams).toMatchObject([{ name: "pay.team~0a82c07d", statName: "pay_team" }]);
  });

  test("one DNS name makes it a DNS cluster", () => {
    const made = plan(
      `Upstream pay: {addresses: ["10.0.0.1:80", "db.example.com:81"]}, Mapping m: {hostname: "*", prefix: /, service: pay}`,
    );
    expect(made.upstreams).toMatchObject([
      {
        discovery: {
          kind: "dns",
          endpoints: [
            { address: "10.0.0.1", port: 80 },
            { address: "db.example.com", port: 81 },
          ],
          logical: false,
        },
      },
    ]);
    expect(made.endpointSets).toEqual([]);
  });

  test("a port that no address has leaves it without endpoints", () => {
    const made = plan(`Upstream pay: {addresses: ["10.0.0.1:80"]}, Mapping m: {hostname: "*", prefix: /, service: "pay:81"}`);
    expect(made.endpointSets).toMatchObject([{ name: "upstream/default/pay/81", endpoints: [] }]);
    expect(made.problems).toEqual(["route/no-endpoints Mapping/default/m"]);
  });

  test("the health check of an Upstream belongs to the cluster", () => {
    const made = (check: string) =>
      plan(`Upstream pay: {addresses: ["10.0.0.1:80"], healthCheck: ${check}}, Mapping m: {hostname: "*", prefix: /, service: pay}`);
    expect(made(`{http: {path: /up, expectedStatuses: ["200-299"]}, interval: 5s}`).upstreams[0]?.settings).toEqual([
      {
        type: "envoy.config.cluster.v3.Cluster",
        value: {
          health_checks: [
            {
              timeout: "2s",
              interval: "5s",
              unhealthy_threshold: 3,
              healthy_threshold: 2,
              http_health_check: { path: "/up", expected_statuses: [{ start: "200", end: "300" }] },
            },
          ],
        },
      },
    ]);
    expect(made("{tcp: {}}").upstreams[0]?.settings).toMatchObject([{ value: { health_checks: [{ tcp_health_check: {} }] } }]);
  });

  test.each([
    ["quote", "quote.default.svc.local"],
    ["quote.default", "quote.default.svc.local"],
    ["quote.example", "quote.example"],
    ["quote.team", "quote.team.svc.local"],
    ["quote.default.org", "quote.default.org"],
    ["localhost", "localhost"],
  ])("with a suffix for services, %s is resolved as %s", (service, address) => {
    const settings = { ...fleet, services: { ...fleet.services, dnsSuffix: ".svc.local" } };
    const made = plan(
      `Mapping m: {hostname: "*", prefix: /, service: ${service}}, Upstream other.team: {addresses: ["1.2.3.4:5"]}`,
      settings,
    );
    expect(made.upstreams).toMatchObject([{ name: service, discovery: { endpoints: [{ address }] } }]);
  });

  test("the fleet's own namespace needs no suffix", () => {
    const settings = { ...fleet, languages: { ambassador: { namespace: "edge" } } };
    const made = plan(
      `Mapping m.edge: {hostname: "*", prefix: /a, service: x}, Mapping n: {hostname: "*", prefix: /b, service: x}`,
      settings,
    );
    expect(made.upstreams.map(({ name }) => name)).toEqual(["x", "x.default"]);
  });

  test("long and odd names stay legal and apart", () => {
    const long = "a".repeat(90);
    const made = plan(
      `Mapping m: {hostname: "*", prefix: /a, service: ${long}.x}, Mapping n: {hostname: "*", prefix: /b, service: "a_b.c"}, Mapping o: {hostname: "*", prefix: /c, service: "a%7eb.c"}`,
    );
    const names = made.upstreams.map(({ name }) => name);
    expect(names.filter((name) => /^a{71}-[0-9a-f]{8}$/.test(name))).toHaveLength(1);
    expect(names.filter((name) => /^a_b\.c~[0-9a-f]{8}$/.test(name))).toHaveLength(2);
    expect(new Set(names).size).toBe(3);
  });

  test("a cluster that no route uses is not there", () => {
    const made = plan(`Host r: {hostname: "*"}, Mapping m: {hostname: "*", prefix: /a, service: x}`);
    expect(made.upstreams).toEqual([]);
  });
});
