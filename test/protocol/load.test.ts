import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { CDS, RDS } from "../../src/envoy/type-url.ts";
import { measure } from "../bench/fanout/measure.ts";
import { isLong, long } from "../support/long.ts";
import { Bench } from "./bench.ts";
import type { Call } from "./client/call.ts";
import { Connection } from "./client/connection.ts";
import { methodPath } from "./client/method.ts";
import { until } from "./client/until.ts";
import { encodeRequest } from "./messages.ts";
import { cluster, routes } from "./resources.ts";

const mib = 1024 * 1024;

/** Bytes that live on the heap after a collection. */
function heap(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Opens streams on a connection and cuts each of them in one of three ways: at once, after the first response, with the connection. */
async function churn(port: number, streams: number): Promise<void> {
  const connection = new Connection(port);
  let answered = 0;
  const calls: Call[] = [];
  for (let i = 0; i < streams; i++) {
    const call = connection.call(methodPath("DA", CDS), () => {
      answered++;
      if (i % 3 === 1) call.reset();
    });
    calls.push(call);
    call.write(encodeRequest("delta", { type: CDS, node: "n2" }));
    call.write(encodeRequest("delta", { type: RDS, subscribe: ["t"] }));
    if (i % 3 === 0) call.reset();
  }
  await until(
    () => `${streams} streams to be answered, ${answered} are`,
    () => answered >= Math.floor(streams / 3),
  );
  connection.close();
}

test(
  "FLO-03 streams that are opened and cut leave heap and handles as they were",
  async () => {
    const bench = await new Bench().start();
    try {
      bench.publish(1, ...Array.from({ length: 50 }, (_, i) => cluster(`c${i}`)), routes("t", ["c1"]));
      const gone = () =>
        until(
          () => "all streams to be gone",
          () => bench.fleet.node("n2")?.state === "offline",
        );
      for (let i = 0; i < 5; i++) await churn(bench.port, 100);
      await gone();
      const before = { heap: heap(), handles: process.getActiveResourcesInfo().length };
      for (let i = 0; i < (isLong ? 1_000 : 10); i++) await churn(bench.port, 100);
      await gone();
      bench.counted.length = 0;
      bench.ends.length = 0;
      await until(
        () => `handles: ${process.getActiveResourcesInfo().join(" ")}`,
        () => process.getActiveResourcesInfo().length <= before.handles,
      );
      expect(heap() - before.heap).toBeLessThan(2 * mib);
      expect(bench.failures).toEqual([]);
    } finally {
      await bench.close();
    }
  },
  long(30_000),
);

test(
  "FLO-05 1 MB to many streams takes memory and time within limits",
  async () => {
    const streams = isLong ? 1_000 : 50;
    const world = { routes: 1, layout: "table", clusters: 100, blob: mib } as const;
    const command = [process.execPath, "--expose-gc", "test/bench/fanout/server.ts"];
    const result = await measure({ ...world, mode: "delta", streams, whole: false }, command, isLong ? 10 : 2);
    expect(result.peak).toBeLessThan(150 * mib);
    if (!isLong) return;
    expect(result.loopP99).toBeLessThanOrEqual(50);
    expect(result.last).toBeLessThan(3_300);
    expect(result.cpu).toBeLessThan(1_500);
  },
  long(30_000),
);
