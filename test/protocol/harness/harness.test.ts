import { afterAll, beforeAll, expect, test } from "vitest";
import { type Adapter, startAdapter } from "../../adapter/start.ts";
import { Client } from "../client/client.ts";
import { Connection } from "../client/connection.ts";
import { AdapterClient } from "./adapter-client.ts";
import { deltaOutlines } from "./delta-outlines.ts";
import { HarnessClient } from "./harness-client.ts";
import { typesByName } from "./outline.ts";
import { sotwOutlines } from "./sotw-outlines.ts";

/** The node of all cases: their streams overlap. */
const node = "test-id";

let adapter: Adapter;
let control: Connection;
const clients: Client[] = [];

beforeAll(async () => {
  adapter = await startAdapter({ hosts: ["127.0.0.1"], adapterPort: 0, targetPort: 0 });
  control = new Connection(adapter.adapterPort);
});

afterAll(async () => {
  for (const client of clients) client.close();
  control.close();
  await adapter.close();
});

const cases = [...sotwOutlines, ...deltaOutlines].flatMap((outline) =>
  outline.variants.flatMap((variant) => outline.rows.map((row) => ({ outline, variant, row }))),
);

test("there are the 18 outlines and 98 cases of the public harness", () => {
  expect(sotwOutlines.length + deltaOutlines.length).toBe(18);
  const counts = Object.fromEntries([...Map.groupBy(cases, ({ variant }) => variant)].map(([variant, of]) => [variant, of.length]));
  expect(counts).toEqual({ S: 24, SA: 26, D: 22, DA: 26 });
});

test.each(cases.map((one) => [one.outline.name, one.variant, one.row.services, one] as const))(
  "harness: %s, %s %s",
  async (_, variant, services, { outline, row }) => {
    const client = new Client(adapter.targetPort, variant, node);
    clients.push(client);
    const state = new AdapterClient(control, node);
    const [type = "", other = ""] = services.split(",").map((name) => typesByName[name] ?? "");
    try {
      await state.setState("1", other === "" ? [type] : [type, other], [...row.resources]);
      const play = { client: new HarnessClient(client), adapter: state, type, other };
      await outline.play(play, { subset: row.resources, r1: "", r2: "", ...row });
    } finally {
      await state.clearState();
    }
  },
);
