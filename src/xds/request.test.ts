import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encode } from "../codec/encode.ts";
import { MalformedMessage } from "../codec/wire.ts";
import type { Mode } from "./event.ts";
import { readRequest } from "./request.ts";

const discovery = "envoy.service.discovery.v3";

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
    expect(readRequest("sotw", bytes)).toEqual({
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
    expect(readRequest("delta", bytes)).toEqual({
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
    const received = readRequest("sotw", encode(`${discovery}.DiscoveryRequest`, { type_url: "t" }));
    expect(received).not.toHaveProperty("node");
    expect(received.request).not.toHaveProperty("error");
  });

  test("metadata that is too large is left out, the node is not", () => {
    const bytes = encode(`${discovery}.DiscoveryRequest`, { node: { id: "n", metadata: { large: "x".repeat(70_000) } } });
    expect(readRequest("sotw", bytes).node).toMatchObject({ id: "n", metadata: {} });
  });

  test("metadata named like a prototype is only a name", () => {
    const metadata = JSON.parse('{"__proto__": {"polluted": true}}');
    const received = readRequest("sotw", encode(`${discovery}.DiscoveryRequest`, { node: { id: "n", metadata } }));
    expect(Object.hasOwn(received.node?.metadata ?? {}, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("metadata nested without end is refused", () => {
    let metadata: Record<string, never> | object = {};
    for (let i = 0; i < 40; i++) metadata = { in: metadata };
    const bytes = encode(`${discovery}.DiscoveryRequest`, { node: { id: "n", metadata: metadata as Record<string, never> } });
    expect(() => readRequest("sotw", bytes)).toThrow(MalformedMessage);
  });
});

test.each<Mode>(["sotw", "delta"])("any bytes are a request or a malformed one, %s", (mode) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readRequest(mode, bytes);
      } catch (error) {
        if (!(error instanceof MalformedMessage)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
