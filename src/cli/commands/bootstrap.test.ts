import { hostname } from "node:os";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { cli } from "../../../test/support/cli.ts";
import { bootstrap } from "../../envoy/bootstrap.ts";

async function shown(...argv: readonly string[]) {
  const { code, stdout, stderr } = await cli(["bootstrap", ...argv]);
  expect([code, stderr]).toEqual([0, ""]);
  return parse(stdout);
}

test("the defaults are a delta client of a control plane on this machine", async () => {
  const servers = [{ host: "127.0.0.1", port: 18000 }];
  expect(await shown()).toEqual(bootstrap({ nodeId: hostname(), cluster: "default", servers, mode: "delta", adminPort: 9901 }));
});

test("every flag", async () => {
  const servers = [
    { host: "10.0.0.1", port: 18000 },
    { host: "portolan.example.com", port: 18001 },
  ];
  const argv = ["--node-id", "edge-1", "--fleet", "edge", "--server", "10.0.0.1:18000", "--server", "portolan.example.com:18001"];
  expect(await shown(...argv, "--sotw", "--admin-port", "0", "--format", "file")).toEqual(
    bootstrap({ nodeId: "edge-1", cluster: "edge", servers, mode: "sotw", adminPort: 0 }),
  );
});

test("json, for a file that ends so", async () => {
  const { stdout } = await cli(["bootstrap", "--node-id", "a", "-o", "json"]);
  expect(JSON.parse(stdout).node).toEqual({ id: "a", cluster: "default" });
});

test("several servers by variable", async () => {
  const { stdout } = await cli(["bootstrap", "-o", "json"], { env: { PORTOLAN_SERVER: "10.0.0.1:1,10.0.0.2:2", PORTOLAN_SOTW: "1" } });
  const config = JSON.parse(stdout);
  expect(config.dynamic_resources.ads_config.api_type).toBe("GRPC");
  expect(config.static_resources.clusters[0].load_assignment.endpoints[0].lb_endpoints).toHaveLength(2);
});
