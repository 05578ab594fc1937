import { beforeEach, expect, test } from "vitest";
import { cluster, listener, routes } from "../../test/protocol/resources.ts";
import { Stepper } from "../../test/protocol/stepper.ts";
import { CDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Message } from "./event.ts";
import { broken } from "./invariants.ts";
import type { SubStream } from "./stream.ts";
import { Content } from "./transition.ts";

let one: Stepper;
let good: Message;
beforeEach(() => {
  one = new Stepper();
  one.publish(1, cluster("a"), cluster("x"), listener("l", ["r"]), routes("r", ["x"]));
  one.open().ask(CDS);
  one.take(CDS, "a x");
  one.ask(RDS, "r");
  one.take(RDS, "r");
  one.publish(2, cluster("a", "2"), cluster("x"), listener("l", ["r"]), routes("r", ["x"]));
  good = one.expect(CDS, "a");
});

function check(more: Partial<Message>) {
  const message = { ...good, nonce: "new", ...more };
  return broken(one.stream, one.stream.subs.get(CDS) as SubStream, message, new Content(message.upserts, message.removals));
}

test("a message as it must be breaks nothing", () => {
  expect(check({})).toEqual([]);
  expect(check({ removals: ["never told"] })).toEqual([]);
});

test.each<[string, Partial<Message>, string]>([
  ["no nonce", { nonce: "" }, "nonce"],
  ["a name twice", { upserts: [cluster("a"), cluster("a", "2")] }, "duplicate_name"],
  ["a name that comes and goes", { upserts: [cluster("a")], removals: ["a"] }, "duplicate_name"],
  ["another type", { upserts: [listener("l")] }, "foreign_type"],
  ["a cluster goes that routes lead to", { upserts: [], removals: ["x"] }, "removed_in_use"],
])("%s is a defect", (_, more, invariant) => {
  expect(check(more)).toEqual([invariant]);
});

test("so are the last nonce again, and a second message before the first is flushed", () => {
  expect(check({ nonce: good.nonce })).toEqual(["nonce"]);
  one.ask(LDS);
  one.happen({ kind: "pump" });
  expect(check({})).toEqual(["one_in_flight"]);
});
