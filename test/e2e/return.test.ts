import { createHash, randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FleetJson, ListJson, NodeJson } from "../../src/api/shapes.ts";
import { ask } from "../../src/server/demo/ask.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { mapping, shop } from "../../src/server/demo/shop.ts";
import { traffic } from "../../src/server/demo/traffic.ts";
import { until } from "../../src/server/demo/until.ts";
import { type Upstream, upstream } from "../../src/server/demo/upstream.ts";

const token = randomBytes(32).toString("hex");
const fleets = ["delta", "sotw"];
const url = "http://shop.example.com/moving/";

let repo: Repository;
let server: ServerProcess;
let cart: Upstream;
let web: Upstream;
let taken: Upstream;
const envoys: EnvoyProcess[] = [];
let ports: number[];

beforeAll(async () => {
  [cart, web, taken] = [await upstream("cart"), await upstream("web"), await upstream("taken")];
  const [delta, sotw] = [await freePort(), await freePort()];
  ports = [delta, sotw];
  repo = repository();
  repo.commit({ ...shop({ delta, sotw, cart: cart.port, web: web.port }), ...leading(cart) });
  const sha256 = createHash("sha256").update(token).digest("hex");
  server = await serverProcess(repo.path, { auth: { anonymous: "viewer", tokens: [{ name: "oncall", sha256, roles: ["operator"] }] } });
  envoys.push(await envoyProcess({ id: "delta", xdsPort: server.xdsPort, mode: "delta" }));
  envoys.push(await envoyProcess({ id: "sotw", xdsPort: server.xdsPort, mode: "sotw" }));
  for (const port of ports) await until(`port ${port}`, async () => (await ask(port, url)).upstream === "cart");
}, 60_000);

afterAll(async () => {
  for (const envoy of envoys) await envoy.stop();
  await server?.stop();
  for (const one of [cart, web, taken]) await one?.close();
  repo?.remove();
});

/** A route whose answer says which commit a proxy runs. */
function leading({ port }: Upstream): Record<string, string> {
  return { "mappings/moving.yaml": mapping("moving", `hostname: shop.example.com\nprefix: /moving/\nservice: 127.0.0.1:${port}`) };
}

const fleet = (name: string) => server.get<FleetJson>(`/api/v1alpha1/fleets/${name}`);
const nodes = async () => (await server.get<ListJson<NodeJson>>("/api/v1alpha1/nodes")).items;
const answers = async () => (await Promise.all(ports.map((port) => ask(port, url)))).map((answer) => answer.upstream);
const operate = (...args: string[]) => server.run(...args, "--token", token);

async function completed(commit: string): Promise<void> {
  await until(`both fleets to complete ${commit.slice(0, 12)}`, async () => {
    const all = await Promise.all(fleets.map(fleet));
    return all.every(({ baseline, rollout }) => baseline === commit && rollout?.state === "completed");
  });
}

test("a commit that Envoys reject is taken back from all of them in under a second, and no request fails", async () => {
  const good = repo.git("rev-parse", "HEAD");
  await completed(good);
  const load = traffic(ports, url);
  await load.atLeast(5);
  const listener = `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: taken}\nspec: {port: ${taken.port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;
  const bad = repo.commit({ ...leading(web), "listeners/taken.yaml": listener });
  for (const name of fleets) {
    const held = await until(`${name} to be held`, async () => ((await fleet(name)).hold?.kind === "rejected" ? fleet(name) : false), 5);
    expect(Date.parse(held.hold?.since ?? "") - Date.parse(held.rollout?.started_at ?? "")).toBeLessThan(1000);
  }
  const began = performance.now();
  await until("the answers of before", async () => (await answers()).every((one) => one === "cart"), 5);
  expect(performance.now() - began).toBeLessThan(1000);
  for (const name of fleets) {
    const held = await until(`${name} to be back`, async () => {
      const one = await fleet(name);
      return one.rollout?.state === "returned" && one.hold?.files !== undefined && one;
    });
    expect(held).toMatchObject({
      current: good,
      baseline: good,
      newest: bad,
      hold: { kind: "rejected", commit: bad, by: "portolan", files: [{ path: "listeners/taken.yaml", line: 1, commit: bad }] },
    });
  }
  expect((await nodes()).map(({ state, target }) => [state, target])).toEqual([
    ["accepted", good],
    ["accepted", good],
  ]);
  expect((await server.run("status", "--problems")).stdout).toMatch(/^listeners\/taken\.yaml:1.* error rollout\/held /m);

  // A commit that leaves the culprit as it is waits; one that takes it away goes out.
  const beside = repo.commit({ "README.md": "beside\n" });
  await until("the one beside to be built", async () => (await fleet("delta")).newest === beside);
  expect((await fleet("delta")).current).toBe(good);
  const mended = repo.commit({ "listeners/taken.yaml": null });
  await completed(mended);
  expect(await answers()).toEqual(["web", "web"]);
  expect((await load.stop()).failed).toEqual([]);
}, 60_000);

test("a rollback reaches the proxies within a second though the repository is gone, and a pin outlives kill -9", async () => {
  const bad = repo.git("rev-parse", "HEAD");
  const before = await answers();
  expect(before).toEqual(["web", "web"]);
  rmSync(repo.path, { recursive: true });
  const load = traffic(ports, url);
  await load.atLeast(5);
  for (const name of fleets) {
    const { code, stdout } = await operate("rollback", "--fleet", name, "--reason", "INC-77");
    expect([code, stdout]).toEqual([0, expect.stringMatching(new RegExp(`^${name}: serves [0-9a-f]{12}, pinned by oncall: INC-77`))]);
    const began = performance.now();
    const port = ports[fleets.indexOf(name)] as number;
    await until(`${name} to have it`, async () => (await ask(port, url)).upstream === "cart", 5);
    expect(performance.now() - began).toBeLessThan(1000);
  }
  const pinned = (await fleet("delta")).current;
  expect(pinned).not.toBe(bad);
  await server.kill("SIGKILL");
  await server.restart();
  await until("both nodes to be back", async () => (await nodes()).filter(({ state }) => state === "accepted").length === 2);
  for (const name of fleets)
    expect(await fleet(name)).toMatchObject({ current: pinned, hold: { kind: "pin", by: "oncall", reason: "INC-77" } });
  expect(await answers()).toEqual(["cart", "cart"]);
  expect((await load.stop()).failed).toEqual([]);
  for (const name of fleets) expect((await operate("unpin", "--fleet", name, "--reason", "over")).code).toBe(0);
  await until("what was committed", async () => (await answers()).every((one) => one === "web"));
}, 60_000);
