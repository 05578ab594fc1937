import { expect } from "vitest";
import type { TypeUrl } from "../../../src/envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import type { Response } from "../messages.ts";
import { plain } from "../resources.ts";
import { type Scene, scenario } from "./scenario.ts";

const names = Array.from({ length: 60 }, (_, i) => `r${String(i).padStart(2, "0")}`);
const large = (type: TypeUrl) => names.map((name) => plain(type, name, "x".repeat(100_000)));

/** Asks for 6 MiB and takes them as they come: nothing may come before the acceptance of what came before. */
async function taken({ bench, client, type }: Scene): Promise<Response[]> {
  bench.publish(1, ...large(type));
  client.ask(type, "*");
  const responses: Response[] = [];
  while (responses.flatMap(({ resources }) => resources).length < names.length) {
    const response = await client.next();
    responses.push(response);
    await client.silent();
    client.ack(response);
  }
  return responses;
}

function isCut(responses: readonly Response[]): void {
  expect(responses.length).toBeGreaterThanOrEqual(3);
  expect(responses.flatMap(({ resources }) => resources.map(({ name }) => name))).toEqual(names);
  expect(new Set(responses.map(({ nonce }) => nonce)).size).toBe(responses.length);
  expect(new Set(responses.map(({ label }) => label)).size).toBe(1);
}

scenario("DEL-11 D16", { types: [CDS, RDS, EDS, LDS] }, async (scene) => {
  isCut(await taken(scene));
});

scenario("S14", { types: [EDS, RDS] }, async (scene) => {
  isCut(await taken(scene));
});

scenario("S14", { types: [CDS, LDS] }, async (scene) => {
  expect(await taken(scene)).toHaveLength(1);
});

scenario("D16", { types: [EDS], what: "a change between chunks comes with its chunk" }, async ({ bench, client, type }) => {
  bench.publish(1, ...large(type));
  client.ask(type, "*");
  const first = await client.next();
  bench.publish(2, ...large(type).slice(0, -1), plain(type, "r59", "changed"));
  await client.silent();
  client.ack(first);
  let response = await client.next();
  while (response.resources.at(-1)?.name !== "r59") {
    client.ack(response);
    response = await client.next();
  }
  client.ack(response);
  expect(response.resources.at(-1)).toMatchObject({ value: "changed" });
});

scenario("D16", { types: [LDS], what: "a message that removes a listener is whole" }, async ({ bench, client, type }) => {
  bench.publish(1, plain(type, "old"));
  client.ask(type);
  await client.take(type, "old=1");
  bench.publish(2, ...large(type));
  const response = await client.next();
  client.ack(response);
  expect(response.removed).toEqual(["old"]);
  expect(response.resources).toHaveLength(names.length);
});
