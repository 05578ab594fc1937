/**
 * Fan-out: publication to last ACK over many streams, by `npm run bench -- fanout [--full] [--peer] [FILTER]`. The server has a process of its own; the clients
 * of all streams share this one, which also takes the times: from the line that makes the server publish to the last ACK that is written. `--full`: every number
 * of streams and routes; `--peer`: go-control-plane beside it (needs Go); `FILTER`: only cases whose row begins so. `ROUNDS`: publications of each case.
 */
import { execFileSync } from "node:child_process";
import { cpus } from "node:os";
import { type Case, measure, type Result } from "./fanout/measure.ts";
import type { Layout } from "./fanout/world.ts";

const rounds = Number(process.env.ROUNDS ?? 7);
const flags = new Set(process.argv.slice(2));
const filter = [...flags].find((one) => !one.startsWith("--")) ?? "";
const mib = 1024 * 1024;
const peer = ".cache/peer/peer";

const servers: { readonly name: string; readonly command: readonly string[]; readonly runs: (one: Case) => boolean }[] = [
  { name: "Portolan", command: [process.execPath, "--expose-gc", "test/bench/fanout/server.ts"], runs: () => true },
];
if (flags.has("--peer")) {
  execFileSync("go", ["build", "-o", `../../../${peer}`, "."], { cwd: "test/bench/peer", stdio: "inherit" });
  const runs = (one: Case) => one.mode === "delta" && !one.whole;
  servers.push({ name: "LinearCache", command: [peer, "linear"], runs });
  // It takes some twenty seconds for one table of 745 KB to 1,000 streams.
  servers.push({
    name: "SnapshotCache",
    command: [peer, "snapshot"],
    runs: (one) => runs(one) && one.streams <= 1000 && one.layout === "tables",
  });
}

function cases(): (Case & { readonly name: string })[] {
  const found: (Case & { readonly name: string })[] = [];
  for (const mode of ["delta", "sotw"] as const) {
    for (const streams of flags.has("--full") ? [100, 1000, 5000] : [1000]) {
      for (const routes of flags.has("--full") ? [100, 10_000] : [10_000]) {
        for (const layout of routes === 100 ? (["tables"] as Layout[]) : (["tables", "table"] as Layout[])) {
          const name = `${mode}, ${streams} streams, ${routes} routes, ${layout === "table" ? "one table" : "a table per 100"}`;
          found.push({ name, mode, streams, routes, layout, clusters: 100, whole: false });
        }
      }
      const whole = { mode, streams, routes: 10_000, layout: "tables", clusters: 2000, whole: true } as const;
      found.push({ name: `${mode}, ${streams} streams, with 2,000 clusters and a listener`, ...whole });
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

function row(result: Result): string {
  const times = [result.p50, result.p99, result.last, result.cpu].map((ms) => ms.toFixed(0));
  const loop = [result.loopP99, result.loopMax].map((ms) => (Number.isNaN(ms) ? "" : ms.toFixed(0)));
  const memory = [result.peak / mib, result.resident / mib, result.residentPerStream / 1024].map((size) => size.toFixed(0));
  return [...times, ...loop, ...memory, (result.heapPerStream / 1024).toFixed(1)].join(" | ");
}

console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, medians of ${rounds}; times in ms, memory in MiB, per stream in KiB\n`,
);
console.log(
  "| case | server | p50 | p99 | last ACK | CPU | loop p99 | loop max | peak above idle | resident idle | RSS per stream | heap per stream |",
);
console.log("|---|---|---|---|---|---|---|---|---|---|---|---|");
for (const one of cases()) {
  for (const { name, command, runs } of servers) {
    if (runs(one)) console.log(`| ${one.name} | ${name} | ${row(await measure(one, command, rounds))} |`);
  }
}
