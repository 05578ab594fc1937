/**
 * A year in a minute: thousands of commits, each changing one Mapping, built one after the other as fast as they go by a server in a process of its own.
 * Prints resident memory, and what lies on disk, every 500 commits: both should stay as they are once `snapshots.keep` is reached, but for the objects
 * of git and the history.
 */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../src/server/demo/repository.ts";
import { serverProcess } from "../../src/server/demo/server-process.ts";
import { mapping } from "../../src/server/demo/shop.ts";
import { until } from "../../src/server/demo/until.ts";

const commits = Number(process.env.COMMITS ?? 5000);
const mappings = 300;

function nth(i: number, step: number): string {
  return mapping(
    `m-${i}`,
    `hostname: host-${i % 100}.example.com\nprefix: /m-${i}/\nservice: 127.0.0.1:${20_000 + (i % 50)}\ntimeout_ms: ${3000 + step}`,
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}

/** Bytes of all files below a folder, and how many they are. */
function sizeOf(folder: string): { bytes: number; files: number } {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return { bytes: paths.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0), files: paths.length };
}

function resident(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
}

const repo = repository();
const files: Record<string, string> = {
  "listener.yaml":
    "apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n",
};
for (let i = 0; i < mappings; i++) files[`mappings/${i % 100}/${i}.yaml`] = nth(i, 0);
repo.commit(files, "Open");
const server = await serverProcess(repo.path);
const branch = join(repo.path, repo.git("rev-parse", "--git-path", "refs/heads/main"));

console.log("| commits | commits/s | resident MiB | archives MiB (files) | history MiB | objects.git MiB |");
console.log("|---|---|---|---|---|---|");
let started = performance.now();
try {
  for (let step = 1; step <= commits; step++) {
    const index = (step * 37) % mappings;
    // Made beside the branch, so that the server does not see it half done.
    const path = `mappings/${index % 100}/${index}.yaml`;
    const file = join(repo.path, path);
    writeFileSync(file, nth(index, step));
    repo.git("add", path);
    const tree = repo.git("write-tree");
    const sha = repo.git("commit-tree", tree, "-p", "HEAD", "-m", `Change ${step}`);
    const from = server.log().length;
    writeFileSync(branch, `${sha}\n`);
    await until("the commit", () => server.log().includes(`"to":"${sha}"`, from), 30);
    if (step % 500 !== 0 && step !== 100) continue;
    const { dataDir } = server;
    const archives = sizeOf(join(dataDir, "snapshots"));
    const history = statSync(join(dataDir, "snapshots/history.jsonl")).size;
    const rate = ((step === 100 ? 100 : step === 500 ? 400 : 500) * 1000) / (performance.now() - started);
    console.log(
      `| ${step} | ${rate.toFixed(0)} | ${mebibytes(resident(server.pid))} | ${mebibytes(archives.bytes - history)} (${archives.files - 1}) | ${mebibytes(history)} | ${mebibytes(sizeOf(join(dataDir, "objects.git")).bytes)} |`,
    );
    started = performance.now();
  }
} finally {
  await server.stop();
  repo.remove();
  rmSync(join(server.dataDir, ".."), { recursive: true, force: true });
}
