import { describe, expect, test } from "vitest";
import { cluster, endpoints, listener, routes } from "../../test/protocol/resources.ts";
import { Stepper } from "../../test/protocol/stepper.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";
import { drainTime, pruneGrace } from "./timing.ts";

/** A client that has taken a Listener, its routes and their cluster `x`, beside a cluster `y` that stays. */
function following(mode: "delta" | "sotw"): Stepper {
  const one = new Stepper(mode);
  one.publish(1, cluster("x"), cluster("y"), listener("l", ["r"]), routes("r", ["x"]));
  one.open().ask(CDS);
  one.take(CDS, "x y");
  one.ask(LDS);
  one.take(LDS, "l");
  one.ask(RDS, "r");
  one.take(RDS, "r");
  return one;
}

/** The Listener, the routes and `x` go from git. */
function close(one: Stepper): void {
  one.publish(2, cluster("y"));
  one.take(LDS, one.mode === "sotw" ? "" : "-l");
  if (one.mode === "delta") one.take(RDS, "-r");
}

/** The client asks for the routes no more, as Envoy does when the last connection of the Listener is gone. */
function stopAsking(one: Stepper): void {
  if (one.mode === "delta") one.send(RDS, { unsubscribe: ["r"] });
  else one.ask(RDS);
}

describe.each(["delta", "sotw"] as const)("the clusters of a Listener that is gone, %s", (mode) => {
  test("stay until the client asks for its routes no more", () => {
    const one = following(mode);
    close(one);
    one.silent();
    one.pass(drainTime / 2);
    one.silent();
    stopAsking(one);
    one.silent();
    one.pass(pruneGrace);
    one.take(CDS, mode === "delta" ? "-x" : "y");
    one.silent();
  });

  test("and their endpoints do not make the client late", () => {
    const one = new Stepper(mode);
    one.publish(1, cluster("x", "1", true), endpoints("x"), listener("l", ["r"]), routes("r", ["x"]));
    one.open().ask(CDS);
    const first = one.expect(CDS, "x");
    one.ask(EDS, "x");
    one.take(EDS, "x");
    one.ack(first);
    one.ask(LDS);
    one.take(LDS, "l");
    one.ask(RDS, "r");
    one.take(RDS, "r");
    one.publish(2);
    one.take(LDS, mode === "delta" ? "-l" : "");
    if (mode === "delta") one.take(RDS, "-r");
    one.silent();
    for (const type of [CDS, EDS, LDS, RDS]) expect(one.status(type)).toBe("accepted");
  });

  test("go by the routes' next version when they come back", () => {
    const one = following(mode);
    close(one);
    one.publish(3, cluster("y"), listener("l", ["r"]), routes("r", ["y"]));
    one.take(LDS, "l");
    one.take(RDS, "r");
    one.silent();
    one.pass(pruneGrace);
    one.take(CDS, mode === "delta" ? "-x" : "y");
  });
});

describe("routes that a client goes on naming", () => {
  test("are believed to drain no longer than Envoy lets them by itself", () => {
    const one = following("delta");
    close(one);
    one.silent();
    one.pass(drainTime);
    one.silent();
    one.pass(pruneGrace);
    one.take(CDS, "-x");
  });

  test("hold everything on the next stream, on which nothing is known of them", () => {
    const one = following("delta");
    // Of a cluster of which only the version is known, the endpoints are not known either.
    const held = new Map([
      ["x", "of a program before"],
      ["y", cluster("y").version],
    ]);
    close(one);
    one.open().send(CDS, { claims: held });
    one.send(LDS);
    one.take(LDS, "");
    one.send(EDS, { subscribe: ["x"], claims: new Map([["x", endpoints("x").version]]) });
    one.ask(RDS, "r");
    one.take(RDS, "-r");
    one.pass(drainTime / 2);
    one.silent();
    for (const type of [CDS, EDS]) expect(one.status(type)).toBe("accepted");
    stopAsking(one);
    one.silent();
    one.pass(pruneGrace);
    one.take(CDS, "-x");
  });

  test("hold nothing back from a client that is new", () => {
    const one = new Stepper("delta");
    one.publish(1, cluster("y"), listener("l"));
    one.open().ask(CDS);
    one.take(CDS, "y");
    one.ask(LDS);
    one.take(LDS, "l");
    one.ask(RDS, "r");
    one.take(RDS, "-r");
    one.publish(2, listener("l"));
    one.silent();
    one.pass(pruneGrace);
    one.take(CDS, "-y");
  });
});
