import { afterAll, beforeAll, expect, test } from "vitest";
import type { FleetJson } from "../../src/api/shapes.ts";
import { ask } from "../../src/server/demo/ask.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { mapping, type ShopPorts, shop } from "../../src/server/demo/shop.ts";
import { type Traffic, traffic } from "../../src/server/demo/traffic.ts";
import { until } from "../../src/server/demo/until.ts";
import { type Upstream, upstream } from "../../src/server/demo/upstream.ts";

let repo: Repository;
let server: ServerProcess;
let cart: Upstream;
let web: Upstream;
let envoys: { delta: EnvoyProcess; sotw: EnvoyProcess };
let ports: ShopPorts;
const both = () => [ports.delta, ports.sotw];

beforeAll(async () => {
  [cart, web] = [await upstream("cart"), await upstream("web")];
  ports = { delta: await freePort(), sotw: await freePort(), cart: cart.port, web: web.port };
  repo = repository();
  repo.commit(shop(ports), "Open the shop");
  server = await serverProcess(repo.path);
  envoys = {
    delta: await envoyProcess({ id: "delta", xdsPort: server.xdsPort, mode: "delta" }),
    sotw: await envoyProcess({ id: "sotw", xdsPort: server.xdsPort, mode: "sotw" }),
  };
  await through("https://shop.example.com/", (answer) => answer.upstream === "web");
}, 60_000);

afterAll(async () => {
  await envoys?.delta.stop();
  await envoys?.sotw.stop();
  await server?.stop();
  await cart?.close();
  await web?.close();
  repo?.remove();
});

/** Waits until the answer through both Envoys is as wanted. */
async function through(url: string, wanted: (answer: Awaited<ReturnType<typeof ask>>) => boolean, options = {}): Promise<void> {
  for (const port of both()) {
    await until(`${url} through port ${port}`, async () => wanted(await ask(port, url.replace("https:", "http:"), options)), 10);
  }
}

async function nodesAt(sha: string): Promise<void> {
  await until(`both nodes to accept ${sha.slice(0, 12)}`, async () => {
    const { items } = await server.get<{ items: { id: string; converged?: string; target?: string; state: string }[] }>(
      "/api/v1alpha1/nodes",
    );
    return items.length === 2 && items.every((node) => node.target === sha && node.state === "accepted");
  });
}

test("every kind of route answers through both Envoys", async () => {
  await through("http://shop.example.com/cart/list", (a) => a.upstream === "cart" && a.path === "/list");
  await through("http://shop.example.com/health", (a) => a.upstream === "cart" && a.path === "/health");
  await through("http://shop.example.com/item/42", (a) => a.upstream === "cart" && a.path === "/item/42");
  await through("http://shop.example.com/cart/", (a) => a.upstream === "web", { headers: { "x-beta": "on-purpose" } });
  await through("http://shop.example.com/old/thing", (a) => a.status === 308 && a.headers.location === "http://shop.example.com/new/");
  await through("http://api.example.com/v1/", (a) => a.upstream === "cart");
  await through("http://api.example.com/v1/", (a) => a.upstream === "web", { method: "POST" });
  await through("http://api.example.com/v1/?debug=1", (a) => a.upstream === "web");
  await through("http://admin.example.com/", (a) => a.upstream === "web" && a.headers["x-team"] === "admin");
  await through("http://admin.example.com/internal/", (a) => !a.text.includes("hidden"), { headers: { "x-secret": "hidden" } });
  await through("http://unknown.example.com/", (a) => a.status === 404);
});

test("20 commits are each seen by a request through both within a second", async () => {
  for (let i = 0; i < 20; i++) {
    const sha = repo.commit({
      "mappings/step.yaml": mapping("step", `hostname: shop.example.com\nprefix: /step-${i}/\nservice: ${i % 2 ? "cart" : "web"}`),
    });
    const committed = performance.now();
    await through(`http://shop.example.com/step-${i}/`, (a) => a.upstream === (i % 2 ? "cart" : "web"));
    expect(performance.now() - committed).toBeLessThan(2000);
    if (i === 19) await nodesAt(sha);
  }
}, 60_000);

test("a canary takes its share", async () => {
  repo.commit({ "mappings/canary.yaml": mapping("canary", "hostname: shop.example.com\nprefix: /\nservice: cart\nweight: 30") });
  await through("http://shop.example.com/x", (a) => a.upstream === "cart");
  for (const port of both()) {
    let canary = 0;
    for (let i = 0; i < 2000; i++) if ((await ask(port, "http://shop.example.com/x")).upstream === "cart") canary++;
    expect(canary / 2000).toBeGreaterThan(0.26);
    expect(canary / 2000).toBeLessThan(0.34);
  }
}, 60_000);

test("broken files change nothing for the other routes, and each is named by line and column", async () => {
  const sha = repo.commit({
    "mappings/canary.yaml": null,
    "mappings/syntax.yaml": "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: syntax\n",
    "mappings/typo.yaml": mapping("typo", "hostname: shop.example.com\nprefix: /typo/\nservice: cart\ntimeout_msec: 7"),
    "mappings/regex.yaml": mapping(
      "regex-broken",
      'hostname: shop.example.com\nprefix: "/a(b"\nprefix_regex: true\nrewrite: ""\nservice: cart',
    ),
  });
  await nodesAt(sha);
  await through("http://shop.example.com/cart/list", (a) => a.upstream === "cart");
  await through("http://shop.example.com/typo/x", (a) => a.upstream === "cart");
  const found = await until("the problems", async () => {
    const { items } = await server.get<{
      items: { problem: { code: string; at: { path: string; line: number; column: number; commit: string } } }[];
    }>("/api/v1alpha1/problems");
    return items.length >= 3 && items;
  });
  const at = (path: string) => found.find((item) => item.problem.at.path === path)?.problem;
  expect(at("mappings/syntax.yaml")).toMatchObject({ code: "document/syntax", at: { line: expect.any(Number), commit: sha } });
  expect(at("mappings/typo.yaml")).toMatchObject({ code: "document/unknown-field", at: { line: 8, column: 3 } });
  expect(at("mappings/regex.yaml")).toMatchObject({ code: "document/regex-invalid", at: { line: 6, column: 11 } });
}, 60_000);

test("status, wait and both query APIs name the same commit", async () => {
  const sha = repo.commit({ "mappings/syntax.yaml": null, "mappings/typo.yaml": null, "mappings/regex.yaml": null }, "Mend the routes");
  const waited = await server.run("wait", sha, "--timeout", "20s");
  expect(waited).toMatchObject({ code: 0 });
  expect(waited.stdout).toContain(sha.slice(0, 12));
  const status = await server.run("status", "-o", "json");
  const json = JSON.parse(status.stdout);
  expect(json.nodes.map((node: { id: string; target: string; state: string }) => [node.id, node.target, node.state])).toEqual([
    ["delta", sha, "accepted"],
    ["sotw", sha, "accepted"],
  ]);
  const text = await server.run("status");
  expect(text.stdout).toContain(sha.slice(0, 12));
  const snapshots = await server.get<{ items: { commit: string }[] }>("/api/v1alpha1/snapshots");
  expect(snapshots.items[0]?.commit).toBe(sha);
}, 60_000);

test("the control plane dies in the middle of requests and comes back: no request fails, nothing is sent again to the delta Envoy", async () => {
  const load: Traffic = traffic(both(), "http://shop.example.com/cart/");
  const before = await envoys.delta.stat("listener_manager.lds.update_success");
  const clusters = await envoys.delta.stat("cluster_manager.cds.update_success");
  await server.kill("SIGKILL");
  await load.atLeast(200);
  await server.restart();
  await until(
    "both to be connected again",
    async () =>
      (await envoys.delta.stat("control_plane.connected_state")) === 1 && (await envoys.sotw.stat("control_plane.connected_state")) === 1,
  );
  const { items } = await server.get<{ items: { commit: string }[] }>("/api/v1alpha1/snapshots");
  await nodesAt(items[0]?.commit ?? "");
  await load.atLeast(200);
  expect(await load.stop()).toEqual({ failed: [] });
  expect(await envoys.delta.stat("listener_manager.lds.update_success")).toBe(before);
  expect(await envoys.delta.stat("cluster_manager.cds.update_success")).toBe(clusters);
}, 60_000);

test("a reverted commit brings the old answer back", async () => {
  repo.commit({ "mappings/cart.yaml": mapping("cart", "hostname: shop.example.com\nprefix: /cart/\nservice: web") });
  await through("http://shop.example.com/cart/", (a) => a.upstream === "web");
  repo.git("revert", "--no-edit", "HEAD");
  await through("http://shop.example.com/cart/", (a) => a.upstream === "cart");
}, 60_000);

test("a listener that Envoy refuses is attributed to its file and sent once", async () => {
  const taken = await upstream("taken");
  const sha = repo.commit({
    "listeners/taken.yaml": `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: taken}
spec: {port: ${taken.port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
`,
  });
  const fleet = await until("the return", async () => {
    const one = await server.get<FleetJson>("/api/v1alpha1/fleets/delta");
    return one.hold?.files !== undefined && one.rollout?.state === "returned" && one;
  });
  expect(fleet).toMatchObject({
    newest: sha,
    current: fleet.baseline,
    hold: { kind: "rejected", commit: sha, files: [{ path: "listeners/taken.yaml", line: 1, commit: sha }] },
  });
  const rejected = await envoys.delta.stat("listener_manager.lds.update_rejected");
  await through("http://shop.example.com/cart/", (a) => a.upstream === "cart");
  expect(await envoys.delta.stat("listener_manager.lds.update_rejected")).toBe(rejected);
  expect((await server.run("status")).stdout).toContain("listeners/taken.yaml:1");
  expect(server.log()).toContain("listeners/taken.yaml");
  const mended = repo.commit({ "listeners/taken.yaml": null });
  await nodesAt(mended);
  await taken.close();
}, 60_000);
