import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { bootstrapFile } from "../../test/support/bootstrap-file.ts";
import { validateBootstrap } from "../../test/validate-envoy.ts";
import { encode } from "../codec/encode.ts";
import { violations } from "../codec/rules.ts";
import { type BootstrapOptions, bootstrap } from "./bootstrap.ts";

const options: BootstrapOptions = {
  nodeId: "n1",
  cluster: "edge",
  servers: [{ host: "127.0.0.1", port: 18000 }],
  mode: "delta",
  adminPort: 9901,
};

/** As the specification prints it (xds.md 1.6). */
const specified = JSON.parse(`
{ "node": { "id": "n1", "cluster": "edge" },
  "admin": { "address": { "socket_address": { "address": "127.0.0.1", "port_value": 9901 } } },
  "dynamic_resources": {
    "ads_config": { "api_type": "DELTA_GRPC", "transport_api_version": "V3", "set_node_on_first_message_only": true,
      "grpc_services": [ { "envoy_grpc": { "cluster_name": "portolan",
        "retry_policy": { "retry_back_off": { "base_interval": "0.2s", "max_interval": "2s" } } } } ] },
    "cds_config": { "ads": {}, "resource_api_version": "V3" },
    "lds_config": { "ads": {}, "resource_api_version": "V3" } },
  "layered_runtime": { "layers": [
    { "name": "portolan", "static_layer": { "re2.max_program_size.error_level": 32768 } },
    { "name": "admin", "admin_layer": {} } ] },
  "static_resources": { "clusters": [ {
    "name": "portolan", "type": "STATIC", "connect_timeout": "1s",
    "load_assignment": { "cluster_name": "portolan", "endpoints": [ { "lb_endpoints": [ { "endpoint": { "address": { "socket_address": { "address": "127.0.0.1", "port_value": 18000 } } } } ] } ] },
    "typed_extension_protocol_options": { "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
      "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
      "explicit_http_config": { "http2_protocol_options": { "connection_keepalive": { "interval": "30s", "timeout": "10s" } } } } } } ] } }`);

test("A4 the bootstrap is the one specified", () => {
  expect(bootstrap(options)).toEqual(specified);
});

test("state of the world differs in one word", () => {
  const { ads_config } = specified.dynamic_resources;
  expect(bootstrap({ ...options, mode: "sotw" })).toEqual({
    ...specified,
    dynamic_resources: { ...specified.dynamic_resources, ads_config: { ...ads_config, api_type: "GRPC" } },
  });
});

function control(servers: BootstrapOptions["servers"]) {
  const { static_resources } = bootstrap({ ...options, servers }) as unknown as {
    static_resources: { clusters: [{ type: string; load_assignment: { endpoints: [{ lb_endpoints: unknown[] }] } }] };
  };
  const [cluster] = static_resources.clusters;
  return { type: cluster.type, endpoints: cluster.load_assignment.endpoints[0].lb_endpoints.length };
}

const ipv4 = { host: "127.0.0.1", port: 18000 };
const cases: readonly (readonly [string, BootstrapOptions["servers"], string])[] = [
  ["addresses", [ipv4, { host: "fd00::1", port: 18000 }], "STATIC"],
  ["a name", [{ host: "portolan", port: 18000 }], "STRICT_DNS"],
  ["an address and a name", [ipv4, { host: "portolan.example.com", port: 18001 }], "STRICT_DNS"],
  ["what looks like an address and is none to Envoy", [{ host: "127.1", port: 18000 }], "STRICT_DNS"],
  ["a number, which may be a name", [{ host: "1234", port: 18000 }], "STRICT_DNS"],
];

test.each(cases)("%s are found by the right means", (_, servers, type) => {
  expect(control(servers)).toEqual({ type, endpoints: servers.length });
});

test.each(cases)("Envoy takes a bootstrap with %s", async (_, servers) => {
  for (const mode of ["delta", "sotw"] as const) {
    const made = bootstrap({ ...options, servers, mode });
    expect(violations("envoy.config.bootstrap.v3.Bootstrap", made)).toEqual([]);
    expect(() => encode("envoy.config.bootstrap.v3.Bootstrap", made)).not.toThrow();
    expect(await validateBootstrap(made)).toMatchObject({ ok: true });
  }
});

test.each(["delta", "sotw"] as const)("envoy/bootstrap-%s.json is up to date (node scripts/bootstrap-files.ts writes it)", async (mode) => {
  const text = readFileSync(new URL(`../../envoy/bootstrap-${mode}.json`, import.meta.url), "utf8");
  expect(text).toBe(bootstrapFile(mode));
  expect(await validateBootstrap(JSON.parse(text))).toMatchObject({ ok: true });
});
