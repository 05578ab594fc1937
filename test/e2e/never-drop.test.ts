import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../src/server/demo/ask.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { mapping, shop } from "../../src/server/demo/shop.ts";
import { traffic } from "../../src/server/demo/traffic.ts";
import { until } from "../../src/server/demo/until.ts";
import { type Upstream, upstream } from "../../src/server/demo/upstream.ts";

let repo: Repository;
let server: ServerProcess;
const upstreams: Upstream[] = [];
const envoys: EnvoyProcess[] = [];
let ports: number[];

beforeAll(async () => {
  upstreams.push(await upstream("cart"), await upstream("web"));
  const [cart, web] = upstreams.map((one) => one.port) as [number, number];
  const [delta, sotw] = [await freePort(), await freePort()];
  ports = [delta, sotw];
  repo = repository();
  repo.commit(shop({ delta, sotw, cart, web }));
  server = await serverProcess(repo.path);
  envoys.push(await envoyProcess({ id: "delta", xdsPort: server.xdsPort, mode: "delta" }));
  envoys.push(await envoyProcess({ id: "sotw", xdsPort: server.xdsPort, mode: "sotw" }));
  for (const port of ports) await until(`port ${port}`, async () => (await ask(port, "http://shop.example.com/")).status === 200);
}, 60_000);

afterAll(async () => {
  for (const envoy of envoys) await envoy.stop();
  await server?.stop();
  for (const one of upstreams) await one.close();
  repo?.remove();
});

test("100 commits that add, change, move and remove routes and clusters, and not one request fails", async () => {
  const [cart, web] = upstreams as [Upstream, Upstream];
  // The path always has a route, but where it leads, by which cluster, in which file and with what around it changes with every commit.
  const load = traffic(ports, "http://shop.example.com/moving/");
  const variants = [
    (i: number) => ({
      "mappings/moving.yaml": mapping(
        "moving",
        `hostname: shop.example.com\nprefix: /moving/\nservice: 127.0.0.1:${i % 4 ? cart.port : web.port}`,
      ),
    }),
    (i: number) => ({
      "mappings/moving.yaml": mapping(
        "moving",
        `hostname: shop.example.com\nprefix: /moving/\nservice: cart\nconnect_timeout_ms: ${1000 + i}`,
      ),
    }),
    (i: number) => ({
      "mappings/moving.yaml": null,
      "mappings/moved.yaml": mapping("moving", `hostname: "*.example.com"\nprefix: /moving/\nservice: web-${i}`),
      [`upstreams/web-${i}.yaml`]: upstreamFile(`web-${i}`, web.port),
    }),
    (i: number) => ({ "mappings/moved.yaml": null, [`upstreams/web-${i - 1}.yaml`]: null }),
    (i: number) => ({
      "mappings/canary.yaml": mapping(
        "canary",
        `hostname: shop.example.com\nprefix: /\nservice: cart\nweight: ${10 + (i % 50)}\nconnect_timeout_ms: ${2000 + i}`,
      ),
    }),
    () => ({ "mappings/canary.yaml": null }),
  ];
  let sha = "";
  for (let i = 0; i < 100; i++) {
    const change = variants[i % variants.length]?.(i) ?? {};
    sha = repo.commit(
      Object.fromEntries(Object.entries(change as Record<string, string | null>).filter(([path, text]) => text !== null || exists(path))),
    );
    await load.atLeast(5);
  }
  await until("both nodes to accept the last commit", async () => {
    const { items } = await server.get<{ items: { target?: string; state: string }[] }>("/api/v1alpha1/nodes");
    return items.length === 2 && items.every((node) => node.target === sha && node.state === "accepted");
  });
  await load.atLeast(50);
  expect(await load.stop()).toEqual({ failed: [] });
}, 180_000);

function exists(path: string): boolean {
  return repo.git("ls-files", "--", path) !== "";
}

function upstreamFile(name: string, port: number): string {
  return `apiVersion: portolan.dev/v1alpha1\nkind: Upstream\nmetadata: {name: ${name}}\nspec: {addresses: ["127.0.0.1:${port}"]}\n`;
}
