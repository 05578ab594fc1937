import { Client, type ClientReadableStream, credentials, type ServiceError } from "@grpc/grpc-js";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lengthDelimited } from "../../src/codec/wire.ts";
import { services } from "../../src/xds/services.ts";
import { Bench } from "./bench.ts";
import { cluster } from "./resources.ts";

const words = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];
const names = ["", "grpc.health.v1.Health", ...services.map(({ name }) => name)];

let bench: Bench;
let client: Client;
beforeEach(async () => {
  bench = await new Bench().start();
  client = new Client(`127.0.0.1:${bench.port}`, credentials.createInsecure());
});
afterEach(async () => {
  client.close();
  await bench.close();
});

const request = (name: string) => Buffer.from(lengthDelimited(1, name));
const asIs = (bytes: Buffer) => bytes;
const read = (bytes: Buffer) => words[bytes[0] === 8 ? (bytes[1] ?? 0) : 0] ?? "?";

/** The answer of `Check`: a status of the service, or the code of the call. */
function check(bytes: Buffer): Promise<string | number> {
  return new Promise((resolve) => {
    client.makeUnaryRequest("/grpc.health.v1.Health/Check", asIs, read, bytes, (error: ServiceError | null, word?: string) =>
      resolve(error?.code ?? word ?? "nothing"),
    );
  });
}

/** All that `Watch` has told so far, and the code it ended with. */
function watch(name: string): { readonly told: string[]; ended?: number; readonly call: ClientReadableStream<string> } {
  const call = client.makeServerStreamRequest("/grpc.health.v1.Health/Watch", asIs, read, request(name));
  const watching: ReturnType<typeof watch> = { told: [], call };
  call.on("data", (word: string) => watching.told.push(word));
  call.on("error", () => {});
  call.on("status", ({ code }) => {
    watching.ended = code;
  });
  return watching;
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test("SEC-05 every service is served from the first snapshot on", async () => {
  for (const name of names) expect([name, await check(request(name))]).toEqual([name, "NOT_SERVING"]);
  bench.publish(1, cluster("a"));
  for (const name of names) expect([name, await check(request(name))]).toEqual([name, "SERVING"]);
});

test("other services are not known", async () => {
  expect(await check(request("envoy.service.runtime.v3.RuntimeDiscoveryService"))).toBe(5);
  const watching = watch("nobody");
  await until(() => watching.told.length > 0);
  bench.publish(1, cluster("a"));
  expect(await check(request(""))).toBe("SERVING");
  expect(watching).toMatchObject({ told: ["SERVICE_UNKNOWN"] });
  expect(watching.ended).toBeUndefined();
  watching.call.cancel();
});

test("a watcher is told what changes, to the end", async () => {
  const watching = watch("");
  await until(() => watching.told.length === 1);
  bench.publish(1, cluster("a"));
  bench.publish(2, cluster("a", "2"));
  await until(() => watching.told.length === 2);
  await bench.stop();
  await until(() => watching.ended !== undefined);
  expect(watching).toMatchObject({ told: ["NOT_SERVING", "SERVING", "NOT_SERVING"], ended: 14 });
});

test("a malformed question is refused", async () => {
  expect(await check(Buffer.from([0x0a, 0x05]))).toBe(3);
});
