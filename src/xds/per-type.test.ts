import { describe, expect, test } from "vitest";
import { cluster, endpoints, listener, routes } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";

describe.each(["sotw", "delta"] as const)("a stream of one type, %s", (mode) => {
  test("C2 its type is implied, and named it is the same", () => {
    const one = new Stepper(mode);
    one.publish(1, cluster("a"));
    one.open(CDS);
    one.send("");
    const message = one.expect(CDS, "a");
    expect(of("verdict", one.send("", { nonce: message.nonce, version: message.label }))).toMatchObject([
      { verdict: { type: CDS, accepted: true } },
    ]);
    one.publish(2, cluster("a", "2"));
    one.take(CDS, "a");
  });

  test("C2 another type ends it", () => {
    const one = new Stepper(mode);
    one.publish(1, cluster("a"), endpoints("a"));
    one.open(CDS);
    one.send(CDS);
    expect(one.ask(EDS, "a")).toMatchObject([{ kind: "close", code: 3 }, { kind: "remember" }]);
    one.silent();
  });

  test("A2 routes and listeners wait for no cluster", () => {
    const [tables, listeners] = [new Stepper(mode), new Stepper(mode)];
    for (const one of [tables, listeners])
      one.publish(1, cluster("x", "1", true), endpoints("x"), routes("r", ["x"]), listener("l", ["r"]));
    tables.open(RDS).ask(RDS, "r");
    tables.take(RDS, "r");
    listeners.open(LDS).ask(LDS);
    listeners.take(LDS, "l");
  });

  test("2.4 without claims what is dropped goes at once: nobody on the stream refers to it", () => {
    const one = new Stepper(mode);
    one.publish(1, cluster("x"), cluster("y"));
    one.open(CDS).ask(CDS);
    one.take(CDS, "x y");
    one.publish(2, cluster("y"));
    one.take(CDS, mode === "sotw" ? "y" : "-x");
    one.silent();
  });

  test("2.4 with claims it waits as long as another type might have spoken, and the grace", () => {
    const one = new Stepper(mode);
    const first = one.publish(1, cluster("x"), cluster("y"));
    one.publish(2, cluster("y"));
    one.open(CDS);
    const held = new Map([...(first.types.get(CDS)?.resources.values() ?? [])].map(({ name, version }) => [name, version]));
    one.send(CDS, mode === "sotw" ? { version: `${first.commit}+${first.types.get(CDS)?.digest.slice(0, 16)}` } : { claims: held });
    if (mode === "sotw") one.take(CDS, "x y");
    one.silent();
    one.pass(4_999);
    one.silent();
    one.pass(1);
    one.take(CDS, mode === "sotw" ? "y" : "-x");
  });
});
