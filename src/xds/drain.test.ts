import { expect, test } from "vitest";
import { VirtualClock } from "../../test/protocol/virtual-clock.ts";
import { drain } from "./drain.ts";

test("each ends at a moment of its share of the time", () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const ended: number[] = [];
  const random = [0.5, 0, 0.999, 0.25][Symbol.iterator]();
  const ends = Array.from({ length: 4 }, () => () => ended.push(clock.now() - start));
  drain(ends, 1_000, clock, () => random.next().value ?? 0);
  clock.advance(1_000);
  expect(ended.map(Math.round)).toEqual([125, 250, 750, 813]);
});

test("what is called off does not happen", () => {
  const clock = new VirtualClock();
  const ended: string[] = [];
  const ends = ["a", "b"].map((name) => () => ended.push(name));
  const stop = drain(ends, 1_000, clock, () => 0.5);
  clock.advance(300);
  stop();
  clock.advance(1_000);
  expect(ended).toEqual(["a"]);
});

test("without time all end at once", () => {
  const ended: string[] = [];
  const ends = ["a", "b"].map((name) => () => ended.push(name));
  drain(ends, 0, new VirtualClock(), () => 0.5);
  expect(ended).toEqual(["a", "b"]);
});
