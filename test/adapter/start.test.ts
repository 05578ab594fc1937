import { afterEach, expect, test } from "vitest";
import { CDS, EDS } from "../../src/envoy/type-url.ts";
import { Client } from "../protocol/client/client.ts";
import { Connection } from "../protocol/client/connection.ts";
import { AdapterClient } from "../protocol/harness/adapter-client.ts";
import { type Adapter, startAdapter } from "./start.ts";

let adapter: Adapter | undefined;
let control: Connection | undefined;
let client: Client | undefined;

afterEach(async () => {
  client?.close();
  control?.close();
  await adapter?.close();
});

async function start(): Promise<{ state: AdapterClient; client: Client }> {
  adapter = await startAdapter({ hosts: ["127.0.0.1"], adapterPort: 0, targetPort: 0 });
  control = new Connection(adapter.adapterPort);
  client = new Client(adapter.targetPort, "DA", "n1");
  return { state: new AdapterClient(control, "n1"), client };
}

test.each(["0.0.0.0", "::", "192.0.2.1"])("refuses to listen on %s", async (host) => {
  await expect(startAdapter({ hosts: ["127.0.0.1", host], adapterPort: 0, targetPort: 0 })).rejects.toThrow("not a loopback address");
});

test("an update changes bytes, whatever its label; other types are not sent again", async () => {
  const { state, client } = await start();
  await state.setState("1", [CDS, EDS], ["A"]);
  client.ask(CDS);
  client.ask(EDS, "A");
  const [clusters, endpoints] = [await client.next(), await client.next()];
  for (const one of [clusters, endpoints]) client.ack(one);
  expect([clusters, endpoints].map(({ type, label }) => [type, label])).toEqual([
    [CDS, "1"],
    [EDS, "1"],
  ]);
  await client.silent();
  await state.change("UpdateResource", CDS, "A", "1");
  const again = await client.next();
  client.ack(again);
  expect(again).toMatchObject({ type: CDS, label: "1", resources: [{ name: "A" }] });
  expect(again.resources[0]?.version).not.toBe(clusters.resources[0]?.version);
  await client.silent();
});

test("names are added to a type that had none, removed, and cleared; streams live on", async () => {
  const { state, client } = await start();
  await state.setState("1", [EDS], ["A"]);
  client.ask(CDS);
  client.ack(await client.next());
  await client.silent();
  await state.change("AddResource", CDS, "B", "1");
  const added = await client.next();
  client.ack(added);
  expect(added.resources.map(({ name }) => name)).toEqual(["B"]);
  await client.silent();
  await state.change("RemoveResource", CDS, "B", "1");
  const removed = await client.next();
  client.ack(removed);
  expect(removed.removed).toEqual(["B"]);
  await state.clearState();
  await client.silent();
});

test("clearing a node that nobody knows is no error", async () => {
  const { state } = await start();
  await state.clearState();
});
