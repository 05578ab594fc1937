import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { type Repository, repository } from "../server/demo/repository.ts";
import { diffTrees } from "./diff.ts";
import { openLocalSource } from "./local-source.ts";
import { openReader, type Transport } from "./reader.ts";
import { openObjectStore } from "./store.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A source with a data directory of its own. */
async function setUp(transport: Transport = "auto") {
  const made = repository();
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  const store = await openObjectStore(dataDir);
  const local = openLocalSource({ name: "main", path: made.path, branch: "main", intervalMs: 2000 }, store, transport);
  const reader = await openReader(store.gitDir, { transport });
  closers.push(
    () => made.remove(),
    () => rmSync(dataDir, { recursive: true, force: true }),
    () => reader.close(),
    () => local.close(),
  );
  return { made, store, local, reader };
}

function files(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`d${i % 7}/f${i}.yaml`, `n: ${i}\n`]));
}

/** Commits what is there and one more file at the root, under a name that `git add` would refuse. */
function commitName({ git, path }: Repository, name: string): string {
  const feed = (input: string, ...args: readonly string[]) =>
    execFileSync("git", ["-C", path, ...args], { input, encoding: "utf8" }).trim();
  const blob = feed("odd: 1\n", "hash-object", "-w", "--stdin");
  const tree = feed(`${git("ls-tree", "HEAD")}\n100644 blob ${blob}\t${name}\n`, "mktree");
  const commit = git("commit-tree", "-p", "HEAD", "-m", "Odd", tree);
  git("update-ref", "refs/heads/main", commit);
  return commit;
}

describe.each<[Transport]>([["native"], ["isomorphic"]])("with the %s reader", (transport) => {
  test.each([[".git"], ["..."], ["git~1"]])("a file named %s is one file, whatever git fsck thinks of it", async (name) => {
    const { made, local, reader } = await setUp(transport);
    made.commit(files(400));
    const oid = commitName(made, name);
    const resolution = await local.resolve();
    expect(resolution).toMatchObject({ ok: true, commit: { oid } });
    const tree = resolution.ok ? resolution.commit.tree : "";
    const paths = (await diffTrees(reader, undefined, tree)).map(({ path }) => path);
    expect(paths).toHaveLength(401);
    expect(paths).toContain(name);
  });
});
