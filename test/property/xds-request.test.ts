import fc from "fast-check";
import { expect, test } from "vitest";
import { CDS, EDS } from "../../src/envoy/type-url.ts";
import { Bench } from "../protocol/bench.ts";
import type { Call } from "../protocol/client/call.ts";
import { Connection } from "../protocol/client/connection.ts";
import { methodPath } from "../protocol/client/method.ts";
import { modeOf } from "../protocol/client/variant.ts";
import { encodeRequest } from "../protocol/messages.ts";
import { cluster, endpoints } from "../protocol/resources.ts";
import { isLong, long } from "../support/long.ts";

/** Of the four variants together 10³ requests in every run, and 10⁵ in a long one. */
const batch = 50;
const batches = isLong ? 500 : 5;

type Mutation =
  | { readonly kind: "flip" | "cut" | "repeat"; readonly at: number; readonly to: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array };

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: fc.nat(), to: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat(), to: fc.nat() }),
  fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), to: fc.nat({ max: 64 }) }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 12 }) }),
  // Groups without end, varints without end, lengths beyond the end.
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), bytes: fc.constantFrom(...[[0x0b], [0xff], [0x0a, 0xff]].map(many)) }),
);

function many(bytes: readonly number[]): Uint8Array {
  return Uint8Array.from(Array.from({ length: 200 }, () => bytes).flat());
}

function mutate(bytes: Uint8Array, how: Mutation): Uint8Array {
  const at = bytes.length === 0 ? 0 : how.at % bytes.length;
  switch (how.kind) {
    case "flip":
      return bytes.with(at, how.to);
    case "cut":
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + (how.to % (bytes.length - at + 1)))]);
    case "repeat":
      return Buffer.concat([bytes.subarray(0, at + how.to), bytes.subarray(at)]);
    case "insert":
      return Buffer.concat([bytes.subarray(0, at), how.bytes, bytes.subarray(at)]);
  }
}

const mutated = fc.record({ mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }), first: fc.boolean() });

test.each(["S", "SA", "D", "DA"] as const)(
  "SEC-07 %s: whatever is sent ends its own stream at most",
  async (variant) => {
    const bench = await new Bench().start();
    try {
      const mode = modeOf(variant);
      const good = encodeRequest(mode, { node: "n1", type: CDS, names: ["a"], subscribe: ["a", "b"], claims: { a: "1" }, error: "no" });
      let commit = 0;
      const publish = () => bench.publish(++commit, cluster("a", `${commit}`, true), endpoints("a"));
      publish();
      const witness = bench.client("DA", "witness");
      witness.ask(EDS, "a");
      witness.ask(CDS);
      await witness.take(CDS, "a=1");
      await witness.take(EDS, "a=1");
      await fc.assert(
        fc.asyncProperty(fc.array(mutated, { minLength: batch, maxLength: batch }), async (requests) => {
          // Node ends a connection on which very many streams are reset, which is not what is tested here.
          const hostile = new Connection(bench.port);
          const calls = requests.map(({ mutations, first }): Call => {
            const call = hostile.call(methodPath(variant, CDS), () => {});
            if (!first) call.write(encodeRequest(mode, { node: "n1", type: CDS }));
            call.write(mutations.reduce(mutate, good as Uint8Array));
            return call;
          });
          await hostile.fence();
          for (const { ending } of calls) if (ending !== undefined) expect(ending).toMatchObject({ code: 3 });
          hostile.close();
          publish();
          await witness.take(CDS, `a=${commit}`);
          await witness.take(EDS, "a=1");
          expect(bench.failures).toEqual([]);
        }),
        { numRuns: batches },
      );
    } finally {
      await bench.close();
    }
  },
  long(20_000),
);
