import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plan as planOf } from "../../test/support/ambassador.ts";
import type { FleetPlan } from "../model/plan.ts";
import { type Request, type RequestInput, requestOf } from "./request.ts";
import { type Answer, Router } from "./router.ts";

/** A plan of documents in shorthand. */
function fleetPlan(text: string): FleetPlan {
  const { listeners, tables, upstreams, endpointSets } = planOf(text);
  return {
    listeners,
    hosts: [...tables.values()].map(({ virtualHost }) => virtualHost),
    upstreams: new Map(upstreams.map((one) => [one.name, one])),
    endpointSets: new Map(endpointSets.map((one) => [one.name, one])),
  };
}

function ask(text: string, input: RequestInput | string): Answer {
  const request = requestOf(typeof input === "string" ? { url: input } : input);
  if ("mistake" in request) throw new Error(request.mistake);
  return new Router(fleetPlan(text)).answer(request);
}

function brief({ ways }: Answer): unknown {
  const each = ways.map(({ outcome, route, share }) => [route?.name, share, outcome] as const);
  return each.length === 1 ? each[0] : each;
}

const shop = `
"Mapping cart": {hostname: "*", prefix: /cart/, service: cart},
"Mapping canary": {hostname: "*", prefix: /cart/, service: cart2, headers: {x-canary: "1"}},
"Mapping old": {hostname: "*", prefix: /old/, service: new.example.com, host_redirect: true, redirect_response_code: 302},
"Mapping bad": {hostname: "*", prefix: /bad/, service: "a b"}`;

describe("a request", () => {
  test.each<[RequestInput | string, unknown]>([
    ["http://a/cart/1?x=2", ["default/cart", 10_000, { kind: "forward", path: "/1?x=2", authority: "a" }]],
    [{ url: "http://a/cart/", headers: [["X-Canary", "1"]] }, ["default/canary", 10_000, { kind: "forward", path: "/" }]],
    ["http://a/old/x?y", ["default/old", 10_000, { kind: "redirect", status: 302, location: "http://new.example.com/old/x?y" }]],
    ["http://a/bad/", ["default/bad", 10_000, { kind: "respond", status: 503, why: "ambassador/bad-service" }]],
    ["http://a/none", [undefined, 10_000, { kind: "no-route", why: "route" }]],
    ["https://a/cart/", [undefined, 10_000, { kind: "refused", why: "no listener takes TLS" }]],
    ["http://a:9999/cart/", [undefined, 10_000, { kind: "refused", why: "no listener has the port 9999" }]],
  ])("%j gets %j", (input, wanted) => {
    expect(brief(ask(shop, input))).toMatchObject(wanted as object);
  });

  test("is told why earlier routes do not take it", () => {
    const { passed } = ask(shop, "http://a/cart/");
    expect(passed.map(({ route, because }) => [route.name, because])).toEqual([
      ["default/canary", { on: "header", name: "x-canary", wanted: "exact 1" }],
    ]);
  });

  test("takes several ways where routes take shares", () => {
    const text = `"Mapping a": {hostname: "*", prefix: /, service: a, weight: 30, timeout_ms: 1}, "Mapping b": {hostname: "*", prefix: /, service: b}`;
    expect(ask(text, "http://a/").ways.map(({ route, share }) => [route?.name, share])).toEqual([
      ["default/a", 3000],
      ["default/a", 7000],
    ]);
  });
});

describe("a listener", () => {
  const two = `"Listener a": {port: 8080, protocol: HTTP, securityModel: XFP, hostBinding: {namespace: {from: ALL}}},
"Listener b": {port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}},
"Host a": {hostname: a.example.com, tlsSecret: {name: x}},
"Mapping cart": {hostname: "*", prefix: /cart/, service: cart}`;

  test.each<[string, number | undefined, string]>([
    ["http://a.example.com/cart/", 8080, "redirect"],
    ["https://a.example.com/cart/", 8443, "forward"],
    ["https://a.example.com:8443/cart/", 8443, "no-route"],
    ["https://b.example.com/cart/", 8443, "refused"],
    ["http://b.example.com/cart/", 8080, "no-route"],
  ])("takes %s on port %j: %s", (url, port, kind) => {
    const answer = ask(two, url);
    expect([answer.listener?.port, answer.ways[0].outcome.kind]).toEqual([port, kind]);
  });

  test("behind a balancer takes https without TLS", () => {
    const text = two.replace("port: 8080", "port: 8080, l7Depth: 1").replace('"Listener b": {port: 8443', '"Listener b": {port: 8444');
    const { listener, isBehind, ways } = ask(text.replace(", tlsSecret: {name: x}", ""), "https://a.example.com/cart/");
    expect([listener?.port, isBehind, ways[0].outcome.kind]).toEqual([8080, true, "forward"]);
  });
});

test.each<[RequestInput, Partial<Request> | { mistake: string }]>([
  [{ url: "http://A.example:80?x#y" }, { authority: "A.example", port: 80, path: "/?x" }],
  [{ url: "https://a.example:8443/ä b" }, { authority: "a.example:8443", sni: "a.example", path: "/%C3%A4%20b" }],
  [{ url: "https://[::1]/" }, { authority: "[::1]" }],
  [
    { url: "https://a/", headers: [["Host", "b"]] },
    { authority: "b", sni: "a", headers: [] },
  ],
  [{ url: "a/b" }, { mistake: '"a/b" is no URL: expected http:// or https://, a host, and a path if any' }],
  [{ url: "http://a:99999/" }, { mistake: '"http://a:99999/" is no URL: expected http:// or https://, a host, and a path if any' }],
  [{ url: "http://a/", method: "GET IT" }, { mistake: '"GET IT" is no method' }],
  [{ url: "http://a/", headers: [["a b", "c"]] }, { mistake: '"a b" is no header' }],
])("%j is read", (input, wanted) => {
  expect(requestOf(input)).toMatchObject(wanted);
});

describe("around the routes", () => {
  const base = `"Mapping open": {hostname: "*", prefix: /open/, service: a, bypass_auth: true},
"Mapping shut": {hostname: "*", prefix: /, service: a, labels: {ambassador: [{g: [{remote_address: {key: r}}]}]}, allow_upgrade: [websocket], cors: {origins: ["https://a.test"]}},
"Mapping moved": {hostname: "*", prefix: /moved/, service: b, host_redirect: true},
"AuthService auth": {auth_service: "auth:80"}, "RateLimitService limit": {service: "rl:80", protocol_version: v3},
"Module ambassador": {config: {ip_deny: [{remote: 10.0.0.0/8}], buffer: {max_request_bytes: 100}, lua_scripts: "function envoy_on_request() end"}}`;

  test.each<[RequestInput | string, unknown]>([
    ["http://a/", { auth: true, lua: true, rateLimits: [{ actions: expect.anything() }] }],
    ["http://a/open/", { auth: false, rateLimits: [] }],
    ["http://a/moved/", { auth: false }],
  ])("%j: %j", (input, wanted) => {
    expect(ask(base, input).ways[0].around).toMatchObject(wanted as object);
  });

  test.each<[RequestInput, number, string]>([
    [{ url: "http://a/", clientAddress: "10.1.1.1" }, 403, "ip_deny lists 10.1.1.1"],
    [{ url: "http://a/", bodySize: 101 }, 413, "the buffer filter takes at most 100 bytes"],
    [
      {
        url: "http://a/open/",
        headers: [
          ["connection", "Upgrade"],
          ["upgrade", "websocket"],
        ],
      },
      403,
      "the upgrade to websocket is not allowed",
    ],
    [
      {
        url: "http://a/",
        method: "OPTIONS",
        headers: [
          ["origin", "https://a.test"],
          ["access-control-request-method", "GET"],
        ],
      },
      200,
      "the cors filter answers preflight requests",
    ],
  ])("%j is answered %i: %s", (input, status, why) => {
    expect(ask(base, input).ways[0].outcome).toEqual({ kind: "rejected", status, why });
  });

  test("an upgrade that the route allows goes on", () => {
    const headers = [
      ["connection", "keep-alive, upgrade"],
      ["Upgrade", "WebSocket"],
    ] as const;
    expect(ask(base, { url: "http://a/", headers }).ways[0].outcome.kind).toBe("forward");
  });
});

test("whatever is asked gets an answer", () => {
  const plan = fleetPlan(shop);
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom("http://a/cart/%00", "https://[::1]:8080/..%2f", "http://\ud800/"),
  );
  const url = fc.oneof(
    text,
    text.map((rest) => `http://a/${rest}`),
    text.map((rest) => `https://${rest}`),
  );
  fc.assert(
    fc.property(url, text, fc.array(fc.tuple(text, text), { maxLength: 3 }), text, (one, method, headers, clientAddress) => {
      const request = requestOf({ url: one, method, headers, clientAddress });
      if (!("mistake" in request)) expect(new Router(plan).answer(request).ways.length).toBeGreaterThan(0);
      const plainly = requestOf({ url: one, clientAddress });
      if (!("mistake" in plainly)) new Router(plan).answer(plainly);
    }),
    { numRuns: 1_000 },
  );
});
