/**
 * Fan-out: commit to last ACK over many streams, by `npm run bench -- fanout [--full] [FILTER]`. The server has a process of its own; the clients of all streams
 * share this one. Times are from the line that makes the server publish to the last ACK that is written; medians of `rounds` publications that change one route
 * of one table. `FILTER`: only cases whose row begins so.
 */
import { cpus } from "node:os";
import { CDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import type { Mode } from "../../src/xds/event.ts";
import { type Ask, Clients } from "./fanout/clients.ts";
import type { World } from "./fanout/server.ts";
import { ServerProcess } from "./fanout/server-process.ts";
import { type Layout, tableNames } from "./fanout/world.ts";

interface Case extends World {
  readonly name: string;
  readonly mode: Mode;
  readonly streams: number;
  /** Clusters and listeners are asked for too, as an Envoy does. */
  readonly whole: boolean;
}

/** One publication: milliseconds, and bytes above what was resident before. */
interface Run {
  readonly p50: number;
  readonly p99: number;
  readonly last: number;
  readonly cpu: number;
  readonly peak: number;
  readonly loop: Record<string, number>;
}

const rounds = Number(process.env.ROUNDS ?? 7);
const flags = process.argv.slice(2);
const full = flags.includes("--full");
const filter = flags.find((one) => !one.startsWith("--")) ?? "";
const mib = 1024 * 1024;

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function asks(one: Case): Ask[] {
  const routes = { type: RDS, names: tableNames(one.routes, one.blob === undefined ? one.layout : "table") };
  return one.whole ? [{ type: CDS, names: [] }, { type: LDS, names: [] }, routes] : [routes];
}

async function measure(one: Case): Promise<void> {
  const { routes, layout, clusters, blob } = one;
  const world: World = { routes, layout, clusters, ...(blob === undefined ? {} : { blob }) };
  const server = await new ServerProcess(process.execPath, ["--expose-gc", "test/bench/fanout/server.ts", JSON.stringify(world)]).start();
  const clients = new Clients(one.mode, asks(one));
  try {
    const empty = { usage: server.usage(), own: await server.stats() };
    await clients.open(server.port, one.streams, one.streams > 1000 ? 100 : 1);
    const idle = { usage: server.usage(), own: await server.stats() };
    const runs: Run[] = [];
    for (let step = 1; step <= rounds; step++) {
      const before = server.usage();
      server.forgetPeak();
      const acks = clients.acks(one.streams);
      const start = performance.now();
      server.push(step);
      const times = await acks;
      const after = server.usage();
      const at = (share: number) => (times[Math.ceil(share * times.length) - 1] ?? 0) - start;
      const loop = await server.stats();
      runs.push({ p50: at(0.5), p99: at(0.99), last: at(1), cpu: after.cpu - before.cpu, peak: after.peak - before.resident, loop });
    }
    const of = (pick: (run: Run) => number | undefined) => median(runs.map((run) => pick(run) ?? Number.NaN));
    const row = [
      one.name,
      of((run) => run.p50).toFixed(0),
      of((run) => run.p99).toFixed(0),
      of((run) => run.last).toFixed(0),
      of((run) => run.cpu).toFixed(0),
      (Math.max(...runs.map((run) => run.peak)) / mib).toFixed(0),
      of((run) => run.loop.p99).toFixed(0),
      of((run) => run.loop.max).toFixed(0),
      (idle.usage.resident / mib).toFixed(0),
      ((idle.usage.resident - empty.usage.resident) / one.streams / 1024).toFixed(1),
      (((idle.own.heap ?? 0) - (empty.own.heap ?? 0)) / one.streams / 1024).toFixed(1),
    ];
    console.log(`| ${row.join(" | ")} |`);
  } finally {
    clients.close();
    await server.stop();
  }
}

function cases(): Case[] {
  const found: Case[] = [];
  for (const mode of ["delta", "sotw"] as const) {
    for (const streams of full ? [100, 1000, 5000] : [1000]) {
      for (const routes of full ? [100, 10_000] : [10_000]) {
        for (const layout of routes === 100 ? (["tables"] as Layout[]) : (["tables", "table"] as Layout[])) {
          const name = `${mode}, ${streams} streams, ${routes} routes, ${layout === "table" ? "one table" : "a table per 100"}`;
          found.push({ name, mode, streams, routes, layout, clusters: 100, whole: false });
        }
      }
      const whole = { mode, streams, routes: 10_000, layout: "tables", clusters: 2000, whole: true } as const;
      found.push({ name: `${mode}, ${streams} streams, with 2,000 clusters and listeners`, ...whole });
    }
    found.push({
      name: `${mode}, 1000 streams, 1 MB`,
      mode,
      streams: 1000,
      routes: 1,
      layout: "table",
      clusters: 100,
      whole: false,
      blob: mib,
    });
  }
  return found.filter((one) => one.name.startsWith(filter));
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds; times in ms, memory in MiB, per stream in KiB\n`,
);
console.log("| case | p50 | p99 | last ACK | CPU | peak above base | loop p99 | loop max | resident | RSS per stream | heap per stream |");
console.log("|---|---|---|---|---|---|---|---|---|---|---|");
for (const one of cases()) await measure(one);
