import fc from "fast-check";
import protojson from "protobufjs/ext/protojson.js";
import { expect, test } from "vitest";
import { ArbitraryMessage } from "../../test/support/arbitrary-message.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { messageType } from "./load.ts";
import { MalformedMessage } from "./wire.ts";

const types = [
  "envoy.config.bootstrap.v3.Bootstrap",
  "envoy.config.cluster.v3.Cluster",
  "envoy.config.core.v3.Metadata",
  "envoy.config.endpoint.v3.ClusterLoadAssignment",
  "envoy.config.listener.v3.Listener",
  "envoy.config.rbac.v3.RBAC",
  "envoy.config.route.v3.Route",
  "envoy.config.route.v3.RouteConfiguration",
  "envoy.extensions.filters.http.ratelimit.v3.RateLimit",
  "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
  "envoy.extensions.transport_sockets.tls.v3.Secret",
  "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
  "envoy.service.discovery.v3.DeltaDiscoveryRequest",
  "google.protobuf.Struct",
];

/** A message that is found wrong is reported as it is: to shrink what was drawn step by step takes for ever. */
const runs = { numRuns: 40, endOnFailure: true };

/** Objects with their keys in another order. */
function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value as JsonObject).reverse();
  return Object.fromEntries(entries.map(([key, inner]) => [key, inner === undefined ? null : reversed(inner)]));
}

test.each(types)("%s: decode gives back what encode was given, whatever the order of keys", (type) => {
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      const value = new ArbitraryMessage(draw).message(type, 6) as JsonObject;
      const bytes = encode(type, value);
      expect(decode(type, bytes)).toEqual(value);
      expect(JSON.stringify(decode(type, bytes))).toBe(JSON.stringify(decode(type, Uint8Array.from(bytes))));
      expect(encode(type, reversed(value) as JsonObject)).toEqual(bytes);
    }),
    runs,
  );
});

test.each(types)("%s: another implementation of ProtoJSON reads the same message", (type) => {
  const descriptor = messageType(type);
  fc.assert(
    fc.property(fc.gen(), (draw) => {
      const value = new ArbitraryMessage(draw).message(type, 6) as JsonObject;
      const theirs = descriptor.encode(protojson.fromJson(descriptor, structuredClone(value))).finish();
      expect(decode(type, theirs)).toEqual(value);
      expect(protojson.toJson(descriptor, descriptor.decode(encode(type, value)))).toEqual(
        protojson.toJson(descriptor, descriptor.decode(theirs)),
      );
    }),
    runs,
  );
});

test.each(types)("%s: any bytes are decoded or refused as malformed", (type) => {
  fc.assert(
    fc.property(fc.gen(), fc.nat(), fc.nat(255), (draw, at, byte) => {
      const bytes = encode(type, new ArbitraryMessage(draw).message(type, 6) as JsonObject);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      try {
        decode(type, bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessage);
      }
    }),
    runs,
  );
});
