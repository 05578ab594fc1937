import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";

const commit = "eb7172d3d004d9edead626355b67a4205585815d";

/** What an Envoy says that is well and connected, in the words of 1.40. */
const well = {
  version: "9e5580933739775e8bce696a57a2e1bc99368f23/1.40.0/Clean/RELEASE/BoringSSL",
  state: "LIVE",
  stats: {
    "control_plane.connected_state": 1,
    "control_plane.identifier": `portolan/edge/${commit}`,
    "cluster_manager.cds.version_text": `${commit}+0e16378d9427d70d`,
    "cluster_manager.cds.update_rejected": 0,
    "cluster.hello.version_text": `${commit}+6a9e6200fa1476ba`,
    "cluster.hello.warming_state": 0,
    "cluster.portolan.warming_state": 0,
    "listener_manager.lds.version_text": `${commit}+54f0cd04b813a16d`,
    "listener_manager.lds.update_rejected": 0,
    "http.ingress_http.rds.default.http/cleartext.version_text": `${commit}+efa221ea623ab64c`,
    "http.ingress_http.rds.default.http/cleartext.update_rejected": 0,
    "server.days_until_first_cert_expiring": 4_294_967_295,
  } as Record<string, string | number>,
  init: [] as object[],
  admin: { address: { socket_address: { address: "127.0.0.1", port_value: 9901 } } } as object,
  runtime: { layers: [{ name: "portolan", static_layer: { "re2.max_program_size.error_level": 32768 } }] } as object,
};

const answers = (envoy: typeof well): Record<string, unknown> => ({
  "/server_info": { version: envoy.version, state: envoy.state, node: { id: "edge-1", cluster: "default" } },
  "/stats": { stats: [...Object.entries(envoy.stats).map(([name, value]) => ({ name, value })), { histograms: {} }] },
  "/init_dump": { unready_targets_dumps: envoy.init },
  "/config_dump": { configs: [{ bootstrap: { admin: envoy.admin, layered_runtime: envoy.runtime } }] },
});

async function listening(answer: (path: string) => unknown) {
  const server = createServer((request, response) => {
    const body = answer(new URL(request.url ?? "", "http://a").pathname);
    response.writeHead(body === undefined ? 404 : 200).end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.dispose]: () => void server.close() };
}

async function doctor(envoy: Partial<typeof well> = {}, ...argv: readonly string[]) {
  const all = answers({ ...well, ...envoy, stats: { ...well.stats, ...envoy.stats } });
  using admin = await listening((path) => all[path]);
  return await cli(["doctor", "--envoy", `${admin.url}/`, ...argv]);
}

test("an Envoy that is well", async () => {
  expect(await doctor()).toEqual({
    code: 0,
    stderr: "",
    stdout: `ok   envoy: 1.40.0, LIVE, node edge-1 of cluster default
ok   control plane: connected to portolan/edge/eb7172d3d004
ok   CDS: accepted eb7172d3d004
ok   EDS: accepted eb7172d3d004
ok   LDS: accepted eb7172d3d004
ok   RDS: accepted eb7172d3d004
ok   warming: nothing
ok   runtime: re2.max_program_size.error_level is set
ok   admin: listens on 127.0.0.1
ok   certificates: none
`,
  });
  const { stdout } = await doctor({}, "-o", "json");
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    checks: expect.arrayContaining([{ result: "ok", check: "warming", finding: "nothing" }]),
  });
});

test.each<[string, Partial<typeof well>, number, string]>([
  [
    "an old one",
    { version: "a/1.30.1/Clean" },
    1,
    "fail envoy: 1.30.1, LIVE, node edge-1 of cluster default; supported are 1.33 to 1.40; use a newer Envoy\n",
  ],
  ["a new one", { version: "a/1.41.0/Clean" }, 0, "warn envoy: 1.41.0, LIVE, node edge-1 of cluster default; tested are 1.33 to 1.40;"],
  [
    "without a connection",
    { stats: { "control_plane.connected_state": 0 } },
    1,
    "fail control plane: not connected; it was portolan/edge/eb7172d3d004; is portolan serve running, and does the bootstrap name its xDS address?\n",
  ],
  [
    "with rejected listeners",
    { stats: { "listener_manager.lds.update_rejected": 2 } },
    0,
    "warn LDS: accepted eb7172d3d004; updates rejected since it started: 2; portolan status edge-1 names the line\n",
  ],
  [
    "with a rejected table",
    { stats: { "http.ingress_http.rds.default.http/cleartext.update_rejected": 1 } },
    0,
    "warn RDS: accepted eb7172d3d004; updates rejected since it started: 1 of default.http/cleartext;",
  ],
  [
    "with a rejected secret",
    { stats: { "listener.0.0.0.0_8443.server.sds.tls/default/shop.update_rejected": 1 } },
    0,
    "warn SDS: nothing accepted; updates rejected since it started: 1 of tls/default/shop;",
  ],
  [
    "with a listener that waits",
    {
      init: [
        {
          name: "init manager Listener-local-init-manager 0.0.0.0:8080/tcp 10132681537120973596",
          target_names: ["shared target RdsRouteConfigSubscription RDS init main/table"],
        },
      ],
    },
    0,
    "warn warming: 0.0.0.0:8080/tcp waits for route table main/table; what it waits for has not come",
  ],
  ["with a cluster that waits", { stats: { "cluster.cart.warming_state": 1 } }, 0, "warn warming: cluster cart;"],
  ["without the runtime layer", { runtime: {} }, 0, "warn runtime: re2.max_program_size.error_level is not set"],
  [
    "with an open admin interface",
    { admin: { address: { socket_address: { address: "0.0.0.0" } } } },
    0,
    "warn admin: listens on 0.0.0.0, and whoever reaches it can stop this Envoy; bind it to 127.0.0.1\n",
  ],
  [
    "with a certificate",
    { stats: { "server.days_until_first_cert_expiring": 60 } },
    0,
    "ok   certificates: the first expires in 60 days\n",
  ],
  [
    "with an old certificate",
    { stats: { "server.days_until_first_cert_expiring": 5 } },
    0,
    "warn certificates: the first expires in 5 days; renew it\n",
  ],
  ["with a dead certificate", { stats: { "server.days_until_first_cert_expiring": 0 } }, 1, "fail certificates: the first has expired"],
])("an Envoy %s", async (_, envoy, expected, line) => {
  const { code, stdout } = await doctor(envoy);
  expect(stdout).toContain(line);
  expect(code).toBe(expected);
});

test.each<[string, unknown, number, string]>([
  ["accepted", { state: "accepted", converged: commit, target: commit }, 0, "ok   server: accepted in fleet edge, has eb7172d3d004\n"],
  ["behind", { state: "pending", target: commit }, 0, "ok   server: pending in fleet edge, has nothing yet and should have eb7172d3d004\n"],
  ["offline", { state: "offline" }, 1, "fail server: offline in fleet edge, has nothing yet; it has no stream of this node\n"],
  [
    "rejected",
    {
      state: "rejected",
      types: { RDS: { state: "rejected", error: "duplicate domain", at: { source: "main", path: "a.yaml", line: 3 } } },
    },
    1,
    "fail server: rejected in fleet edge, has nothing yet; RDS rejected a.yaml:3: duplicate domain; mend that line\n",
  ],
])("the server has it %s", async (_, node, expected, line) => {
  using server = await listening((path) =>
    path === "/api/v1alpha1/nodes/edge-1" ? { fleet: "edge", types: {}, ...(node as object) } : undefined,
  );
  const { code, stdout } = await doctor({}, "--server-url", server.url);
  expect(stdout).toContain(line);
  expect(code).toBe(expected);
});

test("a server that is not there is told beside the rest", async () => {
  using server = await listening(() => undefined);
  const { code, stdout } = await doctor({}, "--server-url", server.url);
  expect(stdout).toContain("ok   warming: nothing\n");
  expect(stdout).toMatch(/^warn server: what answers at .* is not Portolan \(status 404\)\n$/m);
  expect(code).toBe(0);
});

test("what is no Envoy is code 4", async () => {
  using other = await listening(() => "hello");
  const { code, stdout, stderr } = await cli(["doctor", "--envoy", other.url]);
  expect(stderr).toBe(`error: what answers at ${other.url} is not the admin interface of an Envoy (status 200)\n`);
  expect([code, stdout]).toEqual([4, ""]);
  expect((await cli(["doctor", "--envoy", "here"])).code).toBe(2);
});
