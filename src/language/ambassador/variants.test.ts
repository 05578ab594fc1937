import { describe, expect, test } from "vitest";
import { plan, routes } from "../../../test/support/ambassador.ts";

const listener = (model: string, l7Depth: number) =>
  `Listener l: {port: 80, protocol: HTTP, securityModel: ${model}, l7Depth: ${l7Depth}, hostBinding: {namespace: {from: ALL}}}`;
const host = (action: string) => `Host h: {hostname: h.com, requestPolicy: {insecure: {action: ${action}}}}`;
const mapping = `Mapping m: {hostname: h.com, prefix: /m/, service: m}`;
const secure = { prefix: "/m/", headers: ["x-forwarded-proto exact https"], to: "m" };
const asIs = { prefix: "/m/", to: "m" };
const redirect = { prefix: "/m/", redirect: { https: true } };

test.each<[string, number, string, unknown[]]>([
  ["SECURE", 0, "Route", [asIs]],
  ["SECURE", 0, "Redirect", [asIs]],
  ["SECURE", 0, "Reject", [asIs]],
  ["INSECURE", 0, "Route", [asIs]],
  ["INSECURE", 0, "Redirect", [redirect]],
  ["INSECURE", 1, "Redirect", [redirect]],
  ["XFP", 0, "Route", [asIs]],
  ["XFP", 0, "Redirect", [redirect]],
  ["XFP", 0, "Reject", []],
  ["XFP", 1, "Route", [secure, asIs]],
  ["XFP", 1, "Redirect", [secure, redirect]],
  ["XFP", 1, "Reject", [secure]],
])("%s, l7Depth %s, %s", (model, l7Depth, action, expected) => {
  expect(routes(plan(`${listener(model, l7Depth)}, ${host(action)}, ${mapping}`))).toEqual(expected);
});

test("INSECURE with Reject has no virtual host, and its hostname is served by the wildcard", () => {
  const made = plan(
    `${listener("INSECURE", 0)}, ${host("Reject")}, Host w: {hostname: "*", requestPolicy: {insecure: {action: Route}}}, ${mapping}`,
  );
  expect([...made.hosts.keys()]).toEqual(["*"]);
  expect(routes(made)).toEqual([{ ...asIs, headers: [":authority exact h.com (any case)"] }]);
});

test("the path of ACME challenges is always routed", () => {
  const made = plan(
    `${listener("INSECURE", 0)}, ${host("Redirect")}, ${mapping}, Mapping a: {hostname: h.com, prefix: /.well-known/acme-challenge/, service: a}`,
  );
  expect(routes(made)).toEqual([{ prefix: "/.well-known/acme-challenge/", to: "a" }, redirect]);
});

describe("one redirect per Host", () => {
  const root = `Mapping root: {hostname: h.com, prefix: /, service: r}`;

  test("in place of all, if one of them takes every path", () => {
    const made = plan(`${listener("INSECURE", 0)}, ${host("Redirect")}, ${mapping}, ${root}`);
    expect(routes(made)).toEqual([{ prefix: "/", redirect: { https: true } }]);
    const [route] = made.hosts.get("h.com")?.virtualHost.routes ?? [];
    expect(route?.name).toBe("Host/default/h");
    expect(route?.origins.map(({ label }) => label)).toEqual(["Host/default/h"]);
    expect(made.upstreams).toEqual([]);
  });

  test("after the secure variants, behind a balancer", () => {
    const made = plan(`${listener("XFP", 1)}, ${host("Redirect")}, ${mapping}, ${root}`);
    expect(routes(made)).toEqual([
      secure,
      { prefix: "/", headers: ["x-forwarded-proto exact https"], to: "r" },
      { prefix: "/", redirect: { https: true } },
    ]);
  });

  test("with the headers of the response that all have in common", () => {
    const add = "add_response_headers: {hsts: on-purpose}";
    const made = plan(`${listener("INSECURE", 0)}, ${host("Redirect")},
      Mapping m: {hostname: h.com, prefix: /m/, service: m, ${add}}, Mapping root: {hostname: h.com, prefix: /, service: r, ${add}}`);
    expect(routes(made)).toEqual([{ prefix: "/", redirect: { https: true }, addToResponse: ["hsts+on-purpose"] }]);
  });

  test("also for a split at the root: its last route takes what the others leave", () => {
    const made = plan(
      `${listener("INSECURE", 0)}, ${host("Redirect")}, ${root}, Mapping s: {hostname: h.com, prefix: /, service: s, weight: 10, timeout_ms: 1}`,
    );
    expect(routes(made)).toEqual([{ prefix: "/", redirect: { https: true } }]);
  });

  test.each([
    ["no Mapping takes every path", `Mapping n: {hostname: h.com, prefix: /n/, service: n}`],
    ["the one at the root has a matcher", `Mapping root: {hostname: h.com, prefix: /, method: GET, service: r}`],
    ["an ACME challenge is routed", `${root}, Mapping a: {hostname: h.com, prefix: /.well-known/acme-challenge/, service: a}`],
    ["the headers of the response differ", `Mapping root: {hostname: h.com, prefix: /, service: r, add_response_headers: {a: b}}`],
    ["the root is an exact path", `Mapping root: {hostname: h.com, prefix: /, prefix_exact: true, service: r}`],
  ])("not if %s", (_, others) => {
    const made = plan(`${listener("INSECURE", 0)}, ${host("Redirect")}, ${mapping}, ${others}`);
    expect(routes(made).length).toBeGreaterThan(1);
  });

  test("the virtual host stays the same when Mappings change", () => {
    const before = plan(`${listener("INSECURE", 0)}, ${host("Redirect")}, ${root}`);
    const after = plan(`${listener("INSECURE", 0)}, ${host("Redirect")}, ${root}, ${mapping}`);
    expect(after.hosts.get("h.com")?.virtualHost).toEqual(before.hosts.get("h.com")?.virtualHost);
  });
});

test("a hostname with a virtual host of its own has no routes in wider ones", () => {
  const made = plan(`
    Host a: {hostname: a.example.com, requestPolicy: {insecure: {action: Route}}},
    Host w: {hostname: "*.example.com", requestPolicy: {insecure: {action: Route}}},
    Host all: {hostname: "*", requestPolicy: {insecure: {action: Route}}},
    Mapping a: {hostname: a.example.com, prefix: /a/, service: a}, Mapping b: {hostname: b.example.com, prefix: /b/, service: b},
    Mapping w: {hostname: "*.example.com", prefix: /w/, service: w}`);
  const served = (name: string) => routes(made, name).map((route) => (route as { to: string }).to);
  expect([served("a.example.com"), served("*.example.com"), served("*")]).toEqual([
    ["w", "a"],
    ["w", "b"],
    ["w", "b"],
  ]);
});
