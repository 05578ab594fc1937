import { expect, test } from "vitest";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { join, lengthDelimited, MalformedMessage } from "./wire.ts";

const route = "envoy.config.route.v3.Route";
const table = "envoy.config.route.v3.RouteConfiguration";
const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex"));

test.each<[string, string, string, unknown]>([
  ["nothing", route, "", {}],
  ["a default that was written", route, "7200", {}],
  ["a oneof member that holds its default", "envoy.config.route.v3.RouteMatch", "0a00", { prefix: "" }],
  ["an unknown field", route, "fa7f02fffe", {}],
  ["a field twice, of which the last counts", route, "720161720162", { name: "b" }],
  ["two members of a oneof, of which the last counts", "envoy.config.route.v3.RouteMatch", "0a0161120162", { path: "b" }],
  ["an enum by name", "envoy.config.route.v3.RedirectAction", "1801", { response_code: "FOUND" }],
  ["an enum number without a name", "envoy.config.route.v3.RedirectAction", "1863", { response_code: 99 }],
  ["integers that are not packed", "envoy.config.route.v3.RetryPolicy", "380138ac02", { retriable_status_codes: [1, 300] }],
  ["64-bit integers as text", "google.protobuf.UInt64Value", "08ffffffffffffffffff01", "18446744073709551615"],
  ["negative 64-bit integers", "google.protobuf.Int64Value", "08ffffffffffffffffff01", "-1"],
  ["floats in their fewest digits", "google.protobuf.FloatValue", "0dcdcccc3d", 0.1],
  ["no number", "google.protobuf.DoubleValue", "09000000000000f87f", "NaN"],
  ["an empty wrapper", "google.protobuf.StringValue", "", ""],
  ["an empty 64-bit wrapper", "google.protobuf.UInt64Value", "", "0"],
  ["an empty flag", "google.protobuf.BoolValue", "", false],
  ["bytes", "google.protobuf.BytesValue", "0a0200ff", "AP8="],
  ["a duration of milliseconds", "google.protobuf.Duration", "1080dac409", "0.020s"],
  ["a duration of microseconds", "google.protobuf.Duration", "10e807", "0.000001s"],
  ["a duration of nanoseconds", "google.protobuf.Duration", "08011001", "1.000000001s"],
  ["a negative duration", "google.protobuf.Duration", "10ffffffffffffffffff01", "-0.000000001s"],
  ["an empty duration", "google.protobuf.Duration", "", "0s"],
  ["a time", "google.protobuf.Timestamp", "08011080cab5ee01", "1970-01-01T00:00:01.500Z"],
  ["a field mask", "google.protobuf.FieldMask", "0a09612e666f6f5f6261720a0163", "a.fooBar,c"],
  ["an empty Value", "google.protobuf.Value", "", null],
  ["map keys in order, however they stand", "google.protobuf.Struct", "0a070a0162120220010a070a016112020800", { a: null, b: true }],
  ["an empty Any", "google.protobuf.Any", "", {}],
  ["an Any of an unknown message", "google.protobuf.Any", "0a05782f792e5a12020801", { "@type": "x/y.Z", value: "CAE=" }],
])("%s", (_, type, hex, expected) => {
  const json = decode(type, bytes(hex));
  expect(json).toEqual(expected);
  expect(JSON.stringify(json)).toBe(JSON.stringify(expected));
});

test("messages are joined as protobuf joins them: lists grow, messages merge, the last scalar counts", () => {
  const host = (name: string) => ({ name, domains: [name] });
  const first = encode(table, { name: "a", virtual_hosts: [host("x")], internal_only_headers: ["h"] });
  const second = encode(table, { name: "b", virtual_hosts: [host("y")], validate_clusters: false });
  expect(decode(table, join([first, second]))).toEqual({
    name: "b",
    virtual_hosts: [host("x"), host("y")],
    internal_only_headers: ["h"],
    validate_clusters: false,
  });
  const parts = [encode(route, { route: { cluster: "a" } }), encode(route, { route: { timeout: "1s" } })];
  expect(decode(route, join(parts))).toEqual({ route: { cluster: "a", timeout: "1s" } });
});

test("fields come in the order of their numbers", () => {
  const json = decode(route, encode(route, { name: "n", redirect: {}, match: { prefix: "/" } }));
  expect(Object.keys(json)).toEqual(["match", "redirect", "name"]);
});

test("map keys of 64 bits are numbers as text", () => {
  const value = { type_map: { "-1": { dyn: {} }, "9007199254740993": { dyn: {} } } };
  expect(decode("google.api.expr.v1alpha1.CheckedExpr", encode("google.api.expr.v1alpha1.CheckedExpr", value))).toEqual(value);
});

test("names that every object has are keys like others", () => {
  const value = JSON.parse('{"__proto__": 1, "constructor": 2, "toString": {"__proto__": null}}');
  expect(JSON.stringify(decode("google.protobuf.Struct", encode("google.protobuf.Struct", value)))).toBe(JSON.stringify(value));
});

test.each<[string, string, string]>([
  ["a field that is cut", route, "7205"],
  ["a message inside that is cut", route, "0a027205"],
  ["text that is not UTF-8", route, "7202fffe"],
  ["a group that does not end", route, "0b"],
  ["field 0", route, "0000"],
  ["a cut message in an Any", "google.protobuf.Any", "0a17782f676f6f676c652e70726f746f6275662e456d707479" + "120108"],
  ["a time beyond all calendars", "google.protobuf.Timestamp", "08ffffffffffffffff7f"],
])("%s is malformed", (_, type, hex) => {
  expect(() => decode(type, bytes(hex))).toThrow(MalformedMessage);
});

test("messages nested without end are malformed", () => {
  let nested = new Uint8Array(0);
  for (let depth = 0; depth < 500; depth++) nested = Uint8Array.from(lengthDelimited(6, lengthDelimited(1, nested)));
  expect(() => decode("google.protobuf.Value", nested)).toThrow(MalformedMessage);
});

test("an unknown message is a mistake of the caller", () => {
  expect(() => decode("x.Y", new Uint8Array(0))).toThrow("no such message: x.Y");
});
