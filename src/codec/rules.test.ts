import { globSync } from "node:fs";
import { dirname } from "node:path";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import type { JsonValue } from "../model/json.ts";
import { fieldRules } from "./field-rules.ts";
import { isKnown, messageType, protoRoots } from "./load.ts";
import { violations } from "./rules.ts";

const core = "envoy.config.core.v3";
const route = "envoy.config.route.v3";
const cluster = "envoy.config.cluster.v3";

/** A rule kind, a message that keeps it, one that breaks it, and where. */
test.each<[string, string, object, object, string]>([
  ["string min_len", `${core}.KeyValue`, { key: "a" }, { key: "" }, "/key"],
  ["string min_len of a field left out", `${core}.KeyValue`, { key: "a" }, {}, "/key"],
  [
    "string max_bytes counts bytes",
    `${core}.HeaderValue`,
    { key: "k", value: "é".repeat(8192) },
    { key: "k", value: "é".repeat(8193) },
    "/value",
  ],
  ["header name, not strict", `${core}.HeaderValue`, { key: "a b" }, { key: "a\nb" }, "/key"],
  ["header value, strict", `${core}.HealthCheck.HttpHealthCheck`, { path: "/a" }, { path: "/a\u0001" }, "/path"],
  [
    "ignore_empty skips the rest",
    `${core}.UpstreamHttpProtocolOptions`,
    { override_auto_sni_header: "" },
    { override_auto_sni_header: "a b" },
    "/override_auto_sni_header",
  ],
  [
    "string in",
    `${core}.SchemeHeaderTransformation`,
    { scheme_to_overwrite: "http" },
    { scheme_to_overwrite: "ftp" },
    "/scheme_to_overwrite",
  ],
  [
    "string pattern in a oneof",
    `${route}.RouteMatch`,
    { path_separated_prefix: "/a" },
    { path_separated_prefix: "/a/" },
    "/path_separated_prefix",
  ],
  [
    "bytes max_len",
    `${core}.HeaderValue`,
    { key: "a", raw_value: "YQ==" },
    { key: "a", raw_value: Buffer.alloc(16385).toString("base64") },
    "/raw_value",
  ],
  ["uint32 bounds", `${route}.DirectResponseAction`, { status: 599 }, { status: 600 }, "/status"],
  [
    "uint64 bounds",
    `${core}.UdpSocketConfig`,
    { max_rx_datagram_size: "65535" },
    { max_rx_datagram_size: "65536" },
    "/max_rx_datagram_size",
  ],
  [
    "double bounds on a wrapper",
    `${cluster}.Cluster.PreconnectPolicy`,
    { per_upstream_preconnect_ratio: 1.5 },
    { per_upstream_preconnect_ratio: 3.5 },
    "/per_upstream_preconnect_ratio",
  ],
  [
    "duration gt {}",
    `${core}.BackoffStrategy`,
    { base_interval: "1s", max_interval: "0.001s" },
    { base_interval: "1s", max_interval: "0s" },
    "/max_interval",
  ],
  ["duration required", `${core}.BackoffStrategy`, { base_interval: "1s" }, {}, "/base_interval"],
  ["duration nanos", `${core}.BackoffStrategy`, { base_interval: "0.001s" }, { base_interval: "0.0001s" }, "/base_interval"],
  ["message required", `${route}.Route`, { match: { prefix: "/" }, redirect: {} }, { redirect: {} }, "/match"],
  ["oneof required", `${route}.Route`, { match: { prefix: "/" }, redirect: {} }, { match: { prefix: "/" } }, "/action"],
  ["enum defined_only", `${cluster}.Cluster`, { name: "a", lb_policy: "RANDOM" }, { name: "a", lb_policy: 77 }, "/lb_policy"],
  ["enum not_in", `${core}.HealthCheck.HttpHealthCheck`, { path: "/", method: "GET" }, { path: "/", method: "CONNECT" }, "/method"],
  ["min_items of a list left out", `${route}.VirtualHost`, { name: "v", domains: ["*"] }, { name: "v" }, "/domains"],
  ["items", `${route}.VirtualHost`, { name: "v", domains: ["*"] }, { name: "v", domains: ["a\n"] }, "/domains/0"],
  [
    "max_items",
    `${core}.HealthCheck.HttpHealthCheck`,
    { path: "/" },
    { path: "/", request_headers_to_add: Array(1001).fill({ header: { key: "a" } }) },
    "/request_headers_to_add",
  ],
  [
    "unique",
    `${route}.InternalRedirectPolicy`,
    { response_headers_to_copy: ["a", "b"] },
    { response_headers_to_copy: ["a", "a"] },
    "/response_headers_to_copy",
  ],
  ["map keys", `${core}.Metadata`, { filter_metadata: { a: {} } }, { filter_metadata: { "": {} } }, "/filter_metadata/"],
  [
    "min_pairs",
    "xds.type.matcher.v3.Matcher.MatcherTree.MatchMap",
    { map: { a: { action: { name: "a", typed_config: { "@type": "x/y" } } } } },
    {},
    "/map",
  ],
  [
    "inside a known Any",
    `${core}.TypedExtensionConfig`,
    { name: "a", typed_config: { "@type": "type.googleapis.com/envoy.config.core.v3.KeyValue", key: "a" } },
    { name: "a", typed_config: { "@type": "type.googleapis.com/envoy.config.core.v3.KeyValue", key: "" } },
    "/typed_config/key",
  ],
])("%s", (_, type, good, bad, pointer) => {
  expect(violations(type, good as never)).toEqual([]);
  expect(violations(type, bad as never).map((violation) => violation.pointer)).toEqual([pointer]);
});

/** Values that look as if they broke a rule, or as if they did not. */
test.each<[string, string, object, string[]]>([
  ["a oneof member that is not set has no rules", `${route}.RouteMatch`, { prefix: "/" }, []],
  ["nor is it required", `${route}.RouteMatch`, { prefix: "" }, []],
  ["a oneof of which nothing is set", `${route}.RouteMatch`, {}, ["/path_specifier oneof.required"]],
  ["null is not set", `${route}.RouteMatch`, { prefix: null }, ["/path_specifier oneof.required"]],
  ["a required message that is empty", `${route}.Route`, { match: { prefix: "/" }, non_forwarding_action: {} }, []],
  ["a wrapper that is not there has no bounds", `${cluster}.OutlierDetection`, {}, []],
  [
    "a wrapper is checked by what it holds",
    `${cluster}.OutlierDetection`,
    { max_ejection_percent: 101 },
    ["/max_ejection_percent uint32.lte"],
  ],
  ["a duration that is not there has no bounds", `${cluster}.OutlierDetection`, {}, []],
  ["zero is not greater than zero", `${cluster}.OutlierDetection`, { interval: "0s" }, ["/interval duration.gt"]],
  ["a nanosecond is", `${cluster}.OutlierDetection`, { interval: "0.000000001s" }, []],
  ["less than zero is not", `${cluster}.OutlierDetection`, { interval: "-0.000000001s" }, ["/interval duration.gt"]],
  ["a header name may begin with a colon", `${core}.UpstreamHttpProtocolOptions`, { override_auto_sni_header: ":authority" }, []],
  ["a comma is allowed, as Envoy has it", `${core}.UpstreamHttpProtocolOptions`, { override_auto_sni_header: "a,b" }, []],
  ["an empty header name is refused without ignore_empty", `${core}.HeaderValue`, { key: "" }, ["/key string.min_len"]],
  ["a header value may hold a tab", `${core}.HealthCheck.HttpHealthCheck`, { path: "/a\tb" }, []],
  ["a number of an enum is as good as its name", `${cluster}.Cluster`, { name: "a", lb_policy: 1 }, []],
  ["an enum name that does not exist", `${cluster}.Cluster`, { name: "a", lb_policy: "NO" }, ["/lb_policy enum.defined_only"]],
  ["an enum name that every object has", `${cluster}.Cluster`, { name: "a", lb_policy: "constructor" }, ["/lb_policy enum.defined_only"]],
  ["an unknown Any", `${core}.TypedExtensionConfig`, { name: "a", typed_config: { "@type": "x/y.Z", key: "" } }, []],
  ["a required Any", `${core}.TypedExtensionConfig`, { name: "a" }, ["/typed_config any.required"]],
  [
    "a TypedStruct, of which nothing is known",
    `${core}.TypedExtensionConfig`,
    { name: "a", typed_config: { "@type": "x/xds.type.v3.TypedStruct", type_url: "x/y.Z", value: { name: "" } } },
    [],
  ],
  [
    "an Any in a map",
    `${route}.VirtualHost`,
    { name: "v", domains: ["*"], typed_per_filter_config: { "a/b": { "@type": `x/${core}.KeyValue` } } },
    ["/typed_per_filter_config/a~1b/key string.min_len"],
  ],
  ["a duration that is none", `${cluster}.OutlierDetection`, { interval: "soon" }, ["/interval duration.gt"]],
  ["a list that is none", `${route}.VirtualHost`, { name: "v", domains: "*" }, ["/domains repeated"]],
  ["a map that is none", `${core}.Metadata`, { filter_metadata: [] }, ["/filter_metadata map"]],
  ["a message that is none", `${route}.Route`, { match: "x", redirect: {} }, []],
  [
    "all that is broken, in the order of the fields",
    `${route}.VirtualHost`,
    { routes: [{ redirect: {} }, { match: {} }] },
    [
      "/name string.min_len",
      "/domains repeated.min_items",
      "/routes/0/match message.required",
      "/routes/1/match/path_specifier oneof.required",
      "/routes/1/action oneof.required",
    ],
  ],
])("%s", (_, type, value, expected) => {
  expect(violations(type, value as never).map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual(expected);
});

test("lengths count code points, not UTF-16 units", () => {
  const template = "envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig";
  expect(violations(template, { path_template: "🚢".repeat(256) })).toEqual([]);
  expect(violations(template, { path_template: "🚢".repeat(257) })).toHaveLength(1);
});

/** The rules of a field that Envoy's API does not have; those of a message inside it are not of interest. */
function checked(field: string, value: JsonValue): string[] {
  const text = `syntax = "proto3"; import "validate/validate.proto"; message M { ${field}; message K { string a = 1; string b = 2; } }`;
  const [first] = protobuf.parse(text, { keepCase: true }).root.lookupType("M").fieldsArray;
  const found: string[] = [];
  if (first === undefined) throw new Error("no field");
  const { visit, whenAbsent } = fieldRules(first, () => () => undefined);
  if (value === null) return whenAbsent === undefined ? [] : [whenAbsent.rule];
  visit?.(value, "", (pointer, rule, message) => found.push(`${pointer} ${rule}: ${message}`));
  return found;
}

test.each<[string, string, JsonValue, string[]]>([
  ["prefix", 'string a = 1 [(validate.rules).string.prefix = "/"]', "a", [" string.prefix: must begin with /"]],
  ["prefix, kept", 'string a = 1 [(validate.rules).string.prefix = "/"]', "/a", []],
  ["max_len", "string a = 1 [(validate.rules).string = {max_len: 2}]", "🚢🚢", []],
  ["ignore_empty", "string a = 1 [(validate.rules).string = {min_len: 2 ignore_empty: true}]", "", []],
  [
    "ignore_empty is about empty values alone",
    "string a = 1 [(validate.rules).string = {min_len: 2 ignore_empty: true}]",
    "a",
    [" string.min_len: must have at least 2 characters"],
  ],
  ["ignore_empty makes no field required", "string a = 1 [(validate.rules).string = {min_len: 2 ignore_empty: true}]", null, []],
  ["min_len makes a plain field required", "string a = 1 [(validate.rules).string = {min_len: 2}]", null, ["string.min_len"]],
  ["min_len makes no optional field required", "optional string a = 1 [(validate.rules).string = {min_len: 2}]", null, []],
  [
    "an optional field is checked when it is there",
    "optional string a = 1 [(validate.rules).string = {min_len: 2}]",
    "",
    [" string.min_len: must have at least 2 characters"],
  ],
  ["bytes count bytes", "bytes a = 1 [(validate.rules).bytes = {min_len: 2}]", "AAA=", []],
  ["too few bytes", "bytes a = 1 [(validate.rules).bytes = {min_len: 2}]", "AA==", [" bytes.min_len: must have at least 2 bytes"]],
  ["bytes that are none", "bytes a = 1 [(validate.rules).bytes = {min_len: 2}]", "A", [" bytes.min_len: expected base64"]],
  ["a flag that must be set", "bool a = 1 [(validate.rules).bool = {const: true}]", false, [" bool.const: must be true"]],
  ["a flag that must be set, left out", "bool a = 1 [(validate.rules).bool.const = true]", null, ["bool.const"]],
  [
    "a strict header name",
    "string a = 1 [(validate.rules).string = {well_known_regex: HTTP_HEADER_NAME}]",
    "a b",
    [" string.well_known_regex: must be an HTTP header name"],
  ],
  [
    "a header name that is not strict",
    "string a = 1 [(validate.rules).string = {well_known_regex: HTTP_HEADER_NAME strict: false}]",
    "a b\t\u0001",
    [],
  ],
  [
    "NUL in one that is not strict",
    "string a = 1 [(validate.rules).string = {well_known_regex: HTTP_HEADER_VALUE strict: false}]",
    "a\u0000",
    [" string.well_known_regex: must be an HTTP header value"],
  ],
  [
    "CR in one that is not strict",
    "string a = 1 [(validate.rules).string = {well_known_regex: HTTP_HEADER_VALUE strict: false}]",
    "a\r",
    [" string.well_known_regex: must be an HTTP header value"],
  ],
  [
    "DEL in a strict header value",
    "string a = 1 [(validate.rules).string = {well_known_regex: HTTP_HEADER_VALUE}]",
    "a\u007f",
    [" string.well_known_regex: must be an HTTP header value"],
  ],
  ["one of one value", 'string a = 1 [(validate.rules).string = {in: "x"}]', "y", [" string.in: must be one of x"]],
  [
    "a large 64-bit number",
    "uint64 a = 1 [(validate.rules).uint64 = {lt: 10}]",
    "18446744073709551615",
    [" uint64.lt: must be less than 10"],
  ],
  ["what is no number", "uint32 a = 1 [(validate.rules).uint32 = {lte: 10}]", "x", [" uint32.lte: must be at most 10"]],
  ["a sum of bounds", "uint32 a = 1 [(validate.rules).uint32 = {gte: 1 lte: 10}]", 10, []],
  ["not one of one value", "E a = 1 [(validate.rules).enum = {not_in: 0}]; enum E { Z = 0; O = 1; }", "Z", [" enum.not_in: must not be Z"]],
  [
    "the bounds of a map",
    "map<string, string> a = 1 [(validate.rules).map = {min_pairs: 1 values {string {min_len: 1}}}]",
    { x: "" },
    ["/x string.min_len: must have at least 1 character"],
  ],
  ["a map that is left out", "map<string, string> a = 1 [(validate.rules).map = {min_pairs: 1}]", null, ["map.min_pairs"]],
])("%s", (_, field, value, expected) => {
  expect(checked(field, value)).toEqual(expected);
});

test.each([
  ["string", "string a = 1 [(validate.rules).string = {new_rule: 1}]"],
  ["enum", "E a = 1 [(validate.rules).enum = {const: 1}]; enum E { Z = 0; }"],
  ["repeated", "repeated string a = 1 [(validate.rules).repeated = {new_rule: 1}]"],
  ["map", "map<string, string> a = 1 [(validate.rules).map = {new_rule: 1}]"],
  ["sint32", "sint32 a = 1 [(validate.rules).sint32 = {gt: 1}]"],
])("a rule of %s that is not known is an error, not a rule that is skipped", (kind, field) => {
  expect(() => checked(field, null)).toThrow(`no such field rule: ${kind}.`);
});

test("equal messages are found whatever the order of their keys", () => {
  const unique = new protobuf.Field("a", 1, "KeyValue", "repeated");
  messageType(`${core}.KeyValue`).parent?.add(new protobuf.Type("Holder").add(unique));
  unique.setParsedOption("(validate.rules)", { repeated: { unique: true } }, "");
  const { visit } = fieldRules(unique, () => () => undefined);
  const found: string[] = [];
  const run = (value: JsonValue) => visit?.(value, "", (_, rule) => found.push(rule));
  run([{ key: "a" }, { key: "b" }]);
  expect(found).toEqual([]);
  run([
    { key: "a", value: "AA==" },
    { value: "AA==", key: "a" },
  ]);
  expect(found).toEqual(["repeated.unique"]);
});

test("the rules of all messages of the API are known", () => {
  const packages = protoRoots().flatMap((root) =>
    globSync("{envoy,xds,udpa}/**/{v3,v1}/*.proto", { cwd: root }).map((file) => dirname(file)),
  );
  for (const each of new Set(packages)) isKnown(`${each.replaceAll("/", ".")}.None`);
  let count = 0;
  const walk = (space: protobuf.NamespaceBase) => {
    if (space instanceof protobuf.Type && isKnown(space.fullName.slice(1))) {
      violations(space.fullName.slice(1), {});
      const inner = space.fieldsArray.map((field) => field.resolve().resolvedType).filter((type) => type instanceof protobuf.Type);
      expect(inner.filter((type) => !isKnown(type.fullName.slice(1)))).toEqual([]);
      count++;
    }
    for (const inner of space.nestedArray) if (inner instanceof protobuf.Namespace) walk(inner);
  };
  walk(messageType(`${core}.Address`).root);
  expect(count).toBeGreaterThan(1000);
});

test("rules inside lists and maps name the whole way", () => {
  const found = violations(`${route}.RouteConfiguration`, {
    name: "t",
    virtual_hosts: [{ name: "v", domains: ["*"], routes: [{ match: { prefix: "/" }, direct_response: { status: 20 } }] }],
  });
  expect(found).toEqual([
    { pointer: "/virtual_hosts/0/routes/0/direct_response/status", rule: "uint32.gte", message: "must be at least 200" },
  ]);
});
