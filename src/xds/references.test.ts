import { expect, test } from "vitest";
import { cluster, routes } from "../../test/protocol/resources.ts";
import { CDS, RDS } from "../envoy/type-url.ts";
import { typeSet, withChanges } from "../snapshot/type-set.ts";
import { References } from "./references.ts";
import { createSubStream, type Inflight, type SubStream } from "./stream.ts";
import { allOf, Content } from "./transition.ts";

const tables = typeSet(RDS, [routes("t1", ["a", "b"]), routes("t2", ["b", "c"])]);

/** Which of a to f are referred to. */
function referred(sub: SubStream): string {
  const references = new References(CDS);
  references.add(sub);
  const names = [..."abcdef"].filter((name) => references.has(name)).join("");
  return references.unknown ? `${names}?` : names;
}

function accepted(): SubStream {
  const sub = createSubStream(RDS, 0);
  sub.acked.become(tables);
  return sub;
}

function inflight(content: Content): Inflight {
  return { nonce: "n", label: "l", commit: "c", digest: "d", content, order: 1, at: 0, asked: new Set() };
}

test("what was accepted refers, whether it rests on a shared set or not", () => {
  expect(referred(accepted())).toBe("abc");
  const own = createSubStream(RDS, 0);
  for (const [name, one] of tables.resources) own.acked.set(name, one);
  expect(referred(own)).toBe("abc");
});

test("what has taken the place of something in the set refers in its stead", () => {
  const sub = accepted();
  sub.acked.set("t1", routes("t1", ["d"]));
  expect(referred(sub)).toBe("bcd");
  sub.acked.delete("t2");
  expect(referred(sub)).toBe("d");
});

test("what is in flight or suspect refers as well", () => {
  const sub = accepted();
  sub.inflight = inflight(new Content([routes("t1", ["e"])], []));
  expect(referred(sub)).toBe("abce");
  sub.inflight = inflight(allOf(withChanges(tables, [routes("t3", ["f"])], ["t1"])));
  expect(referred(sub)).toBe("abcf");
  sub.inflight = undefined;
  sub.suspect.set("t1", ["removed", routes("t1", ["d"])]);
  expect(referred(sub)).toBe("abcd");
});

test("a version of which nothing is known may refer to anything", () => {
  const sub = accepted();
  sub.acked.set("t1", { version: "old" });
  expect(referred(sub)).toBe("bc?");
});

test("only references to the type count", () => {
  const sub = createSubStream(CDS, 0);
  sub.acked.set("a", cluster("a", "1", true));
  expect(referred(sub)).toBe("");
});
