import fc from "fast-check";
import { expect, test } from "vitest";
import { listener, served } from "../../test/support/arbitrary-model.ts";
import { resourcesOf } from "../../test/support/served.ts";
import { listenerResource } from "../envoy/listener.ts";
import { routeTable } from "../envoy/packing.ts";
import { encodedResource, type Resource } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";
import { encodeVirtualHost } from "../envoy/virtual-host.ts";
import { lint } from "./lint.ts";
import { snapshotOf } from "./snapshots.ts";

const flaws = (...resources: Resource[]) => lint(snapshotOf("1".repeat(40), "edge", resources));
const table = (name: string, ...hosts: string[]) =>
  routeTable(
    name,
    hosts.map((host) => encodeVirtualHost({ table: name, host, routes: [], origins: [] })),
  );
const at = (name: string, address: string, port: number) => listenerResource({ ...listener(name, port), address });

test("nothing is wrong with what was made from a sound model", () => {
  fc.assert(
    fc.property(served, (all) => {
      expect(flaws(...resourcesOf(all))).toEqual([]);
    }),
  );
});

test("a domain that stands twice, whatever its case, is told", () => {
  expect(flaws(table("t", "a.example", "*", "A.Example", "b"))).toEqual([
    { resource: { type: RDS, name: "t" }, message: "two virtual hosts have the domain a.example" },
  ]);
  expect(flaws(table("t", "a"), table("u", "a"))).toEqual([]);
});

test.each<[string, Resource, Resource, boolean]>([
  ["one address, spelt in two ways", at("a", "0:0:0:0:0:0:0:1", 80), at("b", "::1", 80), true],
  ["two ports", at("a", "127.0.0.1", 80), at("b", "127.0.0.1", 81), false],
  ["all addresses and one of them, which Envoy takes", at("a", "0.0.0.0", 80), at("b", "127.0.0.1", 80), false],
])("two listeners on %s", (_, a, b, clash) => {
  const found = flaws(a, b, table("a/cleartext", "*"), table("b/cleartext", "*"));
  expect(found.map(({ resource }) => resource)).toEqual(clash ? [{ type: LDS, name: "[::1]:80/tcp" }] : []);
});

test("names that lead nowhere are told where they stand", () => {
  const refs = [
    { type: CDS, name: "a" },
    { type: CDS, name: "b" },
  ];
  const cluster = encodedResource(CDS, "a", new Uint8Array(0), [{ type: EDS, name: "set" }]);
  expect(flaws(at("l", "127.0.0.1", 80), encodedResource(RDS, "t", new Uint8Array(0), refs), cluster)).toEqual([
    { resource: { type: CDS, name: "a" }, message: "EDS set does not exist" },
    { resource: { type: LDS, name: "127.0.0.1:80/tcp" }, message: "RDS l/cleartext does not exist" },
    { resource: { type: RDS, name: "t" }, message: "CDS b does not exist" },
  ]);
});
