/**
 * Commit to accepted: a repository of N Mappings over 100 Hosts, the control plane in a process of its own, two real Envoys (delta and SotW).
 * Prints medians of `rounds` commits that change one Mapping each, the time in each stage, bytes on the wire, memory, and cold starts.
 */
import { readFileSync, rmSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { repository } from "../../src/server/demo/repository.ts";
import { serverProcess } from "../../src/server/demo/server-process.ts";
import { mapping } from "../../src/server/demo/shop.ts";
import { until } from "../../src/server/demo/until.ts";

const rounds = Number(process.env.ROUNDS ?? 15);
const sizes = (process.argv[2] ?? "1000,10000").split(",").map(Number);

interface Node {
  readonly id: string;
  readonly target?: string;
  readonly state: string;
}

/** Mapping `i` of the repository; `step` changes what it does. */
function nth(i: number, step = 0): string {
  return mapping(
    `m-${i}`,
    `hostname: host-${i % 100}.example.com\nprefix: /m-${i}/\nservice: 127.0.0.1:${20_000 + (i % 500)}\ntimeout_ms: ${3000 + step}`,
  );
}

function files(count: number, ports: { delta: number; sotw: number }): Record<string, string> {
  const all: Record<string, string> = {};
  for (const [name, port] of Object.entries(ports)) {
    all[`listeners/${name}.yaml`] =
      `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: ${name}}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;
    all[`fleets/${name}.yaml`] =
      `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}}\nspec:\n  nodes: {id: [${name}]}\n  documents: {exclude: ["listeners/${name === "delta" ? "sotw" : "delta"}.yaml"]}\n  proxy: {bindAddress: 127.0.0.1}\n`;
  }
  for (let i = 0; i < 100; i++) {
    all[`hosts/${i}.yaml`] =
      `apiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: host-${i}}\nspec: {hostname: host-${i}.example.com, requestPolicy: {insecure: {action: Route}}}\n`;
  }
  for (let i = 0; i < count; i++) all[`mappings/${i % 100}/${i}.yaml`] = nth(i);
  return all;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
}

async function run(count: number): Promise<void> {
  const repo = repository();
  const ports = { delta: await freePort(), sotw: await freePort() };
  repo.commit(files(count, ports), "Open");
  let started = performance.now();
  const server = await serverProcess(repo.path);
  const coldEmpty = performance.now() - started;
  const envoys = [
    await envoyProcess({ id: "delta", xdsPort: server.xdsPort, mode: "delta" }),
    await envoyProcess({ id: "sotw", xdsPort: server.xdsPort, mode: "sotw" }),
  ];
  const accepted = (sha: string) =>
    until(
      `both to accept ${sha}`,
      async () => {
        const { items } = await server.get<{ items: Node[] }>("/api/v1alpha1/nodes");
        return items.length === 2 && items.every((node) => node.target === sha && node.state === "accepted");
      },
      60,
    );
  try {
    await accepted(repo.git("rev-parse", "HEAD"));
    const total: number[] = [];
    const stages = new Map<string, number[]>();
    for (let i = 0; i < rounds; i++) {
      const index = (i * 37) % count;
      const sha = repo.commit({ [`mappings/${index % 100}/${index}.yaml`]: nth(index, i + 1) });
      const committed = performance.now();
      await accepted(sha);
      total.push(performance.now() - committed);
      const manifest = await server.get<{ stages_ms: Record<string, number> }>(`/api/v1alpha1/snapshots/${sha}?fleet=delta`);
      for (const [stage, ms] of Object.entries(manifest.stages_ms)) stages.set(stage, [...(stages.get(stage) ?? []), ms]);
    }
    const metrics = await (await fetch(`${server.api}/metrics`)).text();
    const resident = residentMiB(server.pid);
    started = performance.now();
    await server.restart();
    const coldFilled = performance.now() - started;
    console.log(
      `| ${count} | ${median(total).toFixed(0)} | ${[...stages].map(([stage, ms]) => `${stage} ${median(ms).toFixed(1)}`).join(", ")} | ${resident.toFixed(0)} | ${(coldEmpty / 1000).toFixed(2)} | ${(coldFilled / 1000).toFixed(2)} |`,
    );
    for (const line of metrics.split("\n"))
      if (/event_loop_delay|response_bytes_(sum|count)/.test(line) && !line.startsWith("#")) console.log(`    ${line}`);
  } finally {
    for (const envoy of envoys) await envoy.stop();
    await server.stop();
    repo.remove();
    rmSync(join(server.dataDir, ".."), { recursive: true, force: true });
  }
}

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds; times in ms, medians\n`);
console.log("| Mappings | commit → accepted by both | stages | resident MiB | cold start, empty (s) | filled (s) |");
console.log("|---|---|---|---|---|---|");
for (const size of sizes) await run(size);
