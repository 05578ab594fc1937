/**
 * The first copy of a source into an empty data directory, by `npm run bench -- first-copy`: what it takes beside `git clone --bare` of the same repository,
 * which transfers and indexes one pack too. Loose: as commits leave a repository. Packed: as `git gc` or a clone leaves it.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLocalSource } from "../../src/git/local-source.ts";
import type { Transport } from "../../src/git/reader.ts";
import { openObjectStore } from "../../src/git/store.ts";

const files = 10_000;
const rounds = 7;
const folder = mkdtempSync(join(tmpdir(), "portolan-first-copy-"));
const scratch = join(folder, "scratch");

/** Runs git without any configuration of the machine. */
function git(...args: readonly string[]): void {
  const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" };
  execFileSync(
    "git",
    ["-c", "gc.auto=0", "-c", "maintenance.auto=false", "-c", "user.name=Dev", "-c", "user.email=dev@example.com", ...args],
    { env },
  );
}

function makeLoose(path: string): void {
  git("init", "--quiet", "--initial-branch=main", path);
  for (let i = 0; i < files; i++) {
    const team = join(path, `team${i % 100}`);
    mkdirSync(team, { recursive: true });
    const spec = `hostname: h${i % 100}.example.com\n  prefix: /p${i}/\n  service: svc${i}.shop:8080\n`;
    writeFileSync(
      join(team, `route${i}.yaml`),
      `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: m${i}}\nspec:\n  ${spec}`,
    );
  }
  git("-C", path, "add", "--all");
  git("-C", path, "commit", "--quiet", "--message", "Routes");
}

async function copy(path: string, transport: Transport): Promise<void> {
  const store = await openObjectStore(scratch);
  const source = openLocalSource({ name: "main", path, branch: "main", intervalMs: 2000 }, store, transport);
  const resolution = await source.resolve();
  await source.close();
  if (!resolution.ok) throw new Error(resolution.problem.message);
}

const ways: readonly (readonly [string, (path: string) => Promise<void> | void])[] = [
  ["git clone --bare", (path) => git("clone", "--quiet", "--bare", "--no-local", `file://${path}`, scratch)],
  ["copy, git reads", (path) => copy(path, "native")],
  ["copy, isomorphic-git reads", (path) => copy(path, "isomorphic")],
];

/** Milliseconds of each way, round by round, so that what else the machine does meets all of them alike. */
async function measure(path: string): Promise<number[][]> {
  const times: number[][] = ways.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, [, run]] of ways.entries()) {
      rmSync(scratch, { recursive: true, force: true });
      const start = performance.now();
      await run(path);
      times[i]?.push(performance.now() - start);
    }
  }
  return times;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

try {
  const [loose, packed] = [join(folder, "loose"), join(folder, "packed.git")];
  makeLoose(loose);
  git("clone", "--quiet", "--bare", "--no-local", `file://${loose}`, packed);
  for (const [name, path] of [
    ["loose", loose],
    ["packed", packed],
  ] as const) {
    const times = (await measure(path)).map(median);
    for (const [i, [way]] of ways.entries()) {
      const ms = times[i] ?? 0;
      process.stdout.write(
        `${name.padEnd(8)}${way.padEnd(28)}${ms.toFixed(0).padStart(7)} ms${(ms / (times[0] ?? 1)).toFixed(1).padStart(7)}\n`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
