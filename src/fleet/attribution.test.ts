import { describe, expect, test } from "vitest";
import type { Resource } from "../envoy/resource.ts";
import { LDS } from "../envoy/type-url.ts";
import { attribute } from "./attribution.ts";
import { rejectionText } from "./rejection-text.ts";

function resource(name: string, content = name): Resource {
  return { type: LDS, name, version: name, body: Buffer.from(content), refs: [], sensitive: false };
}

function verdict(changed: readonly Resource[], removed: readonly string[] = []) {
  return { node: "n1", type: LDS, accepted: false, nonce: "1", commit: "c", changed, removed, at: 0 };
}

describe("attribution", () => {
  const changed = [resource("http-80", "domains: shop.example.com"), resource("http-8080", "domains: pay.example.com"), resource("x.y")];

  test.each([
    ["the name and its reason", "Error adding/updating listener(s) http-80: cannot bind '127.0.0.1:80'", ["http-80"], false],
    ["several names", "Error adding/updating listener(s) http-80: no\nx.y: duplicate address", ["http-80", "x.y"], false],
    ["the longer of two names", "Error adding/updating listener(s) http-8080: no", ["http-8080"], false],
    ["a name that ends a sentence", "bad is x.y.", ["x.y"], false],
    ["no name inside a longer word", "my-http-80 and x.y.z", ["http-80", "http-8080", "x.y"], true],
    ["a quoted text that one resource holds", 'duplicate domain "pay.example.com"', ["http-8080"], false],
    [
      "a domain that one resource holds",
      "Only unique values for domains are permitted. Duplicate entry of domain shop.example.com",
      ["http-80"],
      false,
    ],
    ["a quoted text that all hold or none", 'bad "nothing"', ["http-80", "http-8080", "x.y"], true],
    ["nothing", "missing ]: [", ["http-80", "http-8080", "x.y"], true],
  ])("%s", (_, text, resources, uncertain) => {
    expect(attribute(verdict(changed), text)).toEqual({ resources, uncertain });
  });

  test("a message with one resource is about that resource", () => {
    expect(attribute(verdict([resource("only")]), "whatever")).toEqual({ resources: ["only"], uncertain: false });
    expect(attribute(verdict([], ["gone"]), "whatever")).toEqual({ resources: ["gone"], uncertain: false });
  });

  test("removed names count too", () => {
    expect(attribute(verdict([resource("a1")], ["b2"]), "b2: in use")).toEqual({ resources: ["b2"], uncertain: false });
  });
});

describe("the text of a rejection", () => {
  test.each([
    ["plain", "no such thing", "no such thing"],
    ["lines and spaces", "Error adding/updating listener(s) a: x\n  b: y\n", "Error adding/updating listener(s) a: x b: y"],
    [
      "a dump before the reason",
      'cluster(s) a: goo.gle/debugonly  name: "a" secret: "s3cret" : Proto constraint validation failed (ClusterValidationError.Name: bad)',
      "cluster(s) a: [resource]: Proto constraint validation failed (ClusterValidationError.Name: bad)",
    ],
    ["a dump at the end", 'Invalid duration: goo.gle/debugproto seconds: 9 key: "s3cret"', "Invalid duration: [resource]"],
    [
      "two dumps",
      "a: goo.gle/debugproto X: Proto constraint validation failed (1), b: goo.gle/debugonly  Y: Proto constraint validation failed (2)",
      "a: [resource]: Proto constraint validation failed (1), b: [resource]: Proto constraint validation failed (2)",
    ],
  ])("%s", (_, text, kept) => {
    expect(rejectionText(text)).toBe(kept);
  });

  test("a long one is cut", () => {
    expect(rejectionText("x".repeat(5_000))).toBe(`${"x".repeat(4_096)}...(truncated)`);
  });
});
