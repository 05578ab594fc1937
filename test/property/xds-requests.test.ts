import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CDS, EDS, LDS, RDS } from "../../src/envoy/type-url.ts";
import { Bench } from "../protocol/bench.ts";
import { Client } from "../protocol/client/client.ts";
import { modeOf, type Variant } from "../protocol/client/variant.ts";
import { encodeRequest } from "../protocol/messages.ts";
import { cluster, endpoints } from "../protocol/resources.ts";
import { long } from "../support/long.ts";

/** Requests of one run, on streams of one connection. */
const batch = 100;

let bench: Bench;
let good: Client;
let pushes = 1;

beforeAll(async () => {
  bench = await new Bench().start({ streamsPerConnection: 2 * batch });
  bench.publish(1, cluster("a"), endpoints("a"));
  good = bench.client("DA", "good");
  good.ask(CDS);
  await good.take(CDS, "a=1");
});

afterAll(() => bench.close());

const name = fc.oneof(fc.constantFrom("", "*", "a", "b"), fc.string({ maxLength: 20 }));
const names = fc.array(name, { maxLength: 4 });

/** Requests as clients write them, more or less. */
const request = fc.record({
  node: fc.oneof({ weight: 9, arbitrary: fc.constantFrom("n1", "n2") }, { weight: 1, arbitrary: name }),
  type: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(CDS, EDS, LDS, RDS) }, { weight: 1, arbitrary: name }),
  names,
  subscribe: names,
  unsubscribe: names,
  claims: fc.dictionary(name, name, { maxKeys: 3 }),
  version: name,
  nonce: name,
});

/** What is done to the bytes: one is replaced, put in or taken out, or the rest is cut off. */
const mutation = fc.record({
  at: fc.nat(),
  byte: fc.nat({ max: 255 }),
  kind: fc.constantFrom("replace" as const, "insert" as const, "delete" as const, "cut" as const),
});

const mutated = fc.record({
  request,
  mutations: fc.array(mutation, { maxLength: 4 }),
  variant: fc.constantFrom<Variant>("S", "SA", "D", "DA"),
});

function bytesOf({
  request,
  mutations,
  variant,
}: {
  request: Parameters<typeof encodeRequest>[1];
  mutations: readonly Mutation[];
  variant: Variant;
}): Buffer {
  let bytes = encodeRequest(modeOf(variant), request);
  for (const { at, byte, kind } of mutations) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    const rest = bytes.subarray(kind === "insert" ? place : place + 1);
    bytes = Buffer.concat([
      bytes.subarray(0, place),
      ...(kind === "delete" || kind === "cut" ? [] : [Uint8Array.of(byte)]),
      ...(kind === "cut" ? [] : [rest]),
    ]);
  }
  return bytes;
}

type Mutation = { readonly at: number; readonly byte: number; readonly kind: "replace" | "insert" | "delete" | "cut" };

test(
  "SEC-07 whatever a request is, its stream goes on or ends with a status, and no other notices",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutated, { minLength: batch, maxLength: batch }), async (all) => {
        const bad = new Client(bench.port, "SA", "bad");
        const calls = all.map((one) => {
          const call = bad.connection.call(paths[one.variant], () => {});
          call.write(bytesOf(one));
          return call;
        });
        await bad.settled();
        for (const { ending } of calls) if (ending !== undefined) expect([3, 7]).toContain(ending.code);
        bad.close();
        bench.publish(++pushes, cluster("a", `${pushes}`), endpoints("a"));
        await good.take(CDS, `a=${pushes}`);
        expect(bench.failures).toEqual([]);
      }),
      { numRuns: long(50) },
    );
  },
  long(30_000),
);

const paths: Readonly<Record<Variant, string>> = {
  S: "/envoy.service.cluster.v3.ClusterDiscoveryService/StreamClusters",
  SA: "/envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources",
  D: "/envoy.service.cluster.v3.ClusterDiscoveryService/DeltaClusters",
  DA: "/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources",
};
