import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CDS, EDS, RDS } from "../../src/envoy/type-url.ts";
import { Bench } from "./bench.ts";
import { cluster, endpoints, oid, plain, routes, snapshot } from "./resources.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await new Bench().start();
});
afterEach(() => bench.close());

describe.each(["sotw", "delta"] as const)("versions, %s", (mode) => {
  test("VER-01 labels carry commit and digest; another replica says the same with the same nonce", async () => {
    const other = await new Bench().start();
    const seen = [];
    for (const one of [bench, other]) {
      const { types } = one.publish(1, cluster("a"), cluster("b"));
      const peer = one.connect(mode);
      peer.ask(CDS);
      const response = await peer.take(CDS, "a=1 b=1");
      expect(response.label).toBe(`${oid(1)}+${types.get(CDS)?.digest.slice(0, 16)}`);
      expect(response.nonce).toBe("10000000.CDS.1.0");
      seen.push(response);
    }
    expect(seen[0]).toEqual(seen[1]);
    await other.close();
  });

  test("VER-01 two commits with one change of content keep their own labels", async () => {
    const peers = [bench.connect(mode, "n1"), bench.connect(mode, "n2")];
    const labels = [];
    for (const [i, peer] of peers.entries()) {
      bench.publish(i + 1, cluster("a"));
      peer.ask(CDS);
      labels.push((await peer.take(CDS, "a=1")).label.split("+"));
    }
    expect(labels.map(([commit]) => commit)).toEqual([oid(1), oid(2)]);
    expect(labels[0]?.[1]).toBe(labels[1]?.[1]);
  });

  test("VER-02 4.6 a commit without content is no message; the node is known to be equal to it", async () => {
    bench.publish(1, cluster("a"), endpoints("a"));
    const peer = bench.connect(mode);
    peer.ask(CDS);
    await peer.take(CDS, "a=1");
    await bench.settled();
    bench.publish(2, cluster("a"), endpoints("a"));
    await peer.silent();
    expect(bench.fleet.node("n1")).toMatchObject({
      state: "accepted",
      target: oid(2),
      converged: oid(2),
      types: { CDS: { sent: oid(1) } },
    });
    expect(bench.delivery.observe(bench.fleet.nodes())).toMatchObject([{ fleet: "default", baseline: oid(2) }]);
    const fresh = bench.connect(mode, "n2");
    fresh.ask(CDS);
    expect((await fresh.take(CDS, "a=1")).label).toMatch(new RegExp(`^${oid(2)}`));
  });

  test("VER-03 a change in one fleet is silent in the others", async () => {
    bench.delivery.setFleets([
      { name: "east", matches: (node) => node.id === "e" },
      { name: "west", matches: () => true },
    ]);
    const publish = (fleet: string, commit: number, value: string) => {
      bench.delivery.publish(snapshot(commit, [cluster("a", value)], undefined, fleet));
    };
    publish("east", 1, "1");
    publish("west", 1, "1");
    bench.publish(1);
    const east = bench.connect(mode, "e");
    const west = bench.connect(mode, "w");
    for (const peer of [east, west]) {
      peer.ask(CDS);
      await peer.take(CDS, "a=1");
    }
    await bench.settled();
    publish("west", 2, "2");
    bench.publish(2);
    await west.take(CDS, "a=2");
    await east.silent();
    expect(bench.fleet.node("e")).toMatchObject({ fleet: "east", target: oid(1), converged: oid(1) });
  });

  test("VER-04 4.7 going back gives the versions from before", async () => {
    const peer = bench.connect(mode);
    const seen: string[] = [];
    for (const [commit, value] of [
      [1, "1"],
      [2, "2"],
      [1, "1"],
    ] as const) {
      bench.publish(commit, routes("r", [], value));
      if (seen.length === 0) peer.ask(RDS, "r");
      const response = await peer.take(RDS, `r=${value}`);
      seen.push(`${response.label} ${response.resources[0]?.version}`);
      await bench.settled();
    }
    expect(seen[2]).toBe(seen[0]);
    expect(seen[1]).not.toBe(seen[0]);
    expect(new Set(peer.received.map((one) => one.nonce)).size).toBe(3);
  });

  test("VER-05 resources in another order are the same", async () => {
    const other = await new Bench().start();
    const labels = [];
    for (const [one, names] of [
      [bench, ["a", "b", "c"]],
      [other, ["c", "a", "b"]],
    ] as const) {
      one.publish(1, ...names.map((name) => plain(EDS, name)));
      const peer = one.connect(mode);
      peer.ask(EDS, "*");
      labels.push((await peer.take(EDS, "a=1 b=1 c=1")).label);
    }
    expect(labels[0]).toBe(labels[1]);
    await other.close();
  });
});

test("SotW 4.2 the label of a set that is not the view's is over exactly what was sent", async () => {
  bench.publish(1, cluster("a"), cluster("b"));
  const part = bench.connect("sotw", "part");
  part.ask(CDS, "a");
  const { label } = await part.take(CDS, "a=1");
  expect(label).toBe(
    `${oid(1)}+${snapshot(1, [cluster("a")])
      .types.get(CDS)
      ?.digest.slice(0, 16)}`,
  );
});
