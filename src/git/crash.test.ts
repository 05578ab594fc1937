import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { repository } from "../server/demo/repository.ts";
import { diffTrees } from "./diff.ts";
import { openLocalSource } from "./local-source.ts";
import { openReader } from "./reader.ts";
import { openObjectStore } from "./store.ts";

/** Called before every step that a crash could prevent. */
const steps = vi.hoisted(() => ({ before: (): void => {} }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof import("node:fs/promises")>();
  return {
    ...real,
    async open(path: string, ...rest: [string, number]) {
      steps.before();
      const handle = await real.open(path, ...rest);
      const sync = handle.sync.bind(handle);
      handle.sync = () => {
        steps.before();
        return sync();
      };
      return handle;
    },
    rename(from: string, to: string) {
      steps.before();
      return real.rename(from, to);
    },
  };
});

/** A source whose commit is copied to a data directory, and what the data directory would be after a crash at each step. */
async function crashes(count: number) {
  const made = repository();
  const folder = mkdtempSync(join(tmpdir(), "portolan-crash-"));
  const open = async (dataDir: string) => {
    const store = await openObjectStore(dataDir);
    return { store, source: openLocalSource({ name: "main", path: made.path, branch: "main", intervalMs: 2000 }, store) };
  };
  const first = made.commit({ "first.yaml": "first: 1\n" });
  const { source } = await open(join(folder, "live"));
  await source.resolve();
  const second = made.commit(Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i % 3}/f${i}.yaml`, `n: ${i}\n`])));
  const left: string[] = [];
  steps.before = () => {
    const copy = join(folder, `${left.length}`);
    cpSync(join(folder, "live"), copy, { recursive: true });
    left.push(copy);
  };
  const resolution = await source.resolve();
  steps.before = () => {};
  await source.close();
  expect(resolution).toMatchObject({ ok: true, commit: { oid: second } });
  const remove = () => {
    made.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  return { first, second, left, open, remove };
}

test.each([
  ["few", 1, 15],
  ["many", 105, 10],
])(
  "wherever a copy of %s objects ends, the ref names what is whole, and the next start copies the rest and leaves nothing over",
  async (_, count, atLeast) => {
    const { first, second, left, open, remove } = await crashes(count);
    try {
      expect(left.length).toBeGreaterThan(atLeast);
      for (const dataDir of left) {
        const gitDir = join(dataDir, "objects.git");
        const named = execFileSync("git", ["--git-dir", gitDir, "rev-parse", "refs/portolan/desired/main"], { encoding: "utf8" }).trim();
        expect([first, second]).toContain(named);
        execFileSync("git", ["--git-dir", gitDir, "rev-list", "--objects", `${named}^{tree}`], { stdio: "pipe" });
        const { source, store } = await open(dataDir);
        const resolution = await source.resolve();
        await source.close();
        expect(resolution).toMatchObject({ ok: true, commit: { oid: second } });
        const reader = await openReader(store.gitDir, { transport: "isomorphic" });
        expect(await diffTrees(reader, undefined, resolution.ok ? resolution.commit.tree : "")).toHaveLength(count + 1);
        await reader.close();
        expect(readdirSync(join(gitDir, "tmp"))).toEqual([]);
        const packs = readdirSync(join(gitDir, "objects/pack"));
        expect(
          packs.filter((name) => name.endsWith(".pack") && !existsSync(join(gitDir, "objects/pack", name.replace(/pack$/, "idx")))),
        ).toEqual([]);
      }
    } finally {
      remove();
    }
  },
);
