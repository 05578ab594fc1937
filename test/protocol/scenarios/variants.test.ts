import { expect, test } from "vitest";
import { Bench } from "../bench.ts";
import type { Client } from "../client/client.ts";
import { follow } from "../client/follow.ts";
import { Follower } from "../client/follower.ts";
import type { Variant } from "../client/variant.ts";
import { cluster, endpoints, listener, plain, routes } from "../resources.ts";
import { everyType, fullState, scenario } from "./scenario.ts";

const variants: readonly Variant[] = ["S", "SA", "D", "DA"];

/** Commits in which clusters come, change and go, routes move and listeners change. */
const commits = [1, 2, 3, 4, 5, 6].map((i) => [
  ...[i, i + 1].flatMap((n) => [cluster(`c${n}`, `${n % 2}`, true), endpoints(`c${n}`, `${Math.floor(i / 3)}`)]),
  cluster("stays", `${Math.floor(i / 2)}`),
  routes("r", i === 4 ? ["stays"] : [`c${i}`, `c${i + 1}`], `${i}`),
  listener("l", ["r"], `${i % 3}`),
]);

test("A3 C15 S SA D DA: one series of commits over all variants and one node, equal in the end", async () => {
  const bench = await new Bench().start();
  try {
    bench.publish(1, ...(commits[0] ?? []));
    const clients: readonly Client[] = variants.map((variant) => bench.client(variant, "n1"));
    const held = clients.map((client) => follow(client, "r"));
    for (const [i, resources] of commits.entries()) {
      bench.publish(i + 1, ...resources);
      for (const client of clients) await client.settled();
      bench.advance(1_000);
    }
    bench.advance(20_000);
    for (const client of clients) await client.silent();
    const expected = {
      CDS: "c6=0 c7=1 stays=3",
      EDS: "c6=2 c7=2",
      LDS: "l=0",
      RDS: "r=6",
    };
    expect(held.map((one) => one.show())).toEqual(variants.map(() => expected));
    expect(bench.fleet.node("n1")).toMatchObject({ state: "accepted" });
  } finally {
    await bench.close();
  }
});

const names = ["a", "b", "c", "d", "e"];

/** Of five names, those that a commit has, and whether they have changed: every combination comes once in 32 commits. */
const contentOf = (type: string, commit: number) =>
  names.flatMap((name, bit) => (((commit * 11) >> bit) % 2 === 0 ? [] : [plain(type, name, `${(commit + bit) % 3}`)]));

scenario("C6", { types: everyType }, async ({ bench, client, type }) => {
  const holds = new Follower();
  bench.publish(1, ...contentOf(type, 1));
  client.onResponse((response) => {
    holds.apply(response);
    client.ack(response);
  });
  client.ask(type, "*", "a", "z");
  for (let commit = 2; commit <= 33; commit++) {
    bench.publish(commit, ...contentOf(type, commit));
    if (commit % 3 > 0) await client.settled();
  }
  await client.silent();
  const expected = contentOf(type, 33).map(({ name }) => name);
  // In SotW a partial type has no removals.
  expect(holds.names(type).filter((name) => expected.includes(name) || fullState.includes(type))).toEqual(expected);
});
