import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { CDS } from "../../src/envoy/type-url.ts";
import { Bench } from "../protocol/bench.ts";
import { Connection } from "../protocol/client/connection.ts";
import { methodPath } from "../protocol/client/method.ts";
import { until } from "../protocol/client/until.ts";
import { modeOf, type Variant } from "../protocol/client/variant.ts";
import { encodeRequest } from "../protocol/messages.ts";
import { cluster } from "../protocol/resources.ts";
import { long } from "../support/long.ts";

const perConnection = 100;
const connections = long(50);
/** What the heap may have grown by in the end, in bytes: in a long run less than 50 for each stream. */
const slack = 4 * 1024 * 1024;

const variants: readonly Variant[] = ["S", "SA", "D", "DA"];

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Opens streams, of which some are read and some answered, and ends them: each by a reset, or all with their connection. */
async function abandon(bench: Bench, variant: Variant, cut: boolean): Promise<void> {
  const connection = new Connection(bench.port);
  const request = encodeRequest(modeOf(variant), { node: "n1", type: CDS });
  let answers = 0;
  const calls = Array.from({ length: perConnection }, () => connection.call(methodPath(variant, CDS), () => answers++));
  for (const call of calls) call.write(request);
  await until(
    () => "some answers",
    () => answers > perConnection / 2,
  );
  if (!cut) for (const call of calls) call.reset();
  connection.close();
}

/** What lives once all streams are gone. */
async function living(bench: Bench): Promise<{ readonly heap: number; readonly handles: number }> {
  await until(
    () => "the streams to be gone",
    () => bench.fleet.node("n1")?.state === "offline",
  );
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
  return { heap: process.memoryUsage().heapUsed, handles: process.getActiveResourcesInfo().length };
}

test(
  "FLO-03 S SA D DA: streams that are reset and connections that are cut leave nothing behind",
  async () => {
    const bench = await new Bench().start();
    bench.publish(1, cluster("a"));
    const storm = async (count: number) => {
      for (let i = 0; i < count; i++) {
        for (const variant of variants) await abandon(bench, variant, i % 2 === 0);
        // What is remembered of them for the test is no leak.
        bench.counted.length = 0;
        bench.ends.length = 0;
      }
      return living(bench);
    };
    const before = await storm(3);
    const after = await storm(Math.ceil(connections / variants.length));
    await bench.close();
    expect(after.handles).toBeLessThanOrEqual(before.handles + 1);
    expect(after.heap - before.heap).toBeLessThan(slack);
  },
  long(30_000),
);
