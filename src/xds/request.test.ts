import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode } from "../codec/encode.ts";
import { MalformedMessage } from "../codec/wire.ts";
import type { Mode } from "./event.ts";
import { readRequest } from "./request.ts";

const discovery = "envoy.service.discovery.v3";
/** More than any node here says. */
const kept = 64 * 1024;

const node = {
  id: "edge-1",
  cluster: "edge",
  locality: { region: "eu", zone: "a", sub_zone: "x" },
  metadata: { env: "prod", weight: 1.5, on: true, none: null, list: ["a", 2, { deep: false }], nested: { key: "value" } },
  user_agent_name: "envoy",
  user_agent_build_version: { version: { major_number: 1, minor_number: 40 }, metadata: { revision: "x" } },
  extensions: [{ name: "envoy.filters.http.router", category: "envoy.filters.http", type_urls: ["x"] }],
  client_features: ["a"],
};

describe("a request, as Envoy's definitions encode it", () => {
  test("state of the world", () => {
    const bytes = encode(`${discovery}.DiscoveryRequest`, {
      version_info: "v1",
      node,
      resource_names: ["a", "b"],
      type_url: "type.googleapis.com/x.Y",
      response_nonce: "n1",
      error_detail: { code: 13, message: "no" },
      resource_locators: [{ name: "ignored" }],
    });
    expect(readRequest("sotw", bytes, kept)).toEqual({
      request: {
        version: "v1",
        node: "edge-1",
        names: ["a", "b"],
        type: "type.googleapis.com/x.Y",
        nonce: "n1",
        error: { code: 13, message: "no" },
        subscribe: [],
        unsubscribe: [],
        claims: new Map(),
      },
      node: { id: "edge-1", cluster: "edge", region: "eu", zone: "a", envoyVersion: "1.40.0", metadata: node.metadata },
    });
  });

  test("delta", () => {
    const bytes = encode(`${discovery}.DeltaDiscoveryRequest`, {
      type_url: "type.googleapis.com/x.Y",
      resource_names_subscribe: ["a", "*"],
      resource_names_unsubscribe: ["b"],
      initial_resource_versions: { a: "1", c: "2" },
      response_nonce: "n1",
      error_detail: { message: "" },
    });
    expect(readRequest("delta", bytes, kept)).toEqual({
      request: {
        version: "",
        node: "",
        names: [],
        type: "type.googleapis.com/x.Y",
        nonce: "n1",
        error: { code: 0, message: "" },
        subscribe: ["a", "*"],
        unsubscribe: ["b"],
        claims: new Map([
          ["a", "1"],
          ["c", "2"],
        ]),
      },
    });
  });

  test("a request without an error has none, and one without a node has none", () => {
    const received = readRequest("sotw", encode(`${discovery}.DiscoveryRequest`, { type_url: "t" }), kept);
    expect(received).not.toHaveProperty("node");
    expect(received.request).not.toHaveProperty("error");
  });

  test("of a node that says too much only a part is kept, and that is told", () => {
    const large = { a: "x".repeat(500), b: "y".repeat(500), c: "z" };
    const says = { id: "n".repeat(2_000), cluster: "c", metadata: large, locality: { region: "eu", zone: "z".repeat(999) } };
    const bytes = encode(`${discovery}.DiscoveryRequest`, { node: says });
    expect(readRequest("sotw", bytes, 2_048).node).toEqual({
      ...says,
      locality: undefined,
      envoyVersion: "",
      region: "eu",
      zone: "z".repeat(999),
    });
    expect(readRequest("sotw", bytes, 600).node).toMatchObject({
      id: says.id,
      cluster: "c",
      metadata: { a: large.a, c: "z" },
      region: "eu",
      zone: expect.stringMatching(/^z{5,30}$/),
      truncated: true,
    });
  });

  test.each([1, 2, 3, 4, 5, 6])("a field %i of another wire type is malformed", (number) => {
    for (const wire of [0, 1, 5]) {
      const bytes = Uint8Array.from([number * 8 + wire, ...new Array(wire === 0 ? 1 : wire === 1 ? 8 : 4).fill(1)]);
      for (const mode of ["sotw", "delta"] as const) expect(() => readRequest(mode, bytes, kept)).toThrow(MalformedMessage);
    }
  });

  test("metadata named like a prototype is only a name", () => {
    const metadata = JSON.parse('{"__proto__": {"polluted": true}}');
    const received = readRequest("sotw", encode(`${discovery}.DiscoveryRequest`, { node: { id: "n", metadata } }), kept);
    expect(Object.hasOwn(received.node?.metadata ?? {}, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("metadata nested without end is refused", () => {
    let metadata: Record<string, never> | object = {};
    for (let i = 0; i < 40; i++) metadata = { in: metadata };
    const bytes = encode(`${discovery}.DiscoveryRequest`, { node: { id: "n", metadata: metadata as Record<string, never> } });
    expect(() => readRequest("sotw", bytes, kept)).toThrow(MalformedMessage);
  });
});

test.each<Mode>(["sotw", "delta"])("any bytes are a request or a malformed one, %s", (mode) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readRequest(mode, bytes, kept);
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
