import protobuf from "protobufjs";
import { expect, test } from "vitest";
import type { JsonObject } from "../model/json.ts";
import { decode } from "./decode.ts";
import { anyOf, EncodeError, encode, encodeAny } from "./encode.ts";
import { fieldWriter } from "./field-writer.ts";
import { mapKey } from "./map-key.ts";

const route = "envoy.config.route.v3.Route";
const source = "envoy.config.core.v3.DataSource";
const socket = "envoy.config.core.v3.UdpSocketConfig";

/** A JSON value that is no object is what well-known types are given as. */
const hex = (type: string, value: unknown) => Buffer.from(encode(type, value as JsonObject)).toString("hex");
const refusal = (type: string, value: unknown): EncodeError => {
  try {
    encode(type, value as JsonObject);
  } catch (error) {
    if (error instanceof EncodeError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};

test.each<[string, string, unknown, string]>([
  ["nothing", route, {}, ""],
  ["a text", route, { name: "ab" }, "72026162"],
  ["an empty text, the default", route, { name: "" }, ""],
  ["null and undefined, which are absent", route, { name: null, match: undefined }, ""],
  ["an empty message that is there", route, { match: {} }, "0a00"],
  ["a oneof member that holds its default", "envoy.config.route.v3.RouteMatch", { prefix: "" }, "0a00"],
  ["a wrapper of a default", "envoy.config.route.v3.RouteMatch", { case_sensitive: false }, "2200"],
  ["a wrapper", "envoy.config.route.v3.RouteMatch", { case_sensitive: true }, "22020801"],
  ["an enum by name", "envoy.config.route.v3.RedirectAction", { response_code: "FOUND" }, "1801"],
  ["an enum by its default name", "envoy.config.route.v3.RedirectAction", { response_code: "MOVED_PERMANENTLY" }, ""],
  ["an enum number without a name", "envoy.config.route.v3.RedirectAction", { response_code: 99 }, "1863"],
  ["bytes", source, { inline_bytes: "AAH/" }, "12030001ff"],
  ["fields in the order of their numbers", source, { filename: "a" }, "0a0161"],
  ["a 64-bit integer as text", socket, { max_rx_datagram_size: "18446744073709551615" }, "0a0b08ffffffffffffffffff01"],
  ["a 64-bit integer as number", socket, { max_rx_datagram_size: 1 }, "0a020801"],
  ["a wrapped 64-bit zero as text", socket, { max_rx_datagram_size: "0" }, "0a00"],
  ["a negative 32-bit integer, as ten bytes", "google.protobuf.Int32Value", -1, "08ffffffffffffffffff01"],
  ["a double", "google.protobuf.DoubleValue", 1.5, "09000000000000f83f"],
  ["a double that is no number", "google.protobuf.DoubleValue", "NaN", "09000000000000f87f"],
  ["a float", "google.protobuf.FloatValue", "-Infinity", "0d000080ff"],
  ["minus zero, which is zero", "google.protobuf.DoubleValue", -0, ""],
  ["a duration", "google.protobuf.Duration", "3.020s", "08031080dac409"],
  ["a duration of zero", "google.protobuf.Duration", "0s", ""],
  ["a negative duration", "google.protobuf.Duration", "-0.000000001s", "10ffffffffffffffffff01"],
  ["a timestamp", "google.protobuf.Timestamp", "1970-01-01T00:00:01.5Z", "08011080cab5ee01"],
  ["a field mask", "google.protobuf.FieldMask", "a.fooBar,c", "0a09612e666f6f5f6261720a0163"],
  ["an empty field mask", "google.protobuf.FieldMask", "", ""],
  ["null as a Value", "google.protobuf.Value", null, "0800"],
  ["a list", "google.protobuf.ListValue", [true, "a"], "0a0220010a031a0161"],
  ["a struct in key order", "google.protobuf.Struct", { b: true, a: null }, "0a070a016112020800" + "0a070a016212022001"],
  ["an Any", "google.protobuf.Any", { "@type": "t/google.protobuf.Empty" }, "0a17742f676f6f676c652e70726f746f6275662e456d707479"],
  ["an empty Any", "google.protobuf.Any", {}, ""],
  [
    "an Any of a plain value",
    "google.protobuf.Any",
    { "@type": "google.protobuf.BoolValue", value: true },
    `0a19${Buffer.from("google.protobuf.BoolValue").toString("hex")}12020801`,
  ],
])("%s", (_, type, value, expected) => {
  expect(hex(type, value)).toBe(expected);
});

test("packed lists are packed", () => {
  expect(hex("envoy.config.route.v3.RetryPolicy", { retriable_status_codes: [1, 300] })).toBe("3a0301ac02");
  expect(hex("envoy.config.route.v3.RetryPolicy", { retriable_status_codes: [] })).toBe("");
});

test("equal values give equal bytes, whatever the order of keys", () => {
  const one = encode(route, {
    name: "n",
    match: { prefix: "/", case_sensitive: true },
    route: { cluster: "a" },
    metadata: { filter_metadata: { b: {}, a: {}, "\u{1F6A2}": {}, "\uFFFD": {} } },
  });
  const other = encode(route, {
    metadata: { filter_metadata: { "\u{1F6A2}": {}, "\uFFFD": {}, a: {}, b: {} } },
    route: { cluster: "a", prefix_rewrite: "" },
    match: { case_sensitive: true, prefix: "/" },
    name: "n",
  });
  expect(other).toEqual(one);
  const keys = Object.keys((decode(route, one) as { metadata: { filter_metadata: object } }).metadata.filter_metadata);
  expect(keys).toEqual(["a", "b", "\uFFFD", "\u{1F6A2}"]);
});

test.each<[string, unknown, string, string]>([
  ["an unknown field", { nmae: "n" }, "", "no such field: nmae"],
  ["an unknown field deep inside", { match: { headers: [{ name: "a" }, { nam: "b" }] } }, "/match/headers/1", "no such field: nam"],
  ["a field by its lowerCamel name", { match: { caseSensitive: true } }, "/match", "no such field: caseSensitive"],
  ["a name that every object has", { toString: "x" }, "", "no such field: toString"],
  ["a key __proto__", JSON.parse('{"__proto__": {}}'), "", "no such field: __proto__"],
  ["a number for a text", { name: 3 }, "/name", "expected a string"],
  ["half a surrogate pair", { name: "a\ud800" }, "/name", "expected Unicode text"],
  ["a text for a flag", { match: { case_sensitive: "true" } }, "/match/case_sensitive", "expected a boolean"],
  ["a list for a message", { match: [] }, "/match", "expected an object"],
  ["a text for a message", { match: "x" }, "/match", "expected an object"],
  ["an object for a list", { match: { headers: {} } }, "/match/headers", "expected a list"],
  ["null in a list of texts", { request_headers_to_remove: ["a", null] }, "/request_headers_to_remove/1", "expected a string"],
  ["null in a list of messages", { match: { headers: [null] } }, "/match/headers/0", "expected an object"],
  ["a list for a map", { typed_per_filter_config: [] }, "/typed_per_filter_config", "expected an object"],
  ["an unknown enum name", { redirect: { response_code: "NO" } }, "/redirect/response_code", '"NO" is no value of RedirectResponseCode'],
  ["an enum name that every object has", { redirect: { response_code: "constructor" } }, "/redirect/response_code", "is no value of"],
  ["half an enum number", { redirect: { response_code: 1.5 } }, "/redirect/response_code", "is no value of"],
  ["two members of a oneof", { route: { cluster: "a" }, redirect: {} }, "/redirect", "a second member of action is set"],
  ["a duration without unit", { route: { timeout: "3" } }, "/route/timeout", "expected a duration"],
  ["a duration as number", { route: { timeout: 3 } }, "/route/timeout", "expected a duration"],
  ["a duration of ten digits after the point", { route: { timeout: "0.0000000001s" } }, "/route/timeout", "expected a duration"],
  ["a duration of more than 10,000 years", { route: { timeout: "315576000001s" } }, "/route/timeout", "expected a duration"],
  ["a number below a range", { redirect: { port_redirect: -1 } }, "/redirect/port_redirect", "expected an integer from 0 to 4294967295"],
  ["a number above a range", { redirect: { port_redirect: 4294967296 } }, "/redirect/port_redirect", "expected an integer from 0"],
  ["half a number", { redirect: { port_redirect: 1.5 } }, "/redirect/port_redirect", "expected an integer"],
  ["a list for a struct", { metadata: { filter_metadata: { "a/b": [1] } } }, "/metadata/filter_metadata/a~1b", "expected an object"],
  [
    "no number in a struct",
    { metadata: { filter_metadata: { x: { a: [Number.NaN] } } } },
    "/metadata/filter_metadata/x/a/0",
    "expected a number",
  ],
  ["an Any without a type", { typed_per_filter_config: { a: { x: 1 } } }, "/typed_per_filter_config/a", "an Any needs @type"],
  [
    "an Any of an unknown message",
    { typed_per_filter_config: { a: { "@type": "x/y.Z" } } },
    "/typed_per_filter_config/a",
    "no such message: y.Z",
  ],
  [
    "a plain value in an Any with something beside it",
    { typed_per_filter_config: { a: { "@type": "x/google.protobuf.Duration", value: "1s", more: 1 } } },
    "/typed_per_filter_config/a",
    "no such field: more",
  ],
  [
    "a plain value in an Any that does not fit",
    { typed_per_filter_config: { a: { "@type": "x/google.protobuf.Duration", value: 1 } } },
    "/typed_per_filter_config/a/value",
    "expected a duration",
  ],
  [
    "a wrong field of a message in an Any",
    { typed_per_filter_config: { a: { "@type": "x/envoy.extensions.filters.http.cors.v3.CorsPolicy", max_age: 1 } } },
    "/typed_per_filter_config/a/max_age",
    "expected a string",
  ],
])("%s is refused with its place", (_, value, pointer, message) => {
  const error = refusal(route, value);
  expect(error.pointer).toBe(pointer);
  expect(error.message).toContain(`${route}${pointer}: `);
  expect(error.message).toContain(message);
});

test.each<[string, string, unknown]>([
  ["base64 without padding", source, { inline_bytes: "AAH" }],
  ["base64 of the other alphabet", source, { inline_bytes: "AA-_" }],
  ["no base64", source, { inline_bytes: 1 }],
  ["a 64-bit integer with a leading zero", socket, { max_rx_datagram_size: "01" }],
  ["a 64-bit integer above the range", socket, { max_rx_datagram_size: "18446744073709551616" }],
  ["a 64-bit number that is not exact", socket, { max_rx_datagram_size: 2 ** 53 }],
  ["a float above the range", "google.protobuf.FloatValue", 1e39],
  ["infinity as a number", "google.protobuf.DoubleValue", Number.POSITIVE_INFINITY],
  ["a day that does not exist", "google.protobuf.Timestamp", "2026-02-30T00:00:00Z"],
  ["a time that is not in UTC", "google.protobuf.Timestamp", "2026-02-03T00:00:00+01:00"],
  ["a field mask that is a list", "google.protobuf.FieldMask", ["a"]],
  ["an unknown message", "x.Y", {}],
])("%s is refused", (_, type, value) => {
  expect(() => encode(type, value as JsonObject)).toThrow(EncodeError);
});

test("a refusal leaves no place behind for the next", () => {
  expect(refusal(route, { match: { headers: [{ name: 1 }] } }).pointer).toBe("/match/headers/0/name");
  expect(refusal(route, { name: 1 }).pointer).toBe("/name");
});

test("an Any of a message encoded before has the bytes of one that is encoded with it", () => {
  const type = "envoy.config.cluster.v3.Cluster";
  const any = encodeAny(type, { name: "a" });
  expect(anyOf(type, encode(type, { name: "a" }))).toEqual(any);
  expect(encode("google.protobuf.Any", { "@type": `type.googleapis.com/${type}`, name: "a" })).toEqual(any);
  expect(decode("google.protobuf.Any", any)).toEqual({ "@type": `type.googleapis.com/${type}`, name: "a" });
});

// No message of Envoy's API has every kind of key.
test.each<[string, string[], string[], string]>([
  ["int32", ["10", "-1", "9"], ["-1", "9", "10"], "0809"],
  ["uint64", ["10", "9"], ["9", "10"], "0809"],
  ["bool", ["true", "false"], ["false", "true"], "0801"],
  ["string", ["b", "a"], ["a", "b"], "0a0161"],
])("map keys of type %s are sorted and written", (type, names, sorted, bytes) => {
  const key = mapKey(type);
  expect(names.sort(key.order)).toEqual(sorted);
  const writer = protobuf.Writer.create();
  key.write(writer, { int32: "9", uint64: "9", bool: "true", string: "a" }[type] ?? "");
  expect(Buffer.from(writer.finish()).toString("hex")).toBe(bytes);
  if (type !== "string") expect(() => key.write(protobuf.Writer.create(), "x")).toThrow(TypeError);
});

// Nor does it have proto3 `optional` as of the release whose texts are shipped.
test("a proto3 optional field is written whenever it is there, and excludes no other", () => {
  const { root } = protobuf.parse('syntax = "proto3"; message M { optional uint32 a = 1; optional string b = 2; uint32 c = 3; }');
  const fields = root.lookupType("M").fieldsArray.map((field) => fieldWriter(field, () => () => undefined));
  expect(fields.map(({ oneof }) => oneof)).toEqual([undefined, undefined, undefined]);
  const writer = protobuf.Writer.create();
  for (const [i, value] of [0, "", 0].entries()) fields[i]?.write(writer, value);
  expect(Buffer.from(writer.finish()).toString("hex")).toBe("08001200");
});

test("map entries with numbers as keys are sorted by value", () => {
  const rule = { range_match: { end: "1" } };
  const bytes = hex("envoy.extensions.filters.network.dubbo_proxy.v3.MethodMatch", { params_match: { 10: rule, 9: rule } });
  expect(bytes).toBe("12080809120422021001" + "1208080a120422021001");
});
