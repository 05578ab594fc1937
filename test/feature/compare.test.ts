import { afterAll, beforeAll, expect, test } from "vitest";
import { buildFiles } from "../../src/build/offline.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { systemClock } from "../../src/xds/clock.ts";
import { startXds, type XdsServer } from "../../src/xds/server.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { cli } from "../support/cli.ts";
import { NewestForAll } from "../support/newest-for-all.ts";

const listener = (port: number) => `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: ${port}, bind_address: 127.0.0.1, protocol: HTTP, securityModel: XFP, l7Depth: 1, hostBinding: {namespace: {from: ALL}}}
---
`;
const host = (name: string, hostname: string) => `apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: ${name}}
spec: {hostname: "${hostname}", requestPolicy: {insecure: {action: Route}}}
---
`;
const mapping = (name: string, spec: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: ${name}}\nspec: {${spec}}\n---\n`;

const upstream = `apiVersion: portolan.dev/v1alpha1
kind: Upstream
metadata: {name: cart}
spec: {addresses: ["192.0.2.7:8080", "192.0.2.8:8080"]}
---
`;
const cart = mapping("cart", 'hostname: "shop.example.com", prefix: /cart/, service: cart, timeout_ms: 9000, num_retries: 2');
const documents = (port: number) =>
  [
    listener(port),
    host("shop", "shop.example.com"),
    host("any", "*.example.com"),
    upstream,
    cart,
    mapping("root", 'hostname: "*", prefix: /, service: 192.0.2.1:8081, rewrite: ""'),
    mapping("old", 'hostname: "*", prefix: /old/, service: 192.0.2.1, host_redirect: true, redirect_response_code: 308'),
    mapping("stable", 'hostname: "*.example.com", prefix: /q/, service: 192.0.2.2'),
    mapping("canary", 'hostname: "*.example.com", prefix: /q/, service: 192.0.2.3, weight: 30, timeout_ms: 500'),
    mapping("split", 'hostname: "*", prefix: /s/, service: 192.0.2.2'),
    mapping("split2", 'hostname: "*", prefix: /s/, service: 192.0.2.3, weight: 7'),
    mapping("regex", 'hostname: "*", prefix: "/v[0-9]+/x", prefix_regex: true, service: 192.0.2.2, method: PUT, headers: {x-a: b}'),
    'apiVersion: getambassador.io/v3alpha1\nkind: AuthService\nmetadata: {name: auth}\nspec: {auth_service: "192.0.2.9:80", proto: grpc, protocol_version: v3}\n---\n',
    mapping("secret", 'hostname: "*", prefix: /secret/, service: 192.0.2.2, auth_context_extensions: {key: hunter2}'),
    mapping("api", "hostname: api.example.com, prefix: /, service: 192.0.2.2, cors: {origins: [https://example.com]}"),
  ].join("");

let server: XdsServer;
let envoy: EnvoyProcess;
let files: string;
let port: number;
beforeAll(async () => {
  port = await freePort();
  files = documents(port);
  const { fleets, problems } = await buildFiles(new Map([["all.yaml", files]]));
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const fleetState = new FleetState({ now: systemClock.now, resolve: async () => [] });
  const assignment = new NewestForAll();
  const pool = new SnapshotPool();
  const snapshot = fleets[0]?.snapshot as Snapshot;
  server = await startXds({ address: { host: "127.0.0.1", port: 0 }, instance: "test", assignment, fleetState, pool, hooks: {} });
  assignment.publish(snapshot);
  pool.add(snapshot);
  server.publish();
  envoy = await envoyProcess({ id: "e1", xdsPort: server.port, mode: "delta" });
  const has = async (text: string) => (await (await fetch(`${envoy.admin}/config_dump`)).text()).includes(text);
  await until("the configuration", async () => (await has(`"port_value": ${port}`)) && (await has("dynamic_route_configs")));
});
afterAll(async () => {
  await envoy?.stop();
  await server?.close();
});

test("an Envoy that runs these files has every route equal", async () => {
  const { code, stdout, stderr } = await cli(["compare", "-", "--config-dump", envoy.admin], { stdin: files });
  expect([stderr, code]).toEqual(["", 0]);
  expect(stdout).toMatch(/^(\d\d) of \1 routes equal\n$/);
});

test("what other files would change is told with its place", async () => {
  const changed = files
    .replace("timeout_ms: 9000", "timeout_ms: 4000")
    .replace("192.0.2.8", "192.0.2.9")
    .replace("prefix: /old/", "prefix: /older/")
    .replace("x-a: b", "x-a: c")
    .replace("{key: hunter2}", "{other: hunter2}");
  const { code, stdout } = await cli(["compare", "-", "--config-dump", envoy.admin], { stdin: changed });
  expect(code).toBe(1);
  expect(stdout).not.toContain("hunter2");
  const text = stdout.replaceAll(`  ${port} `, "  ");
  expect(text).toMatch(/^14 of 28 routes equal\n\nmissing here \(8\)\n/);
  for (const lines of [
    "  shop.example.com /old/\n",
    "  shop.example.com ~ /v[0-9]+/x :method=PUT x-a=b x-forwarded-proto=https\n",
    '  shop.example.com /cart/  stdin.yaml:21\n    upstream.addresses: ["192.0.2.7:8080","192.0.2.8:8080"] → ["192.0.2.7:8080","192.0.2.9:8080"]\n',
    "\nother timeout: 9s → 4s (2)\n  shop.example.com /cart/ x-forwarded-proto=https  stdin.yaml:21\n",
    "\nonly here (8)\n",
    "  *.example.com /older/  stdin.yaml:31\n",
  ])
    expect(text).toContain(lines);
});
