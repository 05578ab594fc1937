import { Client, credentials, Server, ServerCredentials } from "@grpc/grpc-js";
import { register } from "@grpc/grpc-js-xds";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Resource, resource } from "../../src/envoy/resource.ts";
import { EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import { until } from "../../src/server/demo/until.ts";
import { Bench } from "./bench.ts";
import { edsCluster, table } from "./envoy-resources.ts";

const bytes = (value: Buffer) => value;
const path = "/test.Echo/Name";
const backends: Server[] = [];
let bench: Bench;
let client: Client;

beforeEach(async () => {
  bench = await new Bench().start();
  const bootstrap = JSON.stringify({
    node: { id: "caller", cluster: "callers", locality: {} },
    xds_servers: [{ server_uri: `127.0.0.1:${bench.port}`, channel_creds: [{ type: "insecure" }], server_features: ["xds_v3"] }],
  });
  register();
  client = new Client("xds:///shop", credentials.createInsecure(), { "grpc.TEST_ONLY_DO_NOT_USE_IN_PROD.xds_bootstrap_config": bootstrap });
});

afterEach(async () => {
  client.close();
  for (const backend of backends.splice(0)) backend.forceShutdown();
  await bench.stop();
});

/** A gRPC server that answers every call with its name; gives its port. */
async function backend(name: string): Promise<number> {
  const server = new Server();
  backends.push(server);
  const method = { path, requestStream: false, responseStream: false } as const;
  const codec = { requestSerialize: bytes, requestDeserialize: bytes, responseSerialize: bytes, responseDeserialize: bytes };
  server.addService(
    { name: { ...method, ...codec } },
    { name: (_: unknown, answer: (e: null, v: Buffer) => void) => answer(null, Buffer.from(name)) },
  );
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
  });
}

/** Who answers a call to `xds:///shop`. Rejects if the call fails. */
function call(): Promise<string> {
  return new Promise((resolve, reject) => {
    const deadline = new Date(Date.now() + 10_000);
    client.makeUnaryRequest(path, bytes, bytes, Buffer.alloc(0), { deadline }, (error, value) =>
      error ? reject(error) : resolve(String(value)),
    );
  });
}

/** What a gRPC client looks up under its target: a Listener without an address. */
function apiListener(name: string, routes: string): Resource {
  const manager = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: name,
    rds: { route_config_name: routes, config_source: { ads: {}, resource_api_version: "V3" } },
    http_filters: [{ name: "router", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" } }],
  };
  return resource(LDS, name, { name, api_listener: { api_listener: manager } }, [{ type: RDS, name: routes }]);
}

/** Endpoints as a gRPC client wants them: with a weight and a locality. */
function located(name: string, port: number): Resource {
  const endpoint = { address: { socket_address: { address: "127.0.0.1", port_value: port } } };
  const locality = { locality: { region: "here" }, load_balancing_weight: 1, lb_endpoints: [{ endpoint, health_status: "HEALTHY" }] };
  return resource(EDS, name, { cluster_name: name, endpoints: [locality] });
}

test("a gRPC client resolves a name through a snapshot, calls, and follows changes of endpoints and of clusters", async () => {
  const [one, two, three] = [await backend("one"), await backend("two"), await backend("three")];
  bench.publish(1, apiListener("shop", "r"), table("r", "x"), edsCluster("x"), located("x", one));
  expect(await call()).toBe("one");
  bench.publish(2, apiListener("shop", "r"), table("r", "x"), edsCluster("x"), located("x", two));
  await until("the other endpoint", async () => (await call()) === "two");
  bench.publish(3, apiListener("shop", "r"), table("r", "y"), edsCluster("y"), located("y", three));
  await until("the other cluster", async () => (await call()) === "three");
  await until("everything to be accepted", () => bench.fleet.node("caller")?.state === "accepted");
  expect(bench.fleet.node("caller")?.protocol).toBe("sotw");
});
