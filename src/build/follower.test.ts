import { expect, test } from "vitest";
import type { LocalSource, Resolution } from "../git/local-source.ts";
import { MemoryGit } from "../git/memory.ts";
import type { ComposedCommit } from "../git/object.ts";
import { problemAt } from "../problem/problem-at.ts";
import { Follower } from "./follower.ts";
import type { SourceReport } from "./protocol.ts";

const problem = (code: "source/unreachable" | "source/limit") => problemAt(code, code, { source: "main", path: "" });

/** A follower of what the test says: what each look finds, and why the commit is held. */
function follower() {
  const state: {
    finds: Resolution;
    kept: Resolution;
    held: ReturnType<typeof problem> | undefined;
    again: boolean;
    reports: SourceReport[];
    commits: ComposedCommit[];
  } = {
    finds: { ok: false, problem: problem("source/unreachable") },
    kept: { ok: false, problem: problem("source/unreachable") },
    held: undefined,
    again: false,
    reports: [],
    commits: [],
  };
  const source: LocalSource = {
    name: "main",
    resolve: async () => state.finds,
    watch: async () => {},
    history: async () => undefined,
    objects: async () => undefined,
    keep: async () => {},
    restore: async () => {},
    accept: async () => undefined,
    desired: undefined,
    close: async () => {},
  };
  let time = 0;
  const made = new Follower(source, "main", "native", {
    kept: async () => (state.kept.ok ? state.kept.commit : undefined),
    now: () => ++time,
    report: (report) => state.reports.push(report),
    async commit(commit) {
      state.commits.push(commit);
      return { ...(state.held && { sourceHeld: state.held }), again: state.again };
    },
  });
  const look = async () => {
    state.reports.length = 0;
    await made.look();
    return state.reports.map(({ tip, problem: why }) => [tip, why?.code]);
  };
  return { state, look };
}

function found(text: string): Resolution {
  const [commit] = new MemoryGit().snapshot(new Map([["a", text]])).sources;
  if (commit === undefined) throw new Error("a commit has no source");
  return { ok: true, commit };
}

const oid = (resolution: Resolution) => (resolution.ok ? resolution.commit.oid : "");

test("each commit is handed on once, after its report; a fault keeps the last one", async () => {
  const { state, look } = follower();
  expect(await look()).toEqual([[undefined, "source/unreachable"]]);
  const one = found("1");
  state.finds = one;
  expect(await look()).toEqual([[oid(one), undefined]]);
  expect(await look()).toEqual([[oid(one), undefined]]);
  state.finds = { ok: false, problem: problem("source/unreachable") };
  expect(await look()).toEqual([[oid(one), "source/unreachable"]]);
  expect(state.reports).toMatchObject([{ checkedAt: 4, succeededAt: 3 }]);
  expect(state.commits.map((commit) => commit.oid)).toEqual([oid(one)]);
});

test("a commit that is held is reported until another one is not", async () => {
  const { state, look } = follower();
  const [one, two] = [found("1"), found("2")];
  state.finds = one;
  state.held = problem("source/limit");
  expect(await look()).toEqual([
    [oid(one), undefined],
    [oid(one), "source/limit"],
  ]);
  expect(await look()).toEqual([[oid(one), "source/limit"]]);
  state.finds = two;
  state.held = undefined;
  expect(await look()).toEqual([
    [oid(two), "source/limit"],
    [oid(two), undefined],
  ]);
  expect(await look()).toEqual([[oid(two), undefined]]);
});

test("a commit that could not be read is handed on again at the next look, until it could", async () => {
  const { state, look } = follower();
  state.finds = found("1");
  state.again = true;
  await look();
  await look();
  state.again = false;
  await look();
  await look();
  expect(state.commits).toHaveLength(3);
});

test("a source that cannot be read when a server starts is served as it was, and followed once it is back", async () => {
  const { state, look } = follower();
  const old = found("old");
  state.kept = old;
  expect(await look()).toEqual([[oid(old), "source/unreachable"]]);
  expect(await look()).toEqual([[oid(old), "source/unreachable"]]);
  state.finds = old;
  expect(await look()).toEqual([[oid(old), undefined]]);
  expect(state.commits.map((commit) => commit.oid)).toEqual([oid(old)]);
  state.finds = found("new");
  await look();
  expect(state.commits.map((commit) => commit.oid)).toEqual([oid(old), oid(state.finds)]);
});
