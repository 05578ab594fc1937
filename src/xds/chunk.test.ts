import { describe, expect, test } from "vitest";
import { made } from "../../test/protocol/resources.ts";
import { Stepper } from "../../test/protocol/stepper.ts";
import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { CDS, EDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Message, Mode } from "./event.ts";

const names = Array.from({ length: 12 }, (_, i) => `n${String.fromCharCode(97 + i)}`);
const filling = "x".repeat(512 * 1024);

/** A resource of half a mebibyte. */
const large = (type: TypeUrl, name: string, value = "1") => made(type, name, value + filling);

function connected(mode: Mode, type: TypeUrl, ...resources: readonly Resource[]): Stepper {
  const one = new Stepper(mode);
  one.publish(1, ...resources);
  one.open(type).ask(type, ...(type === CDS || type === LDS ? [] : names));
  return one;
}

/** Every message until nothing is due, each accepted. */
function all(one: Stepper): Message[] {
  const messages: Message[] = [];
  for (let next = one.written(); next !== undefined; next = one.written()) {
    one.silent();
    one.ack(next);
    messages.push(next);
  }
  return messages;
}

const size = ({ upserts }: Message) => upserts.reduce((sum, { body }) => sum + body.length, 0);

describe.each([
  ["S14 SotW", "sotw", EDS],
  ["S14 SotW", "sotw", RDS],
  ["D16 delta", "delta", CDS],
  ["D16 delta", "delta", EDS],
  ["D16 delta", "delta", LDS],
  ["D16 delta", "delta", RDS],
] as const)("%s: 6 MiB of %s", (_, mode, type) => {
  test("come in chunks in order of names, each after the ACK of the one before, and each name once", () => {
    const one = connected(mode, type, ...names.map((name) => large(type, name)));
    const messages = all(one);
    expect(messages.length).toBeGreaterThanOrEqual(3);
    for (const message of messages) expect(size(message)).toBeLessThanOrEqual(2 * 1024 * 1024);
    expect(messages.flatMap(({ upserts }) => upserts.map(({ name }) => name))).toEqual(names);
    expect(one.status(type)).toBe("accepted");
  });

  test("a rejected chunk does not keep the others back", () => {
    const one = connected(mode, type, ...names.map((name) => large(type, name)));
    one.nack(one.expect(type, "na nb nc"));
    expect(all(one).flatMap(({ upserts }) => upserts.map(({ name }) => name))).toEqual(names.slice(3));
    expect(one.status(type)).toBe("rejected parked");
  });

  test("what changes before its chunk comes in its newest form alone", () => {
    const one = connected(mode, type, ...names.map((name) => large(type, name)));
    const first = one.expect(type, "na nb nc");
    one.publish(2, ...names.map((name) => large(type, name, name === "na" || name === "nf" ? "2" : "1")));
    one.ack(first);
    expect(all(one).flatMap(({ upserts }) => upserts.map(({ name }) => name))).toEqual(["na", ...names.slice(3)]);
  });
});

test("one resource above the chunk size is sent, alone", () => {
  const one = connected("delta", CDS, made(CDS, "a", "1"), made(CDS, "b", filling.repeat(6)), made(CDS, "c", "1"));
  expect(all(one).map((message) => one.gist(message))).toEqual(["a", "b", "c"]);
});

test("D16 removals take their turn among the names", () => {
  const one = connected("delta", CDS, ...names.map((name) => large(CDS, name)));
  all(one);
  one.publish(2, ...names.slice(0, -1).flatMap((name, i) => (i === 1 ? [] : large(CDS, name, "2"))));
  const gists = all(one).map((message) => one.gist(message));
  expect(gists[0]).toBe("na nc nd -nb");
  expect(gists.at(-1)).toMatch(/ -nl$/);
});

test("D16 a message that removes listeners is never cut", () => {
  const one = connected("delta", LDS, ...names.map((name) => large(LDS, name)));
  all(one);
  one.publish(2, ...names.slice(1).map((name) => large(LDS, name, "2")));
  expect(all(one).map((message) => one.gist(message))).toEqual([`${names.slice(1).join(" ")} -na`]);
});

test.each([CDS, LDS])("S14 a SotW message that replaces the whole set is never cut: %s", (type) => {
  const one = connected("sotw", type, ...names.map((name) => large(type, name)));
  expect(all(one).map((message) => one.gist(message))).toEqual([names.join(" ")]);
});
