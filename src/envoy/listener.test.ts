import { expect, test } from "vitest";
import { listener } from "../../test/support/arbitrary-model.ts";
import { decode } from "../codec/decode.ts";
import type { ListenerPlan } from "../model/model.ts";
import { listenerMessage, listenerName, listenerResource } from "./listener.ts";
import { LDS, RDS } from "./type-url.ts";

const plan = listener("default.http", 8080);
const managerType = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const manager = {
  "@type": `type.googleapis.com/${managerType}`,
  stat_prefix: "ingress_http",
  use_remote_address: true,
  rds: {
    config_source: { ads: {}, resource_api_version: "V3", initial_fetch_timeout: "0s" },
    route_config_name: "default.http/cleartext",
  },
  http_filters: [
    { name: "envoy.filters.http.cors", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors" } },
    { name: "envoy.filters.http.router", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" } },
  ],
};
const message = {
  name: "127.0.0.1:8080/tcp",
  address: { socket_address: { address: "127.0.0.1", port_value: 8080 } },
  filter_chains: [{ name: "cleartext", filters: [{ name: "envoy.filters.network.http_connection_manager", typed_config: manager }] }],
};

test("A4 a cleartext listener has one chain for all connections, routes by RDS that it waits for, and its filters in order", () => {
  expect(listenerMessage(plan)).toEqual(message);
});

test("what it says arrives on the wire, the timeout of zero included", () => {
  expect(decode("google.protobuf.Any", listenerResource(plan).body)).toEqual({ "@type": LDS, ...message });
});

test("it names its route configurations", () => {
  expect(listenerResource(plan).refs).toEqual([{ type: RDS, name: "default.http/cleartext" }]);
});

test("settings go to the message that they are of", () => {
  const options = [...plan.options, { type: "envoy.config.listener.v3.Listener", value: { per_connection_buffer_limit_bytes: 1024 } }];
  expect(listenerMessage({ ...plan, options })).toEqual({ ...message, per_connection_buffer_limit_bytes: 1024 });
});

test("chains for server names take TLS connections only", () => {
  const chains: ListenerPlan["chains"] = [
    { name: "tls-a.example", transport: "tls", serverNames: ["a.example"], handler: { kind: "http", table: "default.http/tls-a.example" } },
    ...plan.chains,
  ];
  const resource = listenerResource({ ...plan, chains });
  expect(decode("google.protobuf.Any", resource.body)).toMatchObject({
    filter_chains: [
      { name: "tls-a.example", filter_chain_match: { server_names: ["a.example"], transport_protocol: "tls" } },
      { name: "cleartext" },
    ],
  });
  expect(resource.refs.map(({ name }) => name)).toEqual(["default.http/cleartext", "default.http/tls-a.example"]);
});

test("the order of the filters is that of the table, not that of the plan", () => {
  expect(listenerMessage({ ...plan, filters: [...plan.filters].reverse() })).toEqual(message);
});

test.each<[string, Partial<ListenerPlan>]>([
  ["a filter", { filters: [{ filter: "teapot", config: { type: "google.protobuf.Empty", value: {} } }] }],
  ["a language", { language: "latin" }],
])("%s that the table of filters lacks is a bug", (_, part) => {
  expect(() => listenerMessage({ ...plan, ...part })).toThrow("the filter order of");
});

test("two settings that contradict each other are a bug", () => {
  const options = [...plan.options, { type: managerType, value: { stat_prefix: "other" } }];
  expect(() => listenerMessage({ ...plan, options })).toThrow("stat_prefix is set twice");
});

test.each([
  ["0.0.0.0", 8080, "0.0.0.0:8080/tcp"],
  ["::1", 8443, "[::1]:8443/tcp"],
])("on %s, port %i, it is named %s, whatever its document is called", (address, port, name) => {
  for (const called of ["default.http", "other.web"]) expect(listenerName({ ...listener(called, port), address })).toBe(name);
});
