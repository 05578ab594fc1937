import { describe, expect, test } from "vitest";
import { documents, fleet, plan, planDocuments } from "../../../../test/support/ambassador.ts";

const mapping = `"Mapping m": {hostname: "*", prefix: /m/, service: m}`;
const redirect = `"Mapping r": {hostname: "*", prefix: /r/, service: r, host_redirect: true}`;
const auth = (spec: string, name = "au") => `"AuthService ${name}": {auth_service: "auth.sec:3000"${spec === "" ? "" : `, ${spec}`}}`;

/** The configuration of the filter, if it is there. */
function filter(text: string) {
  return plan(`${text}, ${mapping}`).listeners[0]?.filters.find((use) => use.filter === "ext_authz")?.config.value;
}

/** What the routes do: the upstream or the status, and whether authorisation is off. */
function served(text: string) {
  const [host] = plan(`${mapping}, ${redirect}${text === "" ? "" : `, ${text}`}`).hosts.values();
  return (host?.virtualHost.routes ?? []).map(({ action, perFilter }) => [
    action.kind === "forward" ? action.targets[0]?.upstream : action.kind === "respond" ? action.status : "redirect",
    perFilter.some((use) => use.filter === "ext_authz" && use.config.value.disabled === true),
  ]);
}

const patterns = (text: string) => ({ patterns: text.split(" ").map((exact) => ({ exact, ignore_case: true })) });
const answered = patterns("authorization location proxy-authenticate set-cookie www-authenticate");

describe("AuthService by HTTP", () => {
  test("has the defaults of the language", () => {
    expect(filter(auth(""))).toEqual({
      http_service: {
        server_uri: { uri: "http://auth.sec:3000", cluster: "extauth/auth.sec_3000", timeout: "5s" },
        authorization_response: { allowed_upstream_headers: answered, allowed_client_headers: answered },
      },
      allowed_headers: patterns(
        "authorization cookie from proxy-authorization user-agent x-forwarded-for x-forwarded-host x-forwarded-proto",
      ),
      clear_route_cache: true,
    });
  });

  test("its cluster is emitted and named by the listener", () => {
    const made = plan(`${auth("stats_name: who")}, ${mapping}`);
    expect(made.listeners[0]?.upstreams).toEqual([expect.stringMatching(/^extauth\/auth\.sec_3000~/)]);
    expect(made.upstreams.find(({ name }) => name.startsWith("extauth/"))).toMatchObject({ statName: "who", protocol: "http1" });
  });

  test.each([
    ["its own", "circuit_breakers: [{max_connections: 7}]", [{ priority: "DEFAULT", max_connections: 7 }]],
    ["those of the Module", "", [{ priority: "DEFAULT", max_requests: 9 }]],
    ["none, which is not the Module's", "circuit_breakers: []", undefined],
  ])("its cluster has circuit breakers: %s", (_, written, thresholds) => {
    const module = `"Module ambassador": {config: {circuit_breakers: [{max_requests: 9}]}}`;
    const { upstreams } = plan(`${auth(written)}, ${module}, ${mapping}`);
    const { settings = [] } = upstreams.find(({ name }) => name.startsWith("extauth/")) ?? {};
    expect(settings.find(({ value }) => "circuit_breakers" in value)?.value.circuit_breakers).toEqual(thresholds && { thresholds });
  });

  test.each([
    ["timeout_ms: 1500", { http_service: { server_uri: { timeout: "1.5s" } } }],
    ["path_prefix: /check", { http_service: { path_prefix: "/check" } }],
    [
      "add_auth_headers: {x-b: c, x-a: {value: d}}",
      {
        http_service: {
          authorization_request: {
            headers_to_add: [
              { key: "x-a", value: "d" },
              { key: "x-b", value: "c" },
            ],
          },
        },
      },
    ],
    [
      "add_linkerd_headers: true",
      { http_service: { authorization_request: { headers_to_add: [{ key: "l5d-dst-override", value: "auth.sec:3000" }] } } },
    ],
    ["include_body: {max_bytes: 10, allow_partial: false}", { with_request_body: { max_request_bytes: 10, allow_partial_message: false } }],
    ["allow_request_body: true", { with_request_body: { max_request_bytes: 4096, allow_partial_message: true } }],
    [
      "allow_request_body: true, include_body: {max_bytes: 10, allow_partial: true}",
      { with_request_body: { max_request_bytes: 10, allow_partial_message: true } },
    ],
    ["failure_mode_allow: true", { failure_mode_allow: true }],
    ["status_on_error: {code: 503}", { status_on_error: { code: 503 } }],
  ])("%s", (spec, expected) => {
    expect(filter(auth(spec))).toMatchObject(expected);
    expect(plan(`${auth(spec)}, ${mapping}`).problems).toEqual([]);
  });

  test("listed headers are added to those that are always sent", () => {
    const made = filter(auth("allowed_request_headers: [X-Z, Cookie], allowed_authorization_headers: [X-User]"));
    expect(made?.allowed_headers).toEqual(
      patterns("authorization cookie from proxy-authorization user-agent x-forwarded-for x-forwarded-host x-forwarded-proto x-z"),
    );
    expect(made).toMatchObject({
      http_service: {
        authorization_response: {
          allowed_client_headers: patterns("authorization location proxy-authenticate set-cookie www-authenticate x-user"),
        },
      },
    });
  });

  test.each([
    ["path_prefix: check", "ambassador/auth-path-prefix"],
    ["status_on_error: {code: 799}", "document/out-of-range"],
  ])("%s: %s", (spec, code) => {
    expect(plan(`${auth(spec)}, ${mapping}`).problems).toEqual([`${code} AuthService/default/au`]);
    expect(filter(auth(spec))).toBeDefined();
  });

  test("a redirect is never authorised", () => {
    expect(served(auth(""))).toEqual([
      ["redirect", true],
      ["m", false],
    ]);
    expect(served("")).toEqual([
      ["redirect", false],
      ["m", false],
    ]);
  });
});

describe("AuthService by TLS", () => {
  test("https is asked by TLS, unverified", () => {
    const made = plan(`"AuthService au": {auth_service: "https://auth.sec"}, ${mapping}`);
    expect(made.problems).toEqual(["ambassador/upstream-unverified AuthService/default/au"]);
    expect(filter(`"AuthService au": {auth_service: "https://auth.sec"}`)).toMatchObject({
      http_service: { server_uri: { uri: "https://auth.sec:443", cluster: "extauth/auth.sec+tls" } },
    });
  });

  test("a context makes it TLS", () => {
    const text = `"TLSContext up": {ca_secret: ca}, ${auth("tls: up")}`;
    expect(filter(text)).toMatchObject({
      http_service: { server_uri: { uri: "https://auth.sec:3000", cluster: "extauth/auth.sec_3000+tls.up.default" } },
    });
  });
});

describe("AuthService by gRPC", () => {
  test("calls version 3 over HTTP/2", () => {
    expect(filter(auth("proto: grpc, protocol_version: v3, timeout_ms: 100"))).toEqual({
      grpc_service: { envoy_grpc: { cluster_name: "extauth/auth.sec_3000~79c58be7", authority: "auth.sec:3000" }, timeout: "0.1s" },
      transport_api_version: "V3",
      clear_route_cache: true,
    });
  });

  test("without a version it is taken for 3, and said", () => {
    expect(plan(`${auth("proto: grpc")}, ${mapping}`).findings).toMatchObject([
      { code: "ambassador/protocol-version", severity: "warning" },
    ]);
    expect(filter(auth("proto: grpc"))).toBeDefined();
  });
});

describe("several AuthServices", () => {
  const two = `${auth("")}, "AuthService b": {auth_service: "10.0.0.9"}`;

  test("that differ in whom they ask share the traffic", () => {
    const made = plan(`${two}, ${mapping}`);
    expect(made.problems).toEqual([]);
    expect(made.upstreams.filter(({ name }) => name.startsWith("extauth/"))).toMatchObject([
      {
        discovery: {
          kind: "dns",
          endpoints: [
            { address: "auth.sec", port: 3000 },
            { address: "10.0.0.9", port: 80 },
          ],
        },
      },
    ]);
  });

  test("that differ in more contradict one another", () => {
    const text = `${auth("")}, ${auth("timeout_ms: 1", "b")}`;
    expect(plan(`${text}, ${mapping}`).problems).toEqual(["ambassador/auth-conflict AuthService/default/b"]);
    expect(served(text)).toEqual([
      ["redirect", false],
      [500, false],
    ]);
    expect(filter(text)).toBeUndefined();
  });
});

describe("fails closed", () => {
  test.each([
    ["proto: grpc, protocol_version: v2", "ambassador/protocol-version"],
    ["proto: grpc, protocol_version: v9", "ambassador/protocol-version"],
    ["proto: soap", "ambassador/guard-unusable"],
    ["tls: ctx", "ambassador/missing-tlscontext"],
    ["ambassador_id: 5", "ambassador/guard-unusable"],
  ])("for %s", (spec, code) => {
    expect(served(auth(spec))).toEqual([
      ["redirect", false],
      [500, false],
    ]);
    expect(plan(`${auth(spec)}, ${mapping}`).problems).toContain(`${code} AuthService/default/au`);
  });

  test.each([`"AuthService au": {}`, `"AuthService au": {auth_service: "a b"}`])("for %s", (text) => {
    expect(served(text)).toEqual([
      ["redirect", false],
      [500, false],
    ]);
  });

  test("but one of another installation says nothing", () => {
    expect(served(auth("ambassador_id: [other], proto: soap"))).toContainEqual(["m", false]);
  });

  test("the sidecar of Edge Stack is ignored beside its policies", () => {
    const text = `"AuthService au": {auth_service: "127.0.0.1:8500", proto: grpc, protocol_version: v3}, "FilterPolicy p": {rules: []}, ${mapping}`;
    expect(plan(text).problems.filter((one) => one.includes("AuthService"))).toEqual([
      "ambassador/edge-stack-sidecar AuthService/default/au",
    ]);
  });
});

test("in any order the plan is the same", () => {
  const all = documents(
    `"Listener http": {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}, "Host h": {requestPolicy: {insecure: {action: Route}}},
    ${auth("")}, "AuthService b": {auth_service: "10.0.0.9"}, ${mapping}, "Module ambassador": {config: {add_linkerd_headers: true}}`,
  );
  expect(planDocuments([...all].reverse(), fleet)).toEqual(planDocuments(all, fleet));
});
