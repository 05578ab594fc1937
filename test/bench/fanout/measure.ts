import { CDS, LDS, RDS } from "../../../src/envoy/type-url.ts";
import type { Mode } from "../../../src/xds/event.ts";
import { type Ask, Clients } from "./clients.ts";
import type { World } from "./server.ts";
import { ServerProcess } from "./server-process.ts";
import { tableNames } from "./world.ts";

/** One row of the results, to be measured. */
export interface Case extends World {
  readonly mode: Mode;
  readonly streams: number;
  /** Clusters and listeners are asked for too, as an Envoy does. */
  readonly whole: boolean;
}

/** Medians of the rounds. Times in milliseconds, memory in bytes; NaN: the server does not say. */
export interface Result {
  readonly p50: number;
  readonly p99: number;
  /** To the last ACK. */
  readonly last: number;
  readonly cpu: number;
  /** Highest resident memory during any round, above what was resident before the first. */
  readonly peak: number;
  /** Delay of the event loop during a round. */
  readonly loopP99: number;
  readonly loopMax: number;
  /** With all streams open and nothing to do: resident, and per stream what it has grown. */
  readonly resident: number;
  readonly residentPerStream: number;
  readonly heapPerStream: number;
}

/** Opens the streams of a case and pushes `rounds` times. The command gets the world as JSON behind its arguments. */
export async function measure(one: Case, command: readonly string[], rounds: number): Promise<Result> {
  const { routes, layout, clusters, blob, streams } = one;
  const world = { routes, layout, clusters, streams, ...(blob === undefined ? {} : { blob }) };
  const [program = "", ...args] = command;
  const server = await new ServerProcess(program, [...args, JSON.stringify(world)]).start();
  const clients = new Clients(one.mode, asks(one));
  try {
    const empty = { ...server.usage(), ...(await server.stats()) };
    await clients.open(server.port, streams, streams > 1000 ? 100 : 1);
    const idle = { ...server.usage(), ...(await server.stats()) };
    const runs: Partial<Result>[] = [];
    for (let step = 1; step <= rounds; step++) runs.push(await push(server, clients, streams, step, idle.resident));
    const of = (key: keyof Result) => median(runs.map((run) => run[key] ?? Number.NaN));
    return {
      p50: of("p50"),
      p99: of("p99"),
      last: of("last"),
      cpu: of("cpu"),
      peak: Math.max(...runs.map((run) => run.peak ?? Number.NaN)),
      loopP99: of("loopP99"),
      loopMax: of("loopMax"),
      resident: idle.resident,
      residentPerStream: (idle.resident - empty.resident) / streams,
      heapPerStream: (idle.heap - empty.heap) / streams,
    };
  } finally {
    clients.close();
    await server.stop();
  }
}

async function push(server: ServerProcess, clients: Clients, streams: number, step: number, base: number): Promise<Partial<Result>> {
  server.forgetPeak();
  const { cpu } = server.usage();
  const acks = clients.acks(streams);
  const start = performance.now();
  server.push(step);
  const times = await acks;
  const after = server.usage();
  const at = (share: number) => (times[Math.ceil(share * times.length) - 1] ?? Number.NaN) - start;
  const { p99: loopP99 = Number.NaN, max: loopMax = Number.NaN } = await server.stats();
  return { p50: at(0.5), p99: at(0.99), last: at(1), cpu: after.cpu - cpu, peak: after.peak - base, loopP99, loopMax };
}

function asks(one: Case): Ask[] {
  const routes = { type: RDS, names: tableNames(one.routes, one.blob === undefined ? one.layout : "table") };
  return one.whole ? [{ type: CDS, names: [] }, { type: LDS, names: [] }, routes] : [routes];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
