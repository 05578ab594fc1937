import { describe, expect, test } from "vitest";
import { plain } from "../../test/protocol/resources.ts";
import { of, Stepper } from "../../test/protocol/stepper.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";

// In SotW no question can come beside a message in flight: its nonce closes the message, and any other is stale.
describe.each([CDS, EDS, LDS, RDS])("2.3 a message without an answer, %s", (type) => {
  /** A stream whose first message nobody has answered, and which is asked for `b` then. */
  function asked(): Stepper {
    const one = new Stepper();
    one.publish(1, plain(type, "a"), plain(type, "b"));
    one.open().ask(type, "a");
    one.expect(type, "a");
    one.now = 10_000;
    one.ask(type, "b");
    return one;
  }

  test("keeps an answer to a new request back for 30 s, and no longer", () => {
    const one = asked();
    expect(of("wake", one.happen({ kind: "pump" }))).toEqual([{ kind: "wake", at: 30_000 }]);
    one.pass(19_999);
    one.silent();
    one.pass(1);
    one.expect(type, "b");
  });

  test("keeps everything else back for as long as it takes", () => {
    const one = asked();
    one.publish(2, plain(type, "a", "2"), plain(type, "b"), plain(type, "c"));
    one.pass(20_000);
    one.expect(type, "b");
    one.pass(3_600_000);
    one.silent();
    expect(one.status(type)).toBe("pending in-flight");
  });

  test("is suspect then, and sent once more after the answer; a late verdict counts for nothing", () => {
    const one = asked();
    const [late] = of("write", one.effects);
    one.pass(20_000);
    const answer = one.expect(type, "b");
    if (late !== undefined) one.nack(late.message);
    expect(one.counted.at(-1)).toBe("unknown_nonce");
    expect(one.status(type)).toBe("pending in-flight");
    one.ack(answer);
    one.take(type, "a");
    expect(one.status(type)).toBe("accepted");
    one.silent();
  });
});

test("an overdue message does not make the stream wake for ever while its answer is held back", () => {
  const one = new Stepper();
  one.publish(1, plain(CDS, "x"), plain(RDS, "a"));
  one.open().ask(RDS, "a");
  one.expect(RDS, "a");
  one.ask(RDS, "a");
  one.ask(CDS);
  one.expect(CDS, "x");
  one.pass(30_000);
  one.expect(RDS, "a");
  one.pass(30_000);
  expect(of("wake", one.happen({ kind: "pump" }))).toEqual([]);
});
