import { request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { FakeView } from "../../test/support/fake-view.ts";
import { until } from "../server/demo/until.ts";
import { type Listening, serveHttp } from "./http.ts";

const open: Listening[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function start(view = new FakeView(), publicUrl?: string) {
  const options = { address: { host: "127.0.0.1", port: 0 }, onError: (error: Error) => expect.unreachable(error.message) };
  const listening = await serveHttp(view, { ...options, ...(publicUrl === undefined ? {} : { publicUrl }) });
  open.push(listening);
  return { view, listening, url: `http://127.0.0.1:${listening.port}` };
}

/** Asks with a Host of one's own, which fetch does not allow. */
function statusWithHost(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path: "/healthz", headers: { host }, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on("error", reject);
    asked.end();
  });
}

test("answers on a port that the system has chosen", async () => {
  const { url } = await start();
  const response = await fetch(`${url}/api/v1alpha1/nodes/edge-1`);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ id: "edge-1" });
});

test("the public name is let in, another is not", async () => {
  const { listening } = await start(new FakeView(), "https://portolan.example.com/");
  expect(await statusWithHost(listening.port, "portolan.example.com")).toBe(200);
  expect(await statusWithHost(listening.port, "evil.example.com")).toBe(403);
});

test("a port in use is the system's error", async () => {
  const { listening } = await start();
  const again = serveHttp(new FakeView(), { address: { host: "127.0.0.1", port: listening.port }, onError: () => {} });
  await expect(again).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("closing answers those who wait", async () => {
  const { url, view, listening } = await start();
  const known = (await fetch(`${url}/api/v1alpha1/status`)).headers.get("etag") ?? "";
  const waiting = fetch(`${url}/api/v1alpha1/status?timeout=60`, { headers: { "if-none-match": known } });
  await until("the request to wait", () => view.waiting === 1);
  await listening.close();
  expect((await waiting).status).toBe(304);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

test("a client that goes away is not waited for", async () => {
  const { url, view } = await start();
  const known = (await fetch(`${url}/api/v1alpha1/status`)).headers.get("etag") ?? "";
  const gone = new AbortController();
  const waiting = fetch(`${url}/api/v1alpha1/status?timeout=60`, { headers: { "if-none-match": known }, signal: gone.signal });
  waiting.catch(() => {});
  await until("the request to wait", () => view.waiting === 1);
  gone.abort();
  await until("the wait to end", () => view.waiting === 0);
});
