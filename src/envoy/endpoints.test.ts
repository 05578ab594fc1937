import { expect, test } from "vitest";
import { decode } from "../codec/decode.ts";
import { endpointsMessage, endpointsResource } from "./endpoints.ts";
import { EDS } from "./type-url.ts";

const lb = (address: string, port_value: number) => ({ endpoint: { address: { socket_address: { address, port_value } } } });
const set = (...endpoints: { address: string; port: number; zone?: string }[]) => ({ name: "s", endpoints, origins: [] });

test("endpoints stand by zone in code point order, those without one first, and otherwise as given", () => {
  const message = endpointsMessage(
    set(
      { address: "10.0.0.3", port: 1, zone: "b" },
      { address: "10.0.0.2", port: 2 },
      { address: "10.0.0.9", port: 3, zone: "a" },
      { address: "10.0.0.1", port: 4, zone: "b" },
    ),
  );
  expect(message).toEqual({
    cluster_name: "s",
    endpoints: [
      { lb_endpoints: [lb("10.0.0.2", 2)] },
      { locality: { zone: "a" }, lb_endpoints: [lb("10.0.0.9", 3)] },
      { locality: { zone: "b" }, lb_endpoints: [lb("10.0.0.3", 1), lb("10.0.0.1", 4)] },
    ],
  });
});

test("a set may be empty and is a resource all the same", () => {
  const resource = endpointsResource(set());
  expect(resource).toMatchObject({ type: EDS, name: "s", refs: [] });
  expect(decode("google.protobuf.Any", resource.body)).toEqual({ "@type": EDS, cluster_name: "s" });
});
