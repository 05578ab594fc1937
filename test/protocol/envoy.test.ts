import { createServer, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Resource } from "../../src/envoy/resource.ts";
import { shortName } from "../../src/envoy/type-url.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { type Upstream, upstream } from "../../src/server/demo/upstream.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { systemClock } from "../../src/xds/clock.ts";
import { startXds, type XdsServer } from "../../src/xds/server.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { NewestForAll } from "../support/newest-for-all.ts";
import { Link } from "./client/link.ts";
import { assignment, edsCluster, httpListener, table } from "./envoy-resources.ts";
import { oid, snapshot } from "./resources.ts";

let a: Upstream;
let b: Upstream;
beforeAll(async () => {
  a = await upstream("a");
  b = await upstream("b");
});
afterAll(async () => {
  await a.close();
  await b.close();
});

describe.each(["delta", "sotw"] as const)("a real Envoy, %s", (mode) => {
  let fleet: FleetState;
  let delivery: NewestForAll;
  let pool: SnapshotPool;
  let server: XdsServer;
  let envoy: EnvoyProcess;
  let link: Link;
  let port: number;
  let last: Snapshot | undefined;
  let written: string[];

  const start = (at = 0) =>
    startXds({
      address: { host: "127.0.0.1", port: at },
      instance: "test",
      assignment: delivery,
      fleetState: fleet,
      pool,
      hooks: { written: (message) => void written.push(`${shortName(message.type)} ${message.upserts.length}`) },
    });
  const publish = (commit: number, ...resources: readonly Resource[]) => {
    last = snapshot(commit, resources, last);
    delivery.publish(last);
    pool.add(last);
    server.publish();
  };
  const served = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    return answer.ok ? ((await answer.json()) as { upstream: string }).upstream : `${answer.status}`;
  };
  const converged = (commit: number) =>
    until(`commit ${commit} to be accepted; ${JSON.stringify(fleet.nodes())}`, () => fleet.node("e1")?.converged === oid(commit));
  const reach = (to: string) => [
    edsCluster(to),
    assignment(to, (to === "a" ? a : b).port),
    table("main", to),
    httpListener("http", port, "main"),
  ];

  beforeEach(async () => {
    fleet = new FleetState({ now: systemClock.now, resolve: async () => [] });
    delivery = new NewestForAll();
    pool = new SnapshotPool();
    written = [];
    last = undefined;
    port = await freePort();
    server = await start();
    publish(1, ...reach("a"));
    link = await Link.to(server.port);
    envoy = await envoyProcess({ id: "e1", xdsPort: link.port, mode });
    await until(`traffic; ${envoy.log()}`, async () => (await served()) === "a");
  });
  afterEach(async () => {
    await envoy.stop();
    link.close();
    await server.close();
  });

  test("the first snapshot goes live, and the node is known with its version", async () => {
    await converged(1);
    expect(fleet.node("e1")).toMatchObject({
      state: "accepted",
      protocol: mode,
      envoyVersion: expect.stringMatching(/^1\.\d+\.\d+$/),
      cluster: "test",
    });
    expect(Object.keys(fleet.node("e1")?.types ?? {})).toEqual(["CDS", "EDS", "LDS", "RDS"]);
  });

  test("routes move between clusters that come and go, and no request fails", async () => {
    let running = true;
    const answers = new Map<string, number>();
    const load = (async () => {
      while (running) {
        const answer = await served().catch((error: unknown) => String(error));
        answers.set(answer, (answers.get(answer) ?? 0) + 1);
      }
    })();
    for (let commit = 2; commit <= 7; commit++) {
      const to = commit % 2 === 0 ? "b" : "a";
      publish(commit, ...reach(to));
      await until(`requests to reach ${to}`, async () => (await served()) === to);
    }
    await converged(7);
    running = false;
    await load;
    expect([...answers.keys()].sort()).toEqual(["a", "b"]);
    expect(await envoy.stat("cluster_manager.active_clusters")).toBe(2);
  });

  test("a changed cluster with the same endpoints is accepted at once", async () => {
    await converged(1);
    const since = performance.now();
    publish(2, edsCluster("a", "2s"), ...reach("a").slice(1));
    await converged(2);
    expect(performance.now() - since).toBeLessThan(2_000);
    expect(await served()).toBe("a");
  });

  test("ORD-11 listeners change names and trade ports in one message each, and no connection is refused", async () => {
    await converged(1);
    const second = await freePort();
    const rest = reach("a").slice(0, 3);
    let running = true;
    const failures: unknown[] = [];
    const load = (async () => {
      // A connection for each request: the address itself must never be gone.
      while (running)
        await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: "close" } }).catch((error: unknown) => failures.push(error));
    })();
    const steps = [
      [httpListener("renamed", port, "main")],
      [httpListener("renamed", port, "main"), httpListener("beside", second, "main")],
      [httpListener("one", second, "main"), httpListener("other", port, "main")],
    ];
    for (const [i, listeners] of steps.entries()) {
      const before = written.length;
      publish(i + 2, ...rest, ...listeners);
      await converged(i + 2);
      expect(written.slice(before).filter((one) => one.startsWith("LDS"))).toHaveLength(1);
    }
    running = false;
    await load;
    expect(failures).toEqual([]);
    expect(fleet.node("e1")).toMatchObject({ state: "accepted" });
    expect(await envoy.stat("listener_manager.listener_create_failure")).toBe(0);
  });

  test("a listener on an address that is in use is rejected, attributed, sent once, and ends with the next commit", async () => {
    await converged(1);
    const taken = await occupy();
    const bad = httpListener("taken", taken.port, "main");
    publish(2, ...reach("a"), bad, httpListener("other", await freePort(), "main"));
    await until("the rejection", () => fleet.node("e1")?.types.LDS?.state === "rejected");
    const rejection = fleet.node("e1")?.types.LDS?.rejection;
    expect(rejection).toMatchObject({ resources: ["taken"], uncertain: false, commit: oid(2) });
    const count = written.length;
    expect(await served()).toBe("a");
    publish(3, ...reach("b"));
    await converged(3);
    await until("requests to reach b", async () => (await served()) === "b");
    expect(written.slice(count).filter((one) => one.startsWith("LDS"))).toHaveLength(1);
    await taken.close();
  });

  test("REC-08 a restart of the server at the same commit fails no request and sends a delta client nothing", async () => {
    await converged(1);
    const { port: sameAsBefore } = server;
    await server.close();
    expect(await served()).toBe("a");
    fleet = new FleetState({ now: systemClock.now, resolve: async () => [] });
    written = [];
    server = await start(sameAsBefore);
    server.publish();
    await converged(1);
    expect(await served()).toBe("a");
    if (mode === "delta") expect(written).toEqual([]);
    else expect(written.filter((one) => one.startsWith("CDS") || one.startsWith("LDS"))).toEqual([]);
  });

  test("FLO-08 when a replica goes, its clients land on the other: no request fails, and a delta client gets nothing again", async () => {
    await converged(1);
    let running = true;
    const answers = new Set<string>();
    const load = (async () => {
      while (running) answers.add(await served().catch((error: unknown) => String(error)));
    })();
    const first = server;
    fleet = new FleetState({ now: systemClock.now, resolve: async () => [] });
    server = await start();
    server.publish();
    link.redirect(server.port);
    written = [];
    await first.close();
    await converged(1);
    if (mode === "delta") expect(written).toEqual([]);
    publish(2, ...reach("b"));
    await until("requests to reach b", () => answers.has("b"));
    await converged(2);
    running = false;
    await load;
    expect([...answers].sort()).toEqual(["a", "b"]);
  });
});

/** A port that somebody else listens on. */
async function occupy(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
