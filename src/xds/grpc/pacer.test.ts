import { expect, test } from "vitest";
import { VirtualClock } from "../../../test/protocol/virtual-clock.ts";
import { Pacer } from "./pacer.ts";

test("a burst at once, the rest in order at its rate, without what was taken back", () => {
  const clock = new VirtualClock();
  const pacer = new Pacer({ perSecond: 10, burst: 2 }, clock);
  const done: number[] = [];
  const takeBack = [1, 2, 3, 4, 5].map((one) => pacer.add(() => done.push(one)));
  expect(done).toEqual([1, 2]);
  takeBack[3]?.();
  clock.advance(99);
  expect(done).toEqual([1, 2]);
  clock.advance(1);
  expect(done).toEqual([1, 2, 3]);
  clock.advance(100);
  expect(done).toEqual([1, 2, 3, 5]);
});

test("nothing happens after the end", () => {
  const clock = new VirtualClock();
  const pacer = new Pacer({ perSecond: 10, burst: 1 }, clock);
  const done: number[] = [];
  for (const one of [1, 2]) pacer.add(() => done.push(one));
  pacer.close();
  clock.advance(1_000);
  expect(done).toEqual([1]);
});
