import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { decode } from "../codec/decode.ts";
import { encode } from "../codec/encode.ts";
import { encodedResource, InvalidResource, resource } from "./resource.ts";
import { CDS, EDS, RDS } from "./type-url.ts";

const message = { cluster_name: "a" };

test("the version is the beginning of the hash of type, name and bytes", () => {
  const bytes = encode("envoy.config.endpoint.v3.ClusterLoadAssignment", message);
  const expected = createHash("sha256")
    .update(Buffer.concat([Buffer.from(EDS), Buffer.of(0), Buffer.from("a"), Buffer.of(0), bytes]))
    .digest("hex");
  expect(resource(EDS, "a", message).version).toBe(expected.slice(0, 24));
});

test("type, name and content each make another version, references do not", () => {
  const one = Uint8Array.of(10, 1, 97);
  const versions = [
    encodedResource(EDS, "a", one),
    encodedResource(CDS, "a", one),
    encodedResource(EDS, "b", one),
    encodedResource(EDS, "a", Uint8Array.of(10, 1, 98)),
  ].map(({ version }) => version);
  expect(new Set(versions).size).toBe(4);
  expect(encodedResource(EDS, "a", one, [{ type: CDS, name: "x" }]).version).toBe(versions[0]);
});

test("the body is an Any", () => {
  expect(decode("google.protobuf.Any", resource(EDS, "a", message).body)).toEqual({ "@type": EDS, cluster_name: "a" });
});

test("references are sorted and stand once", () => {
  const refs = ["b", "a", "b", "\u{1f6a2}", "\uffff"].map((name) => ({ type: CDS, name }));
  expect(resource(RDS, "t", { name: "t" }, [{ type: EDS, name: "a" }, ...refs]).refs.map(({ type, name }) => [type, name])).toEqual([
    [CDS, "a"],
    [CDS, "b"],
    [CDS, "\uffff"],
    [CDS, "\u{1f6a2}"],
    [EDS, "a"],
  ]);
});

test("what breaks a field rule becomes no resource", () => {
  expect(() => resource(EDS, "a", { cluster_name: "" })).toThrow(InvalidResource);
  expect(() => resource(CDS, "a", { name: "a", connect_timeout: "0s" })).toThrow("/connect_timeout must be greater than");
});
