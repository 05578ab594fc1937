/** Commands as users start them, by `npm run bench -- cli`: medians of whole processes over 1,000 documents, with and without what an earlier one has remembered. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../src/server/demo/repository.ts";
import { root } from "../architecture/source-files.ts";

const rounds = Number(process.argv[2] ?? 9);
const caches = mkdtempSync(join(tmpdir(), "portolan-bench-cli-"));
const repo = repository();
const head = (kind: string, name: string, spec: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const mapping = (i: number, timeout: number) =>
  head("Mapping", `m${i}`, `hostname: h${i % 50}.example.com, prefix: /p${i}/, service: "svc${i}:8080", timeout_ms: ${timeout}`);
repo.commit({
  "listener.yaml": head("Listener", "http", "port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}"),
  "host.yaml": head("Host", "any", 'hostname: "*", requestPolicy: {insecure: {action: Route}}'),
  ...Object.fromEntries(Array.from({ length: 998 }, (_, i) => [`team${i % 20}/m${i}.yaml`, mapping(i, 4000)])),
});
repo.commit({ "team1/m1.yaml": mapping(1, 5000) });

/** Seconds from start to end, and of CPU in user mode, of one command. */
function once(argv: readonly string[], warm: boolean): readonly [number, number] {
  const cache = join(caches, warm ? "warm" : "cold");
  if (!warm) rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const script = `TIMEFORMAT='%R %U'; time "$@" > "$OUT" 2>&1`;
  const env = { PATH: process.env.PATH, XDG_CACHE_HOME: cache, OUT: join(caches, "out") };
  const text = execFileSync("bash", ["--norc", "-c", `{ ${script}; } 2>&1 || true`, "bash", join(root, "bin", "portolan"), ...argv], {
    cwd: repo.path,
    env,
    encoding: "utf8",
  });
  const [real = 0, user = 0] = text.trim().split(" ").map(Number);
  return [real, user];
}

function measure(name: string, argv: readonly string[], warm: boolean): void {
  once(argv, warm);
  const times = Array.from({ length: rounds }, () => once(argv, warm));
  const median = (at: 0 | 1) => times.map((time) => time[at]).sort((a, b) => a - b)[rounds >> 1] ?? 0;
  process.stdout.write(`${name.padEnd(28)}${median(0).toFixed(2).padStart(7)} s${median(1).toFixed(2).padStart(9)} s of CPU\n`);
}

try {
  measure("--help", ["--help"], false);
  measure("validate, cold", ["validate"], false);
  measure("validate, with the cache", ["validate"], true);
  measure("diff, cold", ["diff", "HEAD~1..HEAD"], false);
  measure("diff, with the cache", ["diff", "HEAD~1..HEAD"], true);
} finally {
  repo.remove();
  rmSync(caches, { recursive: true });
}
