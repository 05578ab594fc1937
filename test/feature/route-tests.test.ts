import { expect, test } from "vitest";
import { Engine, type EngineHooks } from "../../src/build/engine.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { inputs } from "../support/build.ts";
import { countingKeeper } from "../support/keeper.ts";
import { plane } from "../support/plane.ts";

const node = { id: "edge-1", cluster: "", region: "", zone: "", metadata: {}, envoyVersion: "1.40.0" };
const routes = (prefix: string) => `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {requestPolicy: {insecure: {action: Route}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: cart}
spec: {hostname: "*", prefix: ${prefix}, service: cart}
`;
const tests = (path: string) => `apiVersion: portolan.dev/v1alpha1
kind: RouteTest
metadata: {name: cart}
spec:
  tests:
  - {name: the cart, request: {url: "http://a.example${path}"}, expect: {backends: [{service: cart}]}}
`;

/** A server without its ports, and one node that accepts whatever it gets. */
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
    delivery,
    close,
    async commit(files: Record<string, string>) {
      const commit = git.snapshot(new Map(Object.entries(files)));
      await engine.build(commit);
      await delivery.idle();
      const target = delivery.target(node);
      const got = "denied" in target ? "" : (target.snapshot?.commit ?? "");
      await delivery.observe([
        {
          ...node,
          fleet: "default",
          protocol: "delta",
          state: "accepted",
          target: got,
          converged: got,
          types: { LDS: { state: "accepted", since: 1 } },
        },
      ]);
      return { commit: commit.oid, served: got };
    },
  };
}

test("a commit that breaks a test which passed is held until it, or the test, is mended", async () => {
  const { commit, view, delivery, close } = server(new MemoryGit());
  try {
    const good = await commit({ "routes.yaml": routes("/cart/"), "test.yaml": tests("/cart/") });
    expect(good.served).toBe(good.commit);

    const bad = await commit({ "routes.yaml": routes("/basket/"), "test.yaml": tests("/cart/") });
    expect(bad.served).toBe(good.commit);
    const [held] = view.problems().filter(({ code }) => code === "rollout/held");
    expect(held).toMatchObject({ effect: "held-back", at: { path: "test.yaml", line: 6, commit: bad.commit } });
    expect(held?.message).toContain("a test that passed before fails: the cart: backends should be cart and is no route");
    expect(view.problems().map(({ code }) => code)).toContain("route/test-failed");
    expect(delivery.record("default")?.automatic?.kind).toBe("route-test");

    const both = await commit({ "routes.yaml": routes("/basket/"), "test.yaml": tests("/basket/") });
    expect(both.served).toBe(both.commit);
    expect(view.problems()).toEqual([]);

    const never = await commit({ "routes.yaml": routes("/basket/"), "test.yaml": tests("/never/") });
    expect(never.served).toBe(never.commit);
    expect(view.problems().map(({ code }) => code)).toEqual(["route/test-failed"]);
  } finally {
    await close();
  }
});

test("what tests hold is delivered by resume", async () => {
  const { commit, delivery, close } = server(new MemoryGit());
  try {
    await commit({ "routes.yaml": routes("/cart/"), "test.yaml": tests("/cart/") });
    const bad = await commit({ "routes.yaml": routes("/basket/"), "test.yaml": tests("/cart/") });
    expect(await delivery.request({ fleet: "default", kind: "resume", by: "oncall", reason: "meant so" })).toMatchObject({ done: true });
    expect(delivery.target(node)).toMatchObject({ snapshot: { commit: bad.commit } });
  } finally {
    await close();
  }
});

test("a fleet whose baseline says so is only warned", async () => {
  const { commit, close } = server(new MemoryGit());
  const fleet =
    "apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: default}\nspec: {nodes: {}, rollout: {gates: {routeTests: warn}}}\n";
  try {
    await commit({ "fleet.yaml": fleet, "routes.yaml": routes("/cart/"), "test.yaml": tests("/cart/") });
    const bad = await commit({ "fleet.yaml": fleet, "routes.yaml": routes("/basket/"), "test.yaml": tests("/cart/") });
    expect(bad.served).toBe(bad.commit);
  } finally {
    await close();
  }
});
