import { beforeEach, describe, expect, test } from "vitest";
import { cluster, endpoints, listener, oid, routes } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Message } from "./event.ts";
import { type Memory, noMemory } from "./memory.ts";

let one: Stepper;
beforeEach(() => {
  one = new Stepper("sotw");
});

/** The client's labels, as it repeats them on its next stream. */
const labels = new Map<TypeUrl, string>();

function take(type: TypeUrl, content: string): Message {
  const message = one.take(type, content);
  labels.set(type, message.label);
  return message;
}

/** A client that has accepted clusters, listener and the routes `r` of the first commit. */
function connected(...resources: readonly Resource[]): void {
  one.publish(1, listener("l", ["r"]), ...resources);
  one.open().ask(CDS);
  take(CDS, one.names(CDS));
  one.ask(LDS);
  take(LDS, "l");
  one.ask(RDS, "r");
  take(RDS, "r");
}

/** The stream is lost, and the client comes back: to this process, or (`forgetful`) to another one. */
function reconnect(forgetful = false): void {
  const [remembered] = of("remember", one.happen({ kind: "closed" }));
  const memory: Memory = forgetful ? noMemory : (remembered?.memory ?? noMemory);
  one.open(undefined, memory);
  one.send(CDS, { version: labels.get(CDS) ?? "" });
  one.send(LDS, { version: labels.get(LDS) ?? "" });
  one.send(RDS, { version: labels.get(RDS) ?? "", names: ["r"] });
}

describe.each([
  ["this process", false],
  ["another one", true],
] as const)("2.4 SotW: a client that comes back to %s", (_, forgetful) => {
  test("a label over clusters that were to go stands for the commit and the one before: they stay until the routes have moved", () => {
    connected(cluster("x"), routes("r", ["x"]));
    one.publish(2, listener("l", ["r"]), cluster("y"), routes("r", ["y"]));
    take(CDS, "x y");
    one.expect(RDS, "r");
    reconnect(forgetful);
    one.take(CDS, "x y");
    one.take(RDS, "r");
    one.silent();
    one.pass(2_000);
    one.take(CDS, "y");
  });

  test("the label of routes runs ahead of those that were held back: either version is possible until one is accepted", () => {
    connected(cluster("x"), routes("r", ["x"]));
    one.ask(RDS, "r", "s");
    const resources = [listener("l", ["r"]), cluster("y", "1", true), endpoints("y"), routes("r", ["y"])];
    one.publish(2, ...resources, routes("s", [], "2"));
    take(CDS, "x y");
    take(RDS, "s");
    expect(labels.get(RDS)).toContain(oid(2));
    reconnect(forgetful);
    one.take(CDS, "x y");
    const moved = one.expect(RDS, "r");
    one.pass(60_000);
    one.silent();
    one.ack(moved);
    one.silent();
    one.pass(2_000);
    one.take(CDS, "y");
  });

  test("routes that were new and held back are not taken for held", () => {
    connected(cluster("x"), routes("r", ["x"]));
    one.ask(RDS, "r", "s");
    one.publish(
      2,
      listener("l", ["r"]),
      cluster("x"),
      cluster("y", "1", true),
      endpoints("y"),
      routes("r", ["x"], "2"),
      routes("s", ["y"]),
    );
    take(CDS, "x y");
    take(RDS, "r");
    reconnect(forgetful);
    one.ask(RDS, "r", "s");
    expect(one.stream.subs.get(RDS)?.acked.has("s")).toBe(false);
  });
});

test("2.4 SotW: this process knows what was held over several commits", () => {
  connected(cluster("x"), routes("r", ["x"]));
  const resources = [listener("l", ["r"]), cluster("y", "1", true), endpoints("y"), routes("r", ["y"])];
  one.publish(2, ...resources);
  take(CDS, "x y");
  one.publish(3, ...resources, cluster("z"));
  take(CDS, "x y z");
  one.publish(4, ...resources, cluster("z", "2"));
  one.expect(CDS, "x y z");
  reconnect();
  one.take(CDS, "x y z");
  one.take(RDS, "r");
  one.silent();
  one.pass(2_000);
  one.take(CDS, "y z");
});

test("2.4 SotW: a message in flight may have been accepted, and its label says so", () => {
  connected(cluster("x"), routes("r", ["x"]));
  const resources = [listener("l", ["r"]), cluster("y", "1", true), endpoints("y"), routes("r", ["y"])];
  one.publish(2, ...resources);
  take(CDS, "x y");
  one.publish(3, ...resources, cluster("z"));
  one.publish(4, ...resources, cluster("z", "2"));
  labels.set(CDS, one.expect(CDS, "x y z").label);
  reconnect();
  one.take(CDS, "x y z");
});

test("2.4 SotW: what was in flight and never accepted is not what the label stands for, however often the stream is lost", () => {
  connected(cluster("x"), routes("r"));
  one.publish(2, listener("l", ["r"]), routes("r"), cluster("x", "refused"));
  one.expect(CDS, "x");
  reconnect();
  one.expect(CDS, "x");
  one.publish(3, listener("l", ["r"]), routes("r", [], "2"));
  reconnect();
  const held = one.expect(CDS, "x");
  expect(held.upserts).toEqual([cluster("x")]);
});

test("2.4 SotW: a cluster that is claimed and suspect is held in the claimed version, after another rejection too", () => {
  connected(cluster("x"), routes("r", ["x"]));
  one.publish(2, listener("l", ["r"]), cluster("x", "refused"), routes("r", ["x"]));
  one.expect(CDS, "x");
  reconnect();
  one.nack(one.expect(CDS, "x"));
  one.take(RDS, "r");
  one.publish(3, listener("l", ["r"]), cluster("y"), routes("r", ["y"]));
  expect(one.expect(CDS, "x y").upserts[0]).toEqual(cluster("x"));
});

test.each([
  ["of a commit that nobody knows", `${oid(9)}+0123456789abcdef`],
  ["of another control plane", "7"],
])("2.4 SotW: with a label %s the view is sent alone", (_, label) => {
  connected(cluster("x"), routes("r", ["x"]));
  one.publish(2, listener("l", ["r"]), cluster("y"), routes("r", ["y"]));
  labels.set(CDS, label);
  reconnect(true);
  one.take(CDS, "y");
});

test("S8 a label that says exactly what the client shall have is not answered, one of a subset is", () => {
  connected(cluster("x"), routes("r", ["x"]));
  reconnect(true);
  one.take(RDS, "r");
  one.silent();
  one.ask(CDS, "x");
  one.take(CDS, "x");
});
