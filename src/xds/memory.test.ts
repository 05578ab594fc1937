import { describe, expect, test } from "vitest";
import { cluster, listener, routes } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Request } from "./event.ts";
import { type Memory, noMemory } from "./memory.ts";
import { NodeMemory } from "./node-memory.ts";

/** Ends the stream and gives what it wants to be remembered. */
function end(one: Stepper): Memory {
  const [remember] = of("remember", one.happen({ kind: "closed" }));
  if (remember === undefined) throw new Error("nothing is remembered");
  return remember.memory;
}

/** What a memory knows of a type, readable. */
function known(memory: Memory, type: TypeUrl = CDS): Record<string, readonly string[]> {
  return Object.fromEntries(memory.suspects.get(type) ?? []);
}

/** What a client claims that accepted these resources of a snapshot. */
function claim(one: Stepper, snapshot: Snapshot, type: TypeUrl): Partial<Request> {
  const set = snapshot.types.get(type);
  if (one.mode === "sotw") return { version: `${snapshot.commit}+${set?.digest.slice(0, 16)}` };
  return { claims: new Map([...(set?.resources.values() ?? [])].map(({ name, version }) => [name, version])) };
}

describe("what a stream leaves behind", () => {
  test("what was rejected, what was never answered, and nothing of what was accepted", () => {
    const one = new Stepper();
    one.publish(1, cluster("a"), cluster("b"), listener("l"), routes("r"));
    one.open().ask(CDS);
    one.take(CDS, "a b");
    one.ask(LDS);
    one.expect(LDS, "l");
    const changed = cluster("a", "2");
    one.publish(2, changed, listener("l"), routes("r"));
    one.nack(one.expect(CDS, "a"));
    const memory = end(one);
    expect(known(memory)).toEqual({ a: [changed.version] });
    expect(known(memory, LDS)).toEqual({ l: [listener("l").version] });
    expect(memory.suspects.has(RDS)).toBe(false);
  });

  test("a removal that was rejected or never answered", () => {
    const one = new Stepper();
    one.publish(1, cluster("a"), cluster("b"));
    one.open(CDS).ask(CDS);
    one.take(CDS, "a b");
    one.publish(2, cluster("b"));
    one.nack(one.expect(CDS, "-a"));
    one.publish(3);
    one.expect(CDS, "-a -b");
    expect(known(end(one))).toEqual({ a: ["removed"], b: ["removed"] });
  });

  test("all versions that were rejected one after the other", () => {
    const one = new Stepper();
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    const versions: Resource[] = [cluster("a")];
    one.nack(one.expect(CDS, "a"));
    for (const value of ["2", "3"]) {
      versions.push(cluster("a", value));
      one.publish(Number(value), cluster("a", value));
      one.nack(one.expect(CDS, "a"));
    }
    expect(known(end(one))).toEqual({ a: versions.map((version) => version.version) });
  });

  test("it is told when the server ends the stream, and only once", () => {
    const one = new Stepper();
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    one.expect(CDS, "a");
    expect(of("remember", one.happen({ kind: "end", code: 14, message: "bye" }))).toHaveLength(1);
    expect(one.happen({ kind: "closed" })).toEqual([]);
  });
});

describe.each(["sotw", "delta"] as const)("the next stream, %s", (mode) => {
  /** A client that has accepted commit 1 (`a`, `b`), and rejected commit 2 (`a` changed, `c` new); then commit 3 is like 1 again. */
  function returned(): { one: Stepper; first: Snapshot; memory: Memory } {
    const one = new Stepper(mode);
    const first = one.publish(1, cluster("a"), cluster("b"));
    one.open().ask(CDS);
    one.take(CDS, "a b");
    one.publish(2, cluster("a", "2"), cluster("b"), cluster("c"));
    one.nack(one.expect(CDS, mode === "sotw" ? "a b c" : "a c"));
    const memory = end(one);
    one.publish(3, cluster("a"), cluster("b"));
    return { one, first, memory };
  }

  test("2.6 D7 S8 what is suspect is sent although it is claimed, and removed although it is not", () => {
    const { one, first, memory } = returned();
    one.open(undefined, memory);
    one.send(CDS, claim(one, first, CDS));
    expect(one.status(CDS)).toMatch(/^(pending|not-sent)/);
    one.take(CDS, mode === "sotw" ? "a b" : "a");
    if (mode === "delta") one.silent();
    one.pass(5_000);
    if (mode === "delta") one.take(CDS, "-c");
    expect(one.status(CDS)).toBe("accepted");
    one.silent();
    expect(known(end(one))).toEqual({});
  });

  test("without the memory only the claims speak", () => {
    const { one, first } = returned();
    one.open().send(CDS, claim(one, first, CDS));
    one.silent();
  });

  test("what is remembered of a type nobody asks for has no effect", () => {
    const { one, memory } = returned();
    one.open(undefined, memory).ask(LDS);
    one.take(LDS, "");
    one.silent();
    expect([...end(one).suspects.keys()]).toEqual([LDS]);
  });

  test("2.4 a cluster stays for as long as routes may lead to it that were rejected, or claimed beside them", () => {
    const one = new Stepper(mode);
    const first = one.publish(1, cluster("old"), cluster("new"), listener("l", ["r"]), routes("r", ["old"]));
    one.open().ask(CDS);
    one.take(CDS, "new old");
    one.ask(LDS);
    one.take(LDS, "l");
    one.ask(RDS, "r");
    one.take(RDS, "r");
    one.publish(2, cluster("old"), cluster("new"), listener("l", ["r"]), routes("r", ["new"]));
    one.nack(one.expect(RDS, "r"));
    const memory = end(one);
    one.publish(3, listener("l", ["r"]), routes("r"));
    one.open(undefined, memory);
    one.send(CDS, claim(one, first, CDS));
    one.send(LDS, claim(one, first, LDS));
    one.send(RDS, { names: ["r"], subscribe: ["r"], ...claim(one, first, RDS) });
    if (mode === "sotw") one.take(CDS, "new old");
    const table = one.expect(RDS, "r");
    one.pass(3_600_000);
    one.silent();
    one.ack(table);
    one.silent();
    one.pass(2_000);
    one.take(CDS, mode === "sotw" ? "" : "-new -old");
  });

  test("NAK-08 a proxy that has started anew gets its listener in spite of a rejected cluster, whatever is remembered", () => {
    const one = new Stepper(mode);
    one.publish(1, cluster("bad"), listener("l", ["r"]), routes("r", ["bad"]));
    let memory: Memory = noMemory;
    for (let start = 0; start < 2; start++) {
      one.open(undefined, memory).ask(CDS);
      one.nack(one.expect(CDS, "bad"));
      one.ask(LDS);
      one.ask(RDS, "r");
      one.expect(LDS, "l");
      one.expect(RDS, "r");
      memory = end(one);
    }
  });

  test("what was taken back and rejected once more stays suspect", () => {
    const one = new Stepper(mode);
    one.publish(1, cluster("a"));
    one.open().ask(CDS);
    one.take(CDS, "a");
    one.publish(2, cluster("a", "2"));
    one.nack(one.expect(CDS, "a"));
    one.publish(3, cluster("a"));
    expect(of("verdict", one.nack(one.expect(CDS, "a"))).map((it) => it.verdict.changed.length)).toEqual([1]);
    one.publish(4, cluster("a"), listener("other"));
    one.take(CDS, "a");
    expect(one.status(CDS)).toBe("accepted");
  });
});

describe("the memory of a process", () => {
  const memory = (type: TypeUrl, ...names: string[]): Memory => ({
    ...noMemory,
    suspects: new Map([[type, new Map(names.map((name) => [name, ["1"]]))]]),
  });

  test("is kept for each node, and replaced type by type: C15 a stream forgets nothing for others", () => {
    const kept = new NodeMemory();
    kept.keep("n1", memory(CDS, "a"));
    kept.keep("n1", memory(LDS, "l"));
    kept.keep("n2", memory(CDS, "z"));
    expect([known(kept.of("n1")), known(kept.of("n1"), LDS), known(kept.of("n2"))]).toEqual([{ a: ["1"] }, { l: ["1"] }, { z: ["1"] }]);
    kept.keep("n1", memory(CDS, "b"));
    expect(known(kept.of("n1"))).toEqual({ b: ["1"] });
    kept.keep("n1", memory(CDS));
    kept.keep("n1", memory(LDS));
    expect(kept.of("n1").suspects.size).toBe(0);
    expect(kept.of("stranger").suspects.size).toBe(0);
  });

  test("is bounded: the node that was away for longest is forgotten", () => {
    const kept = new NodeMemory();
    const many = new Map(Array.from({ length: 400_000 }, (_, i) => [`c${i}`, ["1"]]));
    for (const node of ["n1", "n2", "n3"]) kept.keep(node, { ...noMemory, suspects: new Map([[CDS, many]]) });
    expect(["n1", "n2", "n3"].map((node) => kept.of(node).suspects.size)).toEqual([0, 1, 1]);
  });
});
