import { describe, expect, test } from "vitest";
import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import { ambassador } from "../ambassador.ts";
import { convert } from "./convert.ts";

function document(kind: string, spec: JsonObject, version = "v2"): Document {
  const identity = { group: "getambassador.io", kind, namespace: "shop", name: "a" };
  const value = { apiVersion: `getambassador.io/${version}`, kind, metadata: { name: "a", namespace: "shop" }, spec };
  return { id: { blob: "0".repeat(40), index: 0 }, path: "a.yaml", source: "main", version, identity, value };
}

const converted = (kind: string, spec: JsonObject) => convert(document(kind, spec)).document.value.spec;

describe("a field of an old version becomes", () => {
  test.each<[string, string, JsonObject, JsonObject]>([
    ["one id", "Module", { ambassador_id: "edge" }, { ambassador_id: ["edge"] }],
    ["several ids", "Module", { ambassador_id: ["a", "b"] }, { ambassador_id: ["a", "b"] }],
    ["a Host's ambassadorId", "Host", { ambassadorId: "edge" }, { ambassador_id: ["edge"] }],
    ["both kinds of ids", "Host", { ambassadorId: ["b"], ambassador_id: "a" }, { ambassador_id: ["a", "b"] }],
    ["a Host's selector", "Host", { selector: { matchLabels: { a: "b" } } }, { mappingSelector: { matchLabels: { a: "b" } } }],
    ["a selector beside the new one", "Host", { selector: { a: 1 }, mappingSelector: { b: 2 } }, { mappingSelector: { b: 2 } }],
    ["a CRL", "TLSContext", { v3CRLSecret: "revoked" }, { crl_secret: "revoked" }],
    ["tls true of a TCPMapping", "TCPMapping", { service: "db:5432", tls: true }, { service: "https://db:5432" }],
    ["tls of an AuthService", "AuthService", { auth_service: "auth", tls: true }, { auth_service: "https://auth" }],
    ["tls of a RateLimitService", "RateLimitService", { service: "rl", tls: "context" }, { service: "rl", tls: "context" }],
    ["a protocol version", "LogService", { v3ProtocolVersion: "v3", v3StatsName: "s" }, { protocol_version: "v3", stats_name: "s" }],
    [
      "grpc settings",
      "RateLimitService",
      { v3GRPC: { use_resource_exhausted_code: true } },
      { grpc: { use_resource_exhausted_code: true } },
    ],
    ["tag headers", "TracingService", { tag_headers: ["x-a"] }, { custom_tags: [{ tag: "x-a", request_header: { name: "x-a" } }] }],
    ["tag headers beside tags", "TracingService", { tag_headers: ["x"], v3CustomTags: [{ tag: "t" }] }, { custom_tags: [{ tag: "t" }] }],
    [
      "propagation modes",
      "TracingService",
      { config: { collector_cluster: "c" }, v3PropagationModes: ["B3"] },
      { config: { collector_cluster: "c", propagation_modes: ["B3"] } },
    ],
  ])("%s", (_, kind, spec, expected) => {
    expect(converted(kind, spec)).toEqual(expected);
  });

  test.each<[string, JsonObject, JsonObject]>([
    ["no host", {}, { hostname: "*" }],
    ["a host", { host: "a.example.com" }, { hostname: "a.example.com" }],
    ["a host that is a glob", { host: "*.example.com", host_regex: false }, { hostname: "*.example.com" }],
    ["a host that is an expression", { host: "a.*", host_regex: true }, { host: "a.*", host_regex: true }],
    ["a host that was left out on purpose", { host: "_skip_mapping_with_empty_host_" }, {}],
    ["a hostname", { hostname: "b.example.com", host: "a" }, { hostname: "b.example.com", host: "a" }],
    [
      "the presence of a header",
      { hostname: "*", headers: { a: true, b: false, c: "x" } },
      { hostname: "*", headers: { a: true, c: "x" } },
    ],
    [
      "presence beside an expression",
      { hostname: "*", query_parameters: { a: true, b: true }, regex_query_parameters: { a: "x+" } },
      { hostname: "*", query_parameters: { b: true }, regex_query_parameters: { a: "x+" } },
    ],
    ["tls true", { hostname: "*", service: "cart:8443", tls: true }, { hostname: "*", service: "https://cart:8443" }],
    ["tls true against a scheme", { hostname: "*", service: "http://cart", tls: true }, { hostname: "*", service: "https://cart" }],
    ["tls false", { hostname: "*", service: "https://cart", tls: false }, { hostname: "*", service: "https://cart" }],
    ["no tls", { hostname: "*", service: "cart", tls: "" }, { hostname: "*", service: "cart" }],
    ["a header to add", { hostname: "*", add_request_headers: { a: "b" } }, { hostname: "*", add_request_headers: { a: { value: "b" } } }],
    ["a header to remove", { hostname: "*", remove_response_headers: "a" }, { hostname: "*", remove_response_headers: ["a"] }],
    [
      "cors",
      { hostname: "*", cors: { origins: "https://a, https://b", methods: "GET, POST", max_age: "5" } },
      { hostname: "*", cors: { origins: ["https://a", "https://b"], methods: ["GET, POST"], max_age: "5" } },
    ],
    [
      "fields that an earlier conversion has put aside",
      { hostname: "*", v3StatsName: "s", v3CircuitBreakers: [], v3health_checks: [], v3GRPC: true },
      { hostname: "*", stats_name: "s", circuit_breakers: [], health_checks: [], grpc: true },
    ],
    [
      "labels",
      {
        hostname: "*",
        labels: {
          ambassador: [
            { group: ["remote_address", "word", { generic_key: "v" }, { "x-key": { header: "x-h", omit_if_not_present: true } }] },
          ],
        },
      },
      {
        hostname: "*",
        labels: {
          ambassador: [
            {
              group: [
                { remote_address: { key: "remote_address" } },
                { generic_key: { value: "word" } },
                { generic_key: { value: "v" } },
                { request_headers: { key: "x-key", header_name: "x-h", omit_if_not_present: true } },
              ],
            },
          ],
        },
      },
    ],
    [
      "labels that are new already",
      {
        hostname: "*",
        labels: { d: [{ g: [{ generic_key: { value: "v", v3Key: "k" } }, { source_cluster: { key: "source_cluster" } }] }] },
      },
      { hostname: "*", labels: { d: [{ g: [{ generic_key: { value: "v", key: "k" } }, { source_cluster: { key: "source_cluster" } }] }] } },
    ],
  ])("of a Mapping: %s", (_, spec, expected) => {
    expect(converted("Mapping", spec)).toEqual(expected);
  });

  test.each<[string, JsonObject]>([
    ["headers", { hostname: "*", headers: "x", add_request_headers: 7, cors: "a", labels: ["x"], remove_request_headers: 3 }],
    ["labels", { hostname: "*", labels: { d: "x", e: [7, { g: "y" }, { g: [7, {}, { a: 1, b: 2 }] }] } }],
  ])("itself where it has a wrong type, for the check to say: %s", (_, spec) => {
    expect(converted("Mapping", spec)).toEqual(spec);
  });

  test("nothing of the document that was given", () => {
    const given = document("Mapping", { host: "a", service: "b", tls: true, headers: { a: false }, v3StatsName: "s" });
    const before = structuredClone(given);
    convert(given);
    expect(given).toEqual(before);
  });
});

describe("what is found in a converted document stands where it was written", () => {
  const found = (kind: string, spec: JsonObject, version = "v2") =>
    ambassador.check(document(kind, spec, version)).findings.map(({ code, pointer }) => `${code} ${pointer}`);

  test.each<[string, string, JsonObject, readonly string[]]>([
    ["a field under its old name", "Mapping", { prefix: "/", service: "a", host: "a*b*" }, ["ambassador/bad-hostname-glob /spec/host"]],
    ["a part of it", "Host", { hostname: "a", selector: { matchLabel: {} } }, ["document/unknown-field /spec/selector/matchLabel"]],
    ["a field that kept its name", "Mapping", { prefix: 7, service: "a" }, ["document/wrong-type /spec/prefix"]],
    ["a misspelt one", "Mapping", { prefix: "/", service: "a", prefixx: 1 }, ["document/unknown-field /spec/prefixx"]],
  ])("%s", (_, kind, spec, expected) => {
    expect(found(kind, spec)).toEqual(expected);
  });

  test("a Host is no kind of v1", () => {
    expect(found("Host", { hostname: "a" }, "v1")).toEqual(["document/unknown-kind /apiVersion"]);
    expect(found("Mapping", { prefix: "/", service: "a" }, "v1")).toEqual([]);
  });
});
