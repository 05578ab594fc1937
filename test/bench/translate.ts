/**
 * Translation alone, without git, server and Envoy: N Mappings over 100 Hosts with TLS, ten of them for every Host, each start in a process of its own.
 * Prints first start (nothing is remembered), warm start (parsed files and their soundness are), and the medians of single changes, until the bytes
 * are ready to be served. `PROFILE=directory` leaves a CPU profile of each start and of each kind of change there.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Measured } from "./translate/start.ts";

const sizes = (process.argv[2] ?? "1000,10000").split(",").map(Number);
const start = fileURLToPath(new URL("translate/start.ts", import.meta.url));
const profiles = process.env.PROFILE;

function run(size: number, cache: string, changes: string): Measured {
  const profile =
    profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${size}-${changes}.cpuprofile`];
  const args = [...profile, "--expose-gc", start, String(size), cache, changes];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

const text = (ms: number) => (ms < 20 ? ms.toFixed(1) : ms.toFixed(0));

if (profiles !== undefined) mkdirSync(profiles, { recursive: true });
console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}; ms, in brackets CPU time of the process\n`);
console.log("| Mappings | first start | warm start | one Mapping | one `*` Mapping | the Module | heap / resident MiB |");
console.log("|---|---|---|---|---|---|---|");
for (const size of sizes) {
  const directory = mkdtempSync(join(tmpdir(), "portolan-translate-"));
  try {
    const first = run(size, directory, "first");
    const warm = run(size, directory, "warm");
    const changes = ["mapping", "everywhere", "module"].map((change) => run(size, directory, change));
    const cells = [first, warm, ...changes].map(({ ms, cpu }) => `${text(ms)} (${text(cpu)})`);
    console.log(`| ${size} | ${cells.join(" | ")} | ${first.heapMiB.toFixed(0)} / ${first.residentMiB.toFixed(0)} |`);
    console.log(`    first: ${first.stages}; warm: ${warm.stages}; changes: ${changes.map(({ stages }) => stages).join("; ")}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
