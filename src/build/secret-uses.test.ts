import { beforeEach, expect, test } from "vitest";
import type { SecretUse } from "../model/secret.ts";
import type { Origin } from "../problem/finding.ts";
import { SecretUses } from "./secret-uses.ts";

const tls = (name: string, more: Partial<SecretUse> = {}): SecretUse => ({
  reference: { kind: "tls", secret: { namespace: "n", name } },
  ...more,
});
const origin = (path: string): Origin => ({ source: "shop", path, blob: "b", index: 0, label: "Host/a" });

let uses: SecretUses;
beforeEach(() => {
  uses = new SecretUses();
});

const use = (user: string, ...of: SecretUse[]) => uses.replace(user, of, () => [origin(`${user}.yaml`)]);

test("a secret comes with its first user and goes with its last", () => {
  use("l1", tls("a"), tls("b"));
  use("l2", tls("a"));
  expect([...uses.takeChanges()].map(([name]) => name)).toEqual(["tls/n/a", "tls/n/b"]);
  use("l1");
  expect([...uses.takeChanges()]).toEqual([["tls/n/b", undefined]]);
  uses.replace("l2", undefined, () => []);
  expect([...uses.takeChanges()]).toEqual([["tls/n/a", undefined]]);
  expect(uses.all()).toEqual([]);
});

test("nothing touched, nothing changed", () => {
  expect(uses.takeChanges().size).toBe(0);
  use("l1", tls("a"));
  uses.takeChanges();
  expect(uses.takeChanges().size).toBe(0);
});

test.each([["l1 first"], ["l2 first"]])("what users say of one secret is joined, %s", (order) => {
  const both = [() => use("l1", tls("a", { hosts: ["b.example", "a.example"] })), () => use("l2", tls("a", { undecided: true }))];
  for (const one of order === "l1 first" ? both : both.reverse()) one();
  uses.takeChanges();
  expect(uses.all()).toEqual([tls("a", { hosts: ["a.example", "b.example"], undecided: true })]);
  expect(uses.origins("tls/n/a").map(({ path }) => path)).toEqual(["l1.yaml", "l2.yaml"]);
});

test("a use that says where it is from is from there", () => {
  use("l1", tls("a", { origins: [origin("host.yaml")] }), tls("b"));
  uses.takeChanges();
  expect(uses.origins("tls/n/a").map(({ path }) => path)).toEqual(["host.yaml"]);
  expect(uses.origins("tls/n/b").map(({ path }) => path)).toEqual(["l1.yaml"]);
  expect(uses.all()).toEqual([tls("a"), tls("b")]);
});

test("a use that changes takes its words back", () => {
  use("l1", tls("a", { undecided: true }));
  uses.takeChanges();
  use("l1", tls("a"));
  expect(uses.takeChanges().size).toBe(0);
  expect(uses.all()).toEqual([tls("a")]);
});
