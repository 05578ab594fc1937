import { expect, test } from "vitest";
import { Engine, type EngineHooks } from "../../src/build/engine.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { inputs } from "../support/build.ts";
import { countingKeeper } from "../support/keeper.ts";
import { plane } from "../support/plane.ts";

const mapping = (prefix: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: m}\nspec: {hostname: "*", prefix: ${prefix}, service: a}\n`;

test("snapshots, and problems that come and go with commits, are events", async () => {
  const { view, events, close } = plane();
  const git = new MemoryGit();
  const hooks: EngineHooks = {
    built: (report) => view.take({ kind: "built", report }),
    counted: (commit, documents) => view.take({ kind: "counted", commit, documents }),
    problems: (commit, problems) => view.take({ kind: "problems", commit, problems }),
  };
  const engine = new Engine(inputs(git), hooks, async () => undefined, countingKeeper());
  const commits = ["7", "8", "/a/"].map((prefix) => git.snapshot(new Map([["m.yaml", mapping(prefix)]])));
  const told: string[][] = [];
  let seen = 0;
  for (const commit of commits) {
    await engine.build(commit);
    await view.settled();
    const next = events.after(seen, 100) ?? [];
    seen += next.length;
    told.push(
      next.map(
        ({ type, fleet, data }) =>
          `${type} ${type.startsWith("problem") ? (data.problem as { code: string }).code : `${fleet} ${data.commit}`}`,
      ),
    );
  }
  await close();
  const [first, second, third] = commits.map(({ oid }) => `default ${oid}`);
  const sorted = told.map((each) => each.sort());
  expect(sorted).toEqual([
    ["problem.opened document/wrong-type", `rollout.started ${first}`, `snapshot.created ${first}`],
    [`rollout.started ${second}`, `rollout.superseded ${first}`, `snapshot.created ${second}`],
    [
      "problem.closed document/wrong-type",
      expect.stringMatching(/^problem.opened /),
      `rollout.started ${third}`,
      `rollout.superseded ${second}`,
      `snapshot.created ${third}`,
    ],
  ]);
});
