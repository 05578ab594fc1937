import { beforeEach, describe, expect, test } from "vitest";
import { cluster, listener, plain, routes } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";

let one: Stepper;
beforeEach(() => {
  one = new Stepper("delta");
});

describe("6.1 why a type is pending", () => {
  test("in-flight; paced while it waits for its turn", () => {
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    one.take(CDS, "a");
    one.publish(2, cluster("a", "2"));
    expect(one.status(CDS)).toBe("pending paced");
    one.expect(CDS, "a");
    expect(one.status(CDS)).toBe("pending in-flight");
  });

  test("gated by a cluster, and removal", () => {
    one.publish(1, cluster("x"), listener("l", ["r"]), routes("r", ["x"]));
    one.open().ask(CDS);
    one.take(CDS, "x");
    one.ask(LDS);
    one.take(LDS, "l");
    one.ask(RDS, "r");
    one.take(RDS, "r");
    one.publish(2, cluster("y"), listener("l", ["r"]), routes("r", ["y"]));
    const clusters = one.expect(CDS, "y");
    one.silent();
    expect(one.status(RDS)).toBe("pending gated:y");
    one.ack(clusters);
    expect(one.status(CDS)).toBe("pending removal");
  });

  test("nothing is said of a message that was read and neither accepted nor rejected", () => {
    const sotw = new Stepper("sotw");
    sotw.publish(1, plain(EDS, "a"));
    sotw.open().ask(EDS, "a");
    const { nonce } = sotw.expect(EDS, "a");
    sotw.send(EDS, { nonce, names: ["a"] });
    expect(sotw.status(EDS)).toBe("pending");
  });
});

test("2.4 clusters that are to go are told as held until they go", () => {
  const held = () => of("held", one.effects).map(({ clusters }) => clusters.join(" "));
  one.publish(1, cluster("x"), cluster("y"), routes("r", ["x"]));
  one.open().ask(CDS);
  one.take(CDS, "x y");
  one.ask(RDS, "r");
  one.take(RDS, "r");
  one.pass(5_000);
  one.publish(2, routes("r", ["x"]));
  one.silent();
  one.publish(3, routes("r", []));
  one.take(RDS, "r");
  one.silent();
  one.pass(2_000);
  one.take(CDS, "-x -y");
  one.silent();
  expect(held()).toEqual(["x y", ""]);
});

describe("why there is a response", () => {
  const reasons = () => of("write", one.effects).map(({ message }) => message.reason);

  test("answers, content, removals, and what does not exist", () => {
    one.publish(1, plain(EDS, "a"));
    one.open().ask(EDS, "a");
    one.take(EDS, "a");
    one.ask(EDS, "z");
    one.take(EDS, "-z");
    one.publish(2, plain(EDS, "a", "2"));
    one.take(EDS, "a");
    one.publish(3);
    one.take(EDS, "-a");
    expect(reasons()).toEqual(["answer", "not_found", "content", "removal"]);
  });

  test("a first wildcard is an answer, empty or not", () => {
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    one.take(CDS, "a");
    one.ask(LDS);
    one.take(LDS, "");
    expect(reasons()).toEqual(["answer", "answer"]);
  });
});

test("2.4 claims that nobody knows are counted when they are given up", () => {
  one.publish(1, cluster("y"), routes("r", ["y"]), listener("l", ["r"]));
  one.open().send(CDS, { claims: new Map([["x", "0123"]]) });
  one.take(CDS, "y");
  one.send(LDS, { claims: new Map([["l", listener("l", ["r"]).version]]) });
  one.send(RDS, { subscribe: ["r", "s"], claims: new Map([["r", "4567"]]) });
  const table = one.expect(RDS, "r -s");
  one.pass(599_999);
  one.silent();
  expect(one.counted).not.toContain("claim_expired");
  one.pass(1);
  one.silent();
  one.silent();
  expect(of("count", one.effects).filter(({ what }) => what === "claim_expired")).toEqual([
    { kind: "count", what: "claim_expired", type: RDS },
  ]);
  one.ack(table);
  one.pass(2_000);
  one.take(CDS, "-x");
});
