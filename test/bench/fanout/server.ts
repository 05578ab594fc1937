/**
 * The server under test, in a process of its own. The world comes as JSON in the first argument; it prints its port, then obeys lines on standard input:
 * `push N` publishes another content, `stats` prints the event loop's delay since the last time and the heap, after a collection.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { FleetState } from "../../../src/fleet/state.ts";
import { nextSnapshot, snapshotOf } from "../../../src/snapshot/snapshots.ts";
import { defaultLimits } from "../../../src/xds/limits.ts";
import { startXds } from "../../../src/xds/server.ts";
import { SnapshotPool } from "../../../src/xds/snapshot-pool.ts";
import { NewestForAll } from "../../support/newest-for-all.ts";
import { blob, type Layout, rest, table, tableNames } from "./world.ts";

/** What is served; `blob`: one route configuration of so many bytes in place of the routes. */
export interface World {
  readonly routes: number;
  readonly layout: Layout;
  readonly clusters: number;
  readonly blob?: number;
}

const world = JSON.parse(process.argv[2] ?? "{}") as World;
/** Samples are this far apart, in milliseconds; what a delay shows beyond it is delay. */
const resolution = 5;
const delivery = new NewestForAll();
const pool = new SnapshotPool();
const fleetState = new FleetState({ now: Date.now, resolve: async () => [] });
const changed = (step: number, i: number) =>
  world.blob === undefined ? table(i, world.routes, world.layout, step) : blob(world.blob, step);
const commit = (step: number) => (step + 1).toString(16).padStart(40, "0");

const server = await startXds({
  address: { host: "127.0.0.1", port: 0 },
  instance: "bench",
  // All clients are one peer here.
  limits: { ...defaultLimits, newStreams: { perSecond: 1e6, burst: 1e6 }, newStreamsPerPeer: { perSecond: 1e6, burst: 1e6 } },
  assignment: delivery,
  fleetState,
  pool,
  hooks: {
    failed: (error) => {
      console.error(error);
      process.exit(1);
    },
  },
});
const tables = world.blob === undefined ? tableNames(world.routes, world.layout).map((_, i) => changed(0, i)) : [changed(0, 0)];
let current = snapshotOf(commit(0), "default", [...tables, ...rest(world.routes, world.layout, world.clusters)]);

function publish(): void {
  delivery.publish(current);
  pool.add(current);
  server.publish();
}

publish();
const delay = monitorEventLoopDelay({ resolution });
delay.enable();
console.log(JSON.stringify({ port: server.port }));

for await (const line of createInterface({ input: process.stdin })) {
  const [command, argument] = line.split(" ");
  if (command === "push") {
    const step = Number(argument);
    current = nextSnapshot(current, commit(step), "default", [changed(step, step % tables.length)], []);
    publish();
  }
  if (command === "stats") {
    const loop = { p99: delay.percentile(99) / 1e6 - resolution, max: delay.max / 1e6 - resolution };
    globalThis.gc?.();
    // The collection is no part of what is measured next.
    await setTimeout(4 * resolution);
    console.log(JSON.stringify({ ...loop, heap: process.memoryUsage().heapUsed }));
    delay.reset();
  }
}
process.exit(0);
