import { beforeEach, describe, expect, test } from "vitest";
import { cluster, endpoints, plain } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";

let one: Stepper;
beforeEach(() => {
  one = new Stepper("sotw");
});

const names = (...list: string[]) => list.map((name) => plain(EDS, name));

test("C9 the four steps: everything, `*` and a name, the name, nothing", () => {
  one.publish(1, cluster("a"), cluster("b"));
  one.open().ask(CDS);
  one.take(CDS, "a b");
  one.ask(CDS, "*", "a");
  one.take(CDS, "a b");
  one.ask(CDS, "a");
  one.silent();
  one.publish(2, cluster("a"), cluster("b", "2"));
  one.silent();
  one.publish(3, cluster("a", "3"), cluster("b", "2"));
  one.take(CDS, "a");
  one.ask(CDS);
  one.publish(4, cluster("a", "4"), cluster("b", "4"));
  one.silent();
});

test("S1 the newest list is the subscription", () => {
  one.publish(1, ...names("a", "b"));
  one.open().ask(EDS, "a", "b");
  one.take(EDS, "a b");
  one.ask(EDS, "b");
  one.publish(2, plain(EDS, "a", "2"), plain(EDS, "b"));
  one.silent();
  one.publish(3, plain(EDS, "a", "2"), plain(EDS, "b", "3"));
  one.take(EDS, "b");
});

test("S2 a stale request counts for nothing: its names, its version and its error", () => {
  one.publish(1, ...names("a", "b"));
  one.open().ask(EDS, "a");
  const first = one.take(EDS, "a");
  one.publish(2, plain(EDS, "a", "2"), plain(EDS, "b"));
  const second = one.expect(EDS, "a");
  for (const error of [undefined, { code: 13, message: "late" }]) {
    one.send(EDS, { nonce: first.nonce, version: first.label, names: ["a", "b"], ...(error === undefined ? {} : { error }) });
  }
  expect(one.counted.slice(-2)).toEqual(["stale", "stale"]);
  one.silent();
  expect(one.status(EDS)).toBe("pending in-flight");
  one.send(EDS, { nonce: second.nonce, version: second.label, names: ["a", "b"] });
  one.take(EDS, "b");
});

test("S3 the first request is initial, whatever nonce and version it repeats", () => {
  one.publish(1, ...names("a"));
  one.open().send(EDS, { names: ["a"], nonce: "of an earlier stream", version: "7" });
  expect(one.counted).toEqual(["initial"]);
  one.take(EDS, "a");
});

test("S4 on a closed nonce grown names are answered, shrunk and equal ones are silent", () => {
  one.publish(1, ...names("a", "b"));
  one.open().ask(EDS, "a");
  one.take(EDS, "a");
  one.ask(EDS, "a");
  one.silent();
  one.ask(EDS, "a", "b");
  one.take(EDS, "b");
  one.ask(EDS, "a");
  one.silent();
  expect(one.counted.slice(-1)).toEqual(["spontaneous"]);
});

test("S5 a complete set holds everything, absence deletes, and it may be empty", () => {
  const many = Array.from({ length: 100 }, (_, i) => `c${String(i).padStart(2, "0")}`);
  one.publish(1, ...many.map((name) => cluster(name)));
  one.open(CDS).ask(CDS);
  one.take(CDS, many.join(" "));
  one.publish(2, ...many.map((name) => cluster(name, name === "c07" ? "2" : "1")));
  one.take(CDS, many.join(" "));
  one.publish(3, ...many.slice(1).map((name) => cluster(name, name === "c07" ? "2" : "1")));
  one.take(CDS, many.slice(1).join(" "));
  one.publish(4);
  one.take(CDS, "");
  one.silent();
});

test("S6 of RDS and EDS only what is due comes, and never nothing", () => {
  const many = Array.from({ length: 50 }, (_, i) => `r${i}`);
  one.publish(1, ...many.map((name) => plain(RDS, name)));
  one.open().ask(RDS, ...many);
  one.ack(one.written() ?? one.expect(RDS, "all"));
  one.publish(2, ...many.map((name) => plain(RDS, name, name === "r7" ? "2" : "1")));
  one.take(RDS, "r7");
  one.publish(3);
  one.silent();
});

test("S7 a new name is sent though it is unchanged, and though it was volunteered", () => {
  one.publish(1, plain(EDS, "a"), plain(EDS, "b"));
  one.open().ask(EDS, "*");
  one.take(EDS, "a b");
  one.ask(EDS, "*", "b");
  one.take(EDS, "b");
});

describe("S9 a repeated request for endpoints", () => {
  beforeEach(() => {
    one.publish(1, cluster("x", "1", true), endpoints("x"));
    one.open().ask(CDS);
    one.take(CDS, "x");
    one.ask(EDS, "x");
    one.take(EDS, "x");
  });

  test("is answered once after a change of clusters", () => {
    one.publish(2, cluster("x", "2", true), endpoints("x"));
    const clusters = one.expect(CDS, "x");
    one.ask(EDS, "x");
    one.take(EDS, "x");
    one.ask(EDS, "x");
    one.silent();
    one.ack(clusters);
    one.ask(EDS, "x");
    one.silent();
  });

  test("is silence without one", () => {
    one.ask(EDS, "x");
    one.silent();
  });
});

test("S10 a missing name of RDS is silence, grown names of CDS are answered all the same", () => {
  one.publish(1, cluster("a"));
  one.open().ask(RDS, "missing");
  one.silent();
  one.ask(CDS, "a");
  one.take(CDS, "a");
  one.ask(CDS, "a", "missing");
  one.take(CDS, "a");
  one.silent();
});

test.each([CDS, EDS, LDS, RDS])("S11 the nonce in flight with an older version closes the message and accepts nothing: %s", (type) => {
  one.publish(1, plain(type, "a"));
  one.open().ask(type, "a");
  const { nonce } = one.expect(type, "a");
  const effects = one.send(type, { nonce, names: ["a"] });
  expect(of("verdict", effects)).toEqual([]);
  expect(one.counted).toEqual(["initial", "unaccepted"]);
  expect(one.status(type)).toBe("pending");
  one.silent();
  one.publish(2, plain(type, "a", "2"));
  one.take(type, "a");
});

test("S12 an empty version with the latest nonce is neither first request nor rejection", () => {
  one.publish(1, ...names("a"));
  one.open().ask(EDS, "a");
  const { nonce } = one.take(EDS, "a");
  one.send(EDS, { nonce, names: ["a"] });
  one.silent();
  expect(one.counted).toEqual(["initial", "ack", "spontaneous"]);
  expect(one.status(EDS)).toBe("accepted");
});

test.each([CDS, EDS, LDS, RDS])("S13 a name that was dropped and is added again comes again: %s", (type) => {
  one.publish(1, plain(type, "a"), plain(type, "b"));
  one.open().ask(type, "a", "b");
  one.take(type, "a b");
  one.ask(type, "b");
  one.silent();
  one.ask(type, "a", "b");
  one.take(type, type === CDS || type === LDS ? "a b" : "a");
});
