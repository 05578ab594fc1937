import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../../src/server/demo/until.ts";
import { send } from "./send.ts";
import { type World, world } from "./world.ts";

/** A rate limit service by hand: over the limit is what has a descriptor with the value `much`. */
async function rateLimitService() {
  const sockets = new Set<Socket>();
  const server = createServer();
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("stream", (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const parts: Buffer[] = [];
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("end", () => {
      expect(headers[":path"]).toBe("/envoy.service.ratelimit.v3.RateLimitService/ShouldRateLimit");
      const isOver = Buffer.concat(parts).includes("much");
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      // One message: field 1 (overall_code) is OK or OVER_LIMIT.
      stream.end(Buffer.from([0, 0, 0, 0, 2, 8, isOver ? 2 : 1]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    for (const socket of sockets) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, close };
}

let limiter: Awaited<ReturnType<typeof rateLimitService>>;
let running: World;
let folder: string;

const labels = "labels: {ambassador: [{user: [{request_headers: {key: user, header_name: x-user}}]}]}";
const mapping = `"Mapping m": {hostname: "*", prefix: /, service: one, rewrite: "", ${labels}}, "Mapping free": {hostname: "*", prefix: /free/, service: two}`;
const limited = (service: string, spec: string) =>
  `"RateLimitService rl": {service: "${service}", protocol_version: v3, ${spec}}, ${mapping}`;

beforeAll(async () => {
  limiter = await rateLimitService();
  folder = mkdtempSync(join(tmpdir(), "portolan-replay-"));
  running = await world([
    { name: "limited", documents: limited(`127.0.0.1:${limiter.port}`, "timeout_ms: 5000") },
    { name: "allowing", documents: limited("nobody", "failure_mode_deny: false") },
    { name: "denying", documents: limited("nobody", "failure_mode_deny: true") },
    { name: "closed", documents: limited("one", "failure_mode_deny: true").replace("v3", "v2") },
    {
      name: "logged",
      documents: `"Module ambassador": {config: {envoy_log_path: "${folder}/log", envoy_log_type: json, envoy_log_format: {
        what: "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%", code: "%RESPONSE_CODE%"}}}, ${mapping}`,
    },
  ]);
});

afterAll(async () => {
  await running?.stop();
  await limiter?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function statuses(name: string): Promise<number[]> {
  const ask = async (path: string, user?: string) => {
    const headers: Record<string, string> = user === undefined ? {} : { "x-user": user };
    return (await send(running.ports.get(name) ?? 0, { url: `http://a.example${path}`, headers })).status;
  };
  return [await ask("/x", "little"), await ask("/x", "much"), await ask("/x"), await ask("/free/", "much")];
}

test.each([
  ["limited", [200, 429, 200, 200]],
  ["allowing", [200, 200, 200, 200]],
  ["denying", [500, 500, 200, 200]],
  ["closed", [500, 500, 500, 200]],
])("a rate limit service: %s", async (name, expected) => {
  expect(await statuses(name)).toEqual(expected);
});

test("the access log has a line for every request", async () => {
  await send(running.ports.get("logged") ?? 0, "PUT http://a.example/free/x");
  const lines = () =>
    readFileSync(join(folder, "log"), "utf8")
      .split("\n")
      .filter((line) => line !== "");
  await until("a line in the log", async () => lines().length > 0);
  expect(lines().map((line) => JSON.parse(line))).toEqual([{ what: "PUT /free/x", code: expect.anything() }]);
});
