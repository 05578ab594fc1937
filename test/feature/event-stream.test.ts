import { expect, test } from "vitest";
import { Metrics } from "../../src/api/metrics.ts";
import { Engine, type EngineHooks } from "../../src/build/engine.ts";
import { AllAtOnce } from "../../src/delivery/all-at-once.ts";
import { EventLog } from "../../src/fleet/event-log.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { ControlPlane } from "../../src/server/control-plane.ts";
import { logger } from "../../src/server/log.ts";
import { inputs } from "../support/build.ts";
import { countingKeeper } from "../support/keeper.ts";

const mapping = (prefix: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: m}\nspec: {hostname: "*", prefix: ${prefix}, service: a}\n`;

test("snapshots, and problems that come and go with commits, are events", async () => {
  const events = new EventLog({ boot: "boot", now: () => 0 });
  const metrics = new Metrics();
  const view = new ControlPlane({
    instance: "test",
    version: "0",
    source: { name: "main", path: "" },
    keep: 10,
    load: () => Promise.reject(new Error("nothing is kept")),
    now: () => 0,
    log: logger("silent"),
    nodes: new FleetState({ now: () => 0, resolve: async () => [], happened: (event) => events.add(event) }),
    delivery: new AllAtOnce(),
    metrics,
    standing: [],
    events,
    published: () => {},
    retarget: () => {},
  });
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
    const next = events.after(seen, 100) ?? [];
    seen += next.length;
    told.push(
      next.map(
        ({ type, fleet, data }) =>
          `${type} ${type.startsWith("problem") ? (data.problem as { code: string }).code : `${fleet} ${data.commit}`}`,
      ),
    );
  }
  metrics.close();
  const [first, second, third] = commits.map(({ oid }) => `snapshot.created default ${oid}`);
  expect(told).toEqual([
    [first, "problem.opened document/wrong-type"],
    [second],
    [third, expect.stringMatching(/^problem.opened /), "problem.closed document/wrong-type"],
  ]);
});
