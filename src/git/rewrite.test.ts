import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Repository, repository } from "../server/demo/repository.ts";
import { openLocalSource } from "./local-source.ts";
import type { Transport } from "./reader.ts";
import type { OnRewrite } from "./rewrite.ts";
import { openObjectStore } from "./store.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function setup(transport: Transport, onRewrite: OnRewrite, ref = "refs/heads/main") {
  const made = repository();
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  closers.push(() => {
    made.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const open = async () => {
    const one = openLocalSource(
      { name: "main", path: made.path, ref, intervalMs: 2000, onRewrite },
      await openObjectStore(dataDir),
      transport,
    );
    closers.push(() => one.close());
    return one;
  };
  return { made, open, local: await open() };
}

const commits = (made: Repository) => [made.commit({ a: "1" }), made.commit({ a: "2" })] as const;
const moveTo = (made: Repository, commit: string) => made.git("reset", "--quiet", "--hard", commit);

/** A commit that comes after `commit` and not after the present tip. */
function rewriteAfter(made: Repository, commit: string): string {
  moveTo(made, commit);
  return made.commit({ a: "other" });
}

describe.each<[Transport]>([["native"], ["isomorphic"]])(
  "a tip that does not move forward, with the %s reader (source/rewritten)",
  (transport) => {
    test.each<[string, (made: Repository, commits: readonly [string, string]) => string]>([
      ["rewritten", (made, [first]) => rewriteAfter(made, first)],
      [
        "moved back",
        (made, [first]) => {
          moveTo(made, first);
          return first;
        },
      ],
      [
        "rewritten, and the old commits are gone",
        (made, [first]) => {
          const tip = rewriteAfter(made, first);
          made.git("reflog", "expire", "--expire=now", "--all");
          made.git("gc", "--quiet", "--prune=now");
          return tip;
        },
      ],
    ])("is held: %s; accepting it lets it pass once", async (_, change) => {
      const { made, local, open } = await setup(transport, "hold");
      const both = commits(made);
      expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid: both[1] } });
      const tip = change(made, both);
      const held = {
        ok: false,
        problem: { code: "source/rewritten", message: expect.stringMatching(`${both[1].slice(0, 12)} to ${tip.slice(0, 12)}`) },
      };
      expect(await local.resolve()).toMatchObject(held);
      expect(await local.resolve()).toMatchObject(held);
      const afterRestart = await open();
      expect(await afterRestart.resolve()).toMatchObject(held);
      expect(local.desired).toBe(both[1]);
      expect(await local.accept("0000000")).toBeUndefined();
      expect(await local.accept(tip.slice(0, 12))).toBe(tip);
      expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid: tip } });
      expect(await local.accept(tip)).toBeUndefined();
    });

    test("ends by itself when the branch is put back, or goes on from the last commit", async () => {
      const { made, local } = await setup(transport, "reject");
      const [first, second] = commits(made);
      await local.resolve();
      const tip = rewriteAfter(made, first);
      expect(await local.resolve()).toMatchObject({ ok: false, problem: { code: "source/rewritten" } });
      expect(await local.accept(tip)).toBeUndefined();
      moveTo(made, second);
      expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid: second } });
      made.git("merge", "--quiet", "--strategy=ours", "--message", "Both", tip);
      expect(await local.resolve()).toMatchObject({ ok: true });
    });

    test("that is accepted stands for no other", async () => {
      const { made, local } = await setup(transport, "hold");
      const [first] = commits(made);
      await local.resolve();
      const tip = rewriteAfter(made, first);
      await local.resolve();
      await local.accept(tip);
      made.git("commit", "--quiet", "--amend", "--message", "Yet another");
      expect(await local.resolve()).toMatchObject({ ok: false, problem: { code: "source/rewritten" } });
    });

    test("is served unless it is said otherwise", async () => {
      const { made, local } = await setup(transport, "allow");
      const [first] = commits(made);
      await local.resolve();
      moveTo(made, first);
      expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid: first } });
    });

    test("is also a tag that names another commit, even a later one", async () => {
      const { made, local } = await setup(transport, "hold", "refs/tags/live");
      made.commit({ a: "1" });
      made.git("tag", "live");
      await local.resolve();
      const tip = made.commit({ a: "2" });
      made.git("tag", "--force", "live");
      expect(await local.resolve()).toMatchObject({ ok: false, problem: { code: "source/rewritten" } });
      expect(await local.accept(tip)).toBe(tip);
      expect(await local.resolve()).toMatchObject({ ok: true, commit: { oid: tip } });
    });
  },
);

test.each<[string, (made: Repository) => void, string]>([
  ["a branch that is gone", (made) => made.git("branch", "--move", "main", "other"), "source/ref-missing"],
  [
    "a repository that is emptied",
    (made) => {
      made.git("rm", "--quiet", "-r", ".");
      made.git("commit", "--quiet", "--message", "Nothing");
    },
    "source/empty",
  ],
])("%s leaves the last commit where it is", async (_, change, code) => {
  const { made, local } = await setup("auto", "hold");
  const [, second] = commits(made);
  await local.resolve();
  change(made);
  expect(await local.resolve()).toMatchObject({ ok: false, problem: { code } });
  expect(local.desired).toBe(second);
});
