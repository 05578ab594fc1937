import { beforeEach, describe, expect, test } from "vitest";
import { cluster, listener, plain } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import { CDS, EDS, LDS, RDS, shortName } from "../envoy/type-url.ts";

const unknown = "type.googleapis.com/x.Y";
const runtime = "type.googleapis.com/envoy.service.runtime.v3.Runtime";
const extension = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";

describe.each(["sotw", "delta"] as const)("rules of both forms, %s", (mode) => {
  const sotw = mode === "sotw";
  let one: Stepper;
  beforeEach(() => {
    one = new Stepper(mode);
  });

  test("C1 the node may be left out later, and another one ends the stream", () => {
    one.publish(1, cluster("a"));
    one.open().send(CDS, { node: "n1" });
    one.take(CDS, "a");
    one.send(LDS);
    one.send(RDS, { node: "n1" });
    expect(one.send(EDS, { node: "n2" })).toMatchObject([{ kind: "close", code: 3 }, { kind: "remember" }]);
    expect(one.send(CDS)).toEqual([]);
  });

  test("C2 on an aggregated stream an empty type ends it", () => {
    one.open();
    expect(one.send("")).toMatchObject([{ kind: "close", code: 3 }]);
  });

  test("C3 200 messages of two types have 200 nonces", () => {
    const nonces = new Set<string>();
    one.open().ask(CDS);
    one.ask(LDS);
    for (let i = 1; i <= 100; i++) {
      one.publish(i, cluster("a", `${i}`), listener("l", [], `${i}`));
      for (const type of [CDS, LDS]) nonces.add(one.take(type, type === CDS ? "a" : "l").nonce);
    }
    expect(nonces.size).toBe(200);
    expect(nonces.has("")).toBe(false);
  });

  test("C3 a name asked for again and again in one push gets a nonce of its own each time", () => {
    one.publish(1, plain(EDS, "a"));
    one.open();
    const nonces = new Set<string>();
    for (let i = 0; i < 50; i++) {
      one.ask(EDS, "a");
      nonces.add(one.take(EDS, "a").nonce);
      if (sotw) one.ask(EDS);
    }
    expect(nonces.size).toBe(50);
  });

  test.each([0, 13, 14])("C4 an error is a rejection whatever code (%i) and version it comes with", (code) => {
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    const { nonce, label } = one.expect(CDS, "a");
    const effects = one.send(CDS, { nonce, version: label, error: { code, message: "no" } });
    expect(of("verdict", effects)).toMatchObject([{ verdict: { accepted: false, code, error: "no" } }]);
    expect(one.status(CDS)).toBe("rejected parked");
    one.pass(30_000);
    one.silent();
  });

  test.each([CDS, EDS, LDS, RDS])("C5 nothing follows an ACK: %s", (type) => {
    one.publish(1, plain(type, "a"));
    one.open().ask(type, "a");
    one.take(type, "a");
    for (let second = 0; second < 30; second++) {
      one.pass(1_000);
      one.silent();
    }
  });

  test("C6 additions, changes and removals of one commit hold no name twice, and one type", () => {
    one.publish(1, ...["a", "b", "c"].map((name) => cluster(name)));
    one.open(CDS).ask(CDS);
    one.ask(CDS, ...(sotw ? [] : ["a", "b"]));
    one.take(CDS, "a b c");
    one.publish(2, cluster("b", "2"), cluster("d"), plain(EDS, "x"));
    const { upserts, removals } = one.take(CDS, sotw ? "b d" : "b d -a -c");
    const names = [...upserts.map(({ name }) => name), ...removals];
    expect(new Set(names).size).toBe(names.length);
    expect(upserts.every(({ type }) => type === CDS)).toBe(true);
  });

  test.each([CDS, EDS, LDS, RDS])("C7 a name that does not exist comes when it does, unasked: %s", (type) => {
    one.publish(1, plain(type, "other"));
    one.open().ask(type, "z");
    if (!sotw) one.take(type, "-z");
    else if (type === CDS || type === LDS) one.take(type, "");
    one.silent();
    one.publish(2, plain(type, "other"), plain(type, "z"));
    one.take(type, "z");
    one.silent();
  });

  test.each([CDS, LDS])("C8 no name means everything: %s", (type) => {
    one.publish(1, plain(type, "a"), plain(type, "b"));
    one.open().ask(type);
    one.take(type, "a b");
  });

  test.each([EDS, RDS])("C8 no name means nothing, with an old version too: %s", (type) => {
    const { commit, types } = one.publish(1, plain(type, "a"));
    one.open().send(type, { version: `${commit}+${types.get(type)?.digest.slice(0, 16)}` });
    one.silent();
    one.publish(2, plain(type, "a", "2"));
    one.silent();
    expect(one.status(type)).toBe("accepted");
  });

  test("C8 `*` means everything of any type", () => {
    one.publish(1, plain(EDS, "a"), plain(RDS, "r"));
    one.open().ask(EDS, "*");
    one.take(EDS, "a");
    one.ask(RDS, "*");
    one.take(RDS, "r");
    one.publish(2, plain(EDS, "a"), plain(EDS, "b"), plain(RDS, "r"));
    one.take(EDS, "b");
  });

  test("C10 going back is an update like any other", () => {
    const [first, second] = [cluster("a"), cluster("a", "2")];
    one.publish(2, first);
    one.open().ask(CDS);
    one.take(CDS, "a");
    one.publish(3, second);
    one.take(CDS, "a");
    one.publish(2, first);
    expect(one.take(CDS, "a").upserts).toEqual([first]);
    expect(one.status(CDS)).toBe("accepted");
  });

  test.each([unknown, runtime])("C11 %s is an empty collection", (type) => {
    one.publish(1, cluster("a"));
    one.open().ask(type);
    one.silent();
    one.ask(type, "z");
    if (!sotw) one.take(type, "-z");
    one.silent();
    one.ask(CDS);
    one.take(CDS, "a");
    one.publish(2, cluster("a", "2"));
    one.take(CDS, "a");
    one.silent();
  });

  test("C11 extensions are met with silence, asked for, claimed and dropped", () => {
    one.publish(1, cluster("a"));
    one.open().send(extension, { names: ["f", "g"], subscribe: ["f", "g"], claims: new Map([["f", "1"]]), version: "1" });
    one.silent();
    one.send(extension, { names: ["f", "h"], subscribe: ["h"], unsubscribe: ["g"] });
    one.silent();
    one.publish(2, cluster("a", "2"));
    one.silent();
  });

  test("C12 the first wildcard is answered even if there is nothing, once there is a snapshot", () => {
    one.open().ask(CDS);
    one.ask(LDS);
    one.silent();
    one.publish(1);
    one.take(CDS, "");
    one.take(LDS, "");
    one.silent();
  });

  test.each([CDS, LDS, EDS, RDS])("C13 the empty name is no wildcard, no answer, no growth: %s", (type) => {
    one.publish(1, plain(type, "a"));
    one.open().ask(type, "");
    one.silent();
    one.publish(2, plain(type, "a", "2"));
    one.silent();
    one.ask(type, "", "a");
    one.take(type, "a");
  });

  test("C13 the empty name ends the legacy wildcard and deletes nothing, even before it was answered", () => {
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    if (sotw) one.ask(CDS, "");
    else one.send(CDS, { unsubscribe: ["*"], subscribe: [""] });
    one.silent();
  });

  test("C15 three streams of one node converge each for itself", () => {
    const streams = [one, new Stepper(mode), new Stepper(mode)];
    for (const stream of streams) stream.publish(1, cluster("a"));
    const [first, second, third] = streams as [Stepper, Stepper, Stepper];
    first.open().ask(CDS);
    second.open().ask(CDS);
    third.open(CDS).ask(CDS);
    first.nack(first.expect(CDS, "a"));
    second.take(CDS, "a");
    third.expect(CDS, "a");
    expect(streams.map((stream) => stream.status(CDS))).toEqual(["rejected parked", "accepted", "pending in-flight"]);
  });

  test("C16 what is accepted is told as accepted, and nothing claims more", () => {
    one.publish(1, cluster("a", "1", true));
    one.open().ask(CDS);
    one.take(CDS, "a");
    const words = of("status", one.effects).map(({ status }) => status);
    expect([...new Set(words)]).toEqual(["not-sent", "pending", "accepted"]);
  });

  test.each([CDS, EDS, LDS, RDS])("C17 every message names its commit: %s", (type) => {
    const { commit } = one.publish(1, plain(type, "a"));
    one.open().ask(type, "a");
    const message = one.take(type, "a");
    expect(message.commit).toBe(commit);
    expect(message.label.startsWith(`${commit}+`), shortName(type)).toBe(true);
  });

  test("A1 a rejection of one type leaves the others flowing", () => {
    one.publish(1, cluster("a"), plain(RDS, "r"));
    one.open().ask(CDS);
    one.take(CDS, "a");
    one.ask(RDS, "r");
    one.nack(one.expect(RDS, "r"));
    one.publish(2, cluster("a", "2"), plain(RDS, "r"));
    one.take(CDS, "a");
  });
});
