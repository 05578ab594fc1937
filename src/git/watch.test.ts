import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { until } from "../server/demo/until.ts";
import type { LocalRepository } from "./repository.ts";
import { watchRepository } from "./watch.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A directory with what is watched of a repository, and the looks at it; no event is needed where the interval is short. */
function watched({ intervalMs = 60_000, linked = false, worktree = false, look = async () => {} } = {}) {
  const path = mkdtempSync(join(tmpdir(), "portolan-watch-"));
  closers.push(() => rmSync(path, { recursive: true, force: true }));
  const commonDir = join(path, ".git");
  const gitDir = linked ? join(path, "linked") : commonDir;
  const make = () => {
    for (const folder of [join(commonDir, "refs/heads/deep"), gitDir]) mkdirSync(folder, { recursive: true });
  };
  make();
  const state = { looks: 0, running: 0, mostRunning: 0, found: true };
  const stop = new AbortController();
  const repository: LocalRepository = { gitDir, commonDir, needsNative: undefined, objectFormat: "sha1" };
  const watching = watchRepository(
    () => (state.found ? repository : undefined),
    { path, worktree, intervalMs },
    async () => {
      state.looks++;
      state.mostRunning = Math.max(state.mostRunning, ++state.running);
      await look();
      state.running--;
    },
    stop.signal,
  );
  closers.push(async () => {
    stop.abort();
    await watching;
  });
  /** Runs a change and waits for a look that has begun after it. */
  const noticed = async (change: () => void) => {
    await settled(state);
    const before = state.looks;
    change();
    await until("a look", () => state.looks > before, 5);
  };
  return { path, commonDir, gitDir, make, state, stop, watching, noticed };
}

/** Waits until no look has come for a while, so that the next one has a cause. */
async function settled(state: { readonly looks: number }): Promise<void> {
  let before = -1;
  await until("quiet", async () => {
    const quiet = before === state.looks;
    before = state.looks;
    await new Promise((resolve) => setTimeout(resolve, 60));
    return quiet && before === state.looks;
  });
}

test("every change of HEAD, refs and packed-refs leads to a look", async () => {
  const { commonDir, noticed } = watched();
  for (const file of ["HEAD", "packed-refs", "refs/heads/main", "refs/heads/deep/b"]) {
    await noticed(() => writeFileSync(join(commonDir, file), "1"));
    await noticed(() => writeFileSync(join(commonDir, file), "2"));
  }
  await noticed(() => rmSync(join(commonDir, "refs/heads/main")));
});

test("a linked worktree has its own HEAD and the refs of another place", async () => {
  const { commonDir, gitDir, noticed } = watched({ linked: true });
  await noticed(() => writeFileSync(join(gitDir, "HEAD"), "1"));
  await noticed(() => writeFileSync(join(commonDir, "packed-refs"), "1"));
  await noticed(() => writeFileSync(join(commonDir, "refs/heads/main"), "1"));
});

test("files on disk are watched where they are read", async () => {
  const { path, noticed } = watched({ worktree: true });
  mkdirSync(join(path, "sub"));
  await noticed(() => writeFileSync(join(path, "a.yaml"), "1"));
});

test("without an event the interval looks, also where there is no repository", async () => {
  const { state } = watched({ intervalMs: 5 });
  state.found = false;
  await until("looks", () => state.looks > 5);
  state.found = true;
  const { looks } = state;
  await until("more looks", () => state.looks > looks + 5);
});

test("directories that are removed and made again are watched again", async () => {
  const { commonDir, make, noticed } = watched();
  await noticed(() => {
    rmSync(commonDir, { recursive: true });
    make();
  });
  await noticed(() => writeFileSync(join(commonDir, "refs/heads/main"), "1"));
  await noticed(() => {
    rmSync(join(commonDir, "refs"), { recursive: true });
    make();
  });
  await noticed(() => writeFileSync(join(commonDir, "refs/heads/main"), "2"));
});

test("one look runs at a time, and what happens meanwhile leads to one more", async () => {
  let finish = () => {};
  const look = () => new Promise<void>((resolve) => (finish = resolve));
  const { commonDir, state } = watched({ look });
  await until("the first look", () => state.looks === 1);
  for (let i = 0; i < 20; i++) writeFileSync(join(commonDir, "packed-refs"), String(i));
  finish();
  await until("one more", () => state.looks === 2);
  finish();
  await settled(state);
  expect([state.looks, state.mostRunning]).toEqual([2, 1]);
  closers.push(() => finish());
});

test("the signal ends it when the look has ended, also before the first one", async () => {
  let finish = () => {};
  const { state, stop, watching } = watched({ look: () => new Promise<void>((resolve) => (finish = resolve)) });
  await until("the look", () => state.looks === 1);
  stop.abort();
  let ended = false;
  void watching.then(() => {
    ended = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(ended).toBe(false);
  finish();
  await watching;
  expect(state.looks).toBe(1);
  const none = { looks: 0 };
  await watchRepository(
    () => undefined,
    { path: "/nowhere", intervalMs: 5 },
    async () => void none.looks++,
    AbortSignal.abort(),
  );
  expect(none.looks).toBe(0);
});

test("a look that fails ends it with that fault, and nothing is watched any longer", async () => {
  await expect(
    watchRepository(
      () => undefined,
      { path: "/nowhere", intervalMs: 5 },
      () => Promise.reject(new Error("a defect")),
      new AbortController().signal,
    ),
  ).rejects.toThrow("a defect");
});
