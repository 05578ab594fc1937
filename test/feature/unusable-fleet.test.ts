import { expect, test } from "vitest";
import { Engine, type EngineHooks } from "../../src/build/engine.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { inputs } from "../support/build.ts";
import { countingKeeper } from "../support/keeper.ts";
import { plane } from "../support/plane.ts";

const fleet = (spec: string) => `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: edge}\nspec: {${spec}}\n`;
const listener = (port: number) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;
const node = { id: "edge-1", cluster: "", region: "", zone: "", metadata: {}, envoyVersion: "1.40.0" };

/** A server without its ports: what it would give the node after each commit. */
function server(git: MemoryGit) {
  const { view, delivery, close } = plane();
  const hooks: EngineHooks = {
    built: (report) => view.take({ kind: "built", report }),
    counted: (commit, documents) => view.take({ kind: "counted", commit, documents }),
    problems: (commit, problems) => view.take({ kind: "problems", commit, problems }),
  };
  const engine = new Engine(inputs(git), hooks, async () => undefined, countingKeeper());
  return {
    view,
    close,
    async commit(files: Record<string, string>) {
      const commit = git.snapshot(new Map(Object.entries(files)));
      await engine.build(commit);
      await delivery.idle();
      return { oid: commit.oid, target: delivery.target(node) };
    },
  };
}

test("a fleet whose document becomes unusable keeps its nodes and its snapshot, and goes on when it is mended", async () => {
  const { commit, view, close } = server(new MemoryGit());
  try {
    const good = await commit({ "fleet.yaml": fleet("nodes: {}"), "a.yaml": listener(80) });
    expect(good.target).toMatchObject({ fleet: "edge", snapshot: { commit: good.oid } });
    for (const broken of [fleet("nodes: 5"), fleet("nodes: {")]) {
      const bad = await commit({ "fleet.yaml": broken, "a.yaml": listener(81) });
      expect(bad.target).toEqual(good.target);
      expect(view.problems().map(({ code }) => code)).toContain("fleet/unusable");
    }
    const mended = await commit({ "fleet.yaml": fleet("nodes: {}"), "a.yaml": listener(81) });
    expect(mended.target).toMatchObject({ fleet: "edge", snapshot: { commit: mended.oid } });
    expect(view.problems()).toMatchObject([{ code: "ambassador/no-hosts" }]);
  } finally {
    await close();
  }
});

test("a server that starts with it is not ready and admits nobody", async () => {
  const { commit, view, close } = server(new MemoryGit());
  try {
    expect((await commit({ "fleet.yaml": fleet("nodes: 5"), "a.yaml": listener(80) })).target).toEqual({
      denied: expect.stringMatching(/^no fleet admits this node: .*Fleet\/edge$/),
    });
    expect(view.ready()).toBe(false);
  } finally {
    await close();
  }
});
