import { expect, test } from "vitest";
import { encodedResource } from "../envoy/resource.ts";
import { CDS, RDS } from "../envoy/type-url.ts";
import { difference } from "../snapshot/delta.ts";
import { snapshotOf } from "../snapshot/snapshots.ts";
import { pack, unpack } from "./packed.ts";

test("a delta survives the crossing, buffers transferred", () => {
  const snapshot = snapshotOf("a".repeat(40), "default", [
    encodedResource(CDS, "one", new Uint8Array([10, 1, 97])),
    encodedResource(RDS, "two", new Uint8Array(0), [{ type: CDS, name: "one" }]),
  ]);
  const delta = difference(undefined, snapshot);
  const packed = pack(delta);
  const crossed = structuredClone(packed, { transfer: [packed.bodies.buffer, packed.lengths.buffer] });
  const plain = (one: typeof delta) => ({
    ...one,
    upserts: one.upserts.map((each) => ({ ...each, body: Buffer.from(each.body).toString("hex") })),
  });
  expect(plain(unpack(crossed))).toEqual(plain(delta));
  expect(packed.bodies.length).toBe(0);
  expect(delta.upserts[0]?.body.length).toBeGreaterThan(0);
});
