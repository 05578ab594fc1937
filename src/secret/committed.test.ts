import { expect, test } from "vitest";
import { CommittedProvider } from "./committed.ts";
import { lookUp } from "./look-up.ts";
import type { SecretProvider } from "./provider.ts";

const id = { namespace: "shop", name: "web" };
const bytes = (text: string) => new TextEncoder().encode(text);
const fleets = (fleet: string, text: string) => [
  { fleet, secrets: [{ ...id, revision: text, values: new Map([["tls.crt", bytes(text)]]) }] },
];

/** What is read for a fleet, and from which revision. */
function read(providers: readonly SecretProvider[], fleet: string): string | undefined {
  const located = lookUp(providers, [id], fleet);
  if ("missing" in located) return undefined;
  return located.read(([data]) => Buffer.from(data?.get("tls.crt") ?? []).toString());
}

test("each fleet has its own, as often as it is asked for, and only what was told last", () => {
  const committed = new CommittedProvider();
  expect(read([committed], "edge")).toBeUndefined();
  committed.take(fleets("edge", "one"));
  expect([read([committed], "edge"), read([committed], "edge"), read([committed], "core")]).toEqual(["one", "one", undefined]);
  committed.take(fleets("core", "two"));
  expect([read([committed], "edge"), read([committed], "core")]).toEqual([undefined, "two"]);
});

test("what is replaced is overwritten", () => {
  const committed = new CommittedProvider();
  const first = fleets("edge", "one");
  committed.take(first);
  committed.take([]);
  expect(first[0]?.secrets[0]?.values.get("tls.crt")).toEqual(new Uint8Array(3));
});

test("a provider before it counts first", () => {
  const committed = new CommittedProvider();
  committed.take(fleets("edge", "committed"));
  const mounted = { name: "mounted", find: () => ({ revision: "1", read: () => new Map([["tls.crt", bytes("mounted")]]) }) };
  expect(read([mounted, committed], "edge")).toBe("mounted");
});
