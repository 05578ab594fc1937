import { afterAll, beforeAll, expect, test } from "vitest";
import { ask } from "../../src/server/demo/ask.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { traffic } from "../../src/server/demo/traffic.ts";
import { until } from "../../src/server/demo/until.ts";
import { type Upstream, upstream } from "../../src/server/demo/upstream.ts";
import { type Http2Client, http2Client } from "../support/http2-client.ts";
import { RandomShop } from "../support/random-shop.ts";

const modes = ["delta", "sotw"] as const;
const upstreams: Upstream[] = [];
const envoys: EnvoyProcess[] = [];
let shop: RandomShop;
let repo: Repository;
let server: ServerProcess;
let client: Http2Client;

beforeAll(async () => {
  for (const name of ["one", "two", "three"]) upstreams.push(await upstream(name));
  const ports = { delta: await threePorts(), sotw: await threePorts() };
  shop = new RandomShop(
    20_261_124,
    ports,
    upstreams.map((one) => one.port),
  );
  repo = repository();
  client = http2Client();
  repo.commit(shop.files());
  server = await serverProcess(repo.path);
  for (const mode of modes) envoys.push(await envoyProcess({ id: mode, xdsPort: server.xdsPort, mode }));
  for (const port of shop.ports) await until(`port ${port}`, async () => (await ask(port, shop.url())).status === 200);
}, 60_000);

afterAll(async () => {
  client?.close();
  for (const envoy of envoys) await envoy.stop();
  await server?.stop();
  for (const one of upstreams) await one.close();
  repo?.remove();
});

test("ORD-15, ORD-11, REC-08: 200 random commits over HTTP/1.1 and HTTP/2, five ends of the control plane among them, and not one request fails", async () => {
  const loads = [traffic(shop.ports, () => shop.url()), traffic(shop.ports, () => shop.url(), client.ask)];
  const keepOn = async (count: number) => {
    for (const load of loads) await load.atLeast(count);
  };
  for (let i = 1; i <= 200; i++) {
    repo.commit(shop.change(), `Change ${i}`);
    await keepOn(3);
    if (i % 40 === 20) await restart(keepOn);
  }
  await accepted();
  await keepOn(20);
  for (const load of loads) expect(await load.stop()).toEqual({ failed: [] });
  for (const envoy of envoys) expect(await envoy.stat("listener_manager.lds.update_rejected")).toBe(0);
}, 300_000);

/** Kills the control plane and starts it again at the commit that both have: the delta Envoy must be sent nothing. */
async function restart(keepOn: (count: number) => Promise<void>): Promise<void> {
  await accepted();
  await server.kill("SIGKILL");
  await keepOn(10);
  await server.restart();
  await accepted();
  expect(await resourcesSentToDelta()).toEqual([]);
}

async function accepted(): Promise<void> {
  const sha = repo.git("rev-parse", "HEAD");
  const inStep = async () => {
    const { items } = await server.get<{ items: { target?: string; state: string }[] }>("/api/v1alpha1/nodes");
    if (items.length !== 2 || items.some((node) => node.target !== sha || node.state !== "accepted"))
      throw new Error(JSON.stringify(items));
    return true;
  };
  await until(`both to accept ${sha}`, inStep, 40);
}

/** The server's responses to delta streams that held a resource. */
async function resourcesSentToDelta(): Promise<string[]> {
  const metrics = await (await fetch(`${server.api}/metrics`)).text();
  return metrics.split("\n").filter((line) => /^portolan_xds_responses_total\{.*mode="delta".*reason="(content|answer)"/.test(line));
}

async function threePorts(): Promise<[number, number, number]> {
  return [await freePort(), await freePort(), await freePort()];
}
