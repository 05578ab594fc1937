import { expect, test } from "vitest";
import { Bench } from "../bench.ts";
import type { Client } from "../client/client.ts";
import { follow } from "../client/follow.ts";
import type { Variant } from "../client/variant.ts";
import { cluster, endpoints, listener, routes } from "../resources.ts";

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
