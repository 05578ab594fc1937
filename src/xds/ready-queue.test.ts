import { expect, test } from "vitest";
import { ByteBudget } from "./byte-budget.ts";
import { type Rank, ReadyQueue } from "./ready-queue.ts";

const nextLoop = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function member(log: string[], name: string, work: () => void = () => {}) {
  return {
    turn() {
      log.push(name);
      work();
    },
  };
}

test("gives turns by rank and then by arrival, none before the event loop has turned", async () => {
  const log: string[] = [];
  const queue = new ReadyQueue(new ByteBudget(1));
  const arrivals: [string, Rank][] = [
    ["p1", "push"],
    ["a1", "answer"],
    ["p2", "push"],
    ["f1", "first"],
    ["a2", "answer"],
  ];
  for (const [name, rank] of arrivals) queue.add(member(log, name), rank);
  expect(log).toEqual([]);
  await nextLoop();
  expect(log).toEqual(["f1", "a1", "a2", "p1", "p2"]);
});

test("who waits already does not wait twice, but may rise", async () => {
  const log: string[] = [];
  const queue = new ReadyQueue(new ByteBudget(1));
  const one = member(log, "one");
  const two = member(log, "two");
  queue.add(two, "push");
  queue.add(one, "push");
  queue.add(one, "answer");
  queue.add(one, "push");
  await nextLoop();
  expect(log).toEqual(["one", "two"]);
});

test("who is removed gets none", async () => {
  const log: string[] = [];
  const queue = new ReadyQueue(new ByteBudget(1));
  const one = member(log, "one");
  queue.add(one, "push");
  queue.remove(one);
  await nextLoop();
  expect(log).toEqual([]);
});

test("after 8 ms others get the event loop, and then it goes on", async () => {
  const log: string[] = [];
  const queue = new ReadyQueue(new ByteBudget(1));
  const busy = () => {
    const end = performance.now() + 9;
    while (performance.now() < end);
  };
  for (const name of ["one", "two", "three"]) queue.add(member(log, name, busy), "push");
  setImmediate(() => log.push("loop"));
  for (let i = 0; i < 4; i++) await nextLoop();
  expect(log).toEqual(["one", "loop", "two", "three"]);
});

test("nobody has a turn while the budget is spent; with the first bytes that come back it goes on", async () => {
  const log: string[] = [];
  const budget = new ByteBudget(100);
  const queue = new ReadyQueue(budget);
  const given: (() => void)[] = [];
  const writes = (bytes: number) => () => void given.push(budget.take(bytes));
  queue.add(member(log, "one", writes(60)), "push");
  queue.add(member(log, "two", writes(60)), "push");
  queue.add(member(log, "three"), "push");
  await nextLoop();
  expect(log).toEqual(["one", "two"]);
  queue.add(member(log, "first"), "first");
  await nextLoop();
  expect(log).toEqual(["one", "two"]);
  given[0]?.();
  await nextLoop();
  expect(log).toEqual(["one", "two", "first", "three"]);
});

test("after 8 MiB others get the event loop, although the budget holds more", async () => {
  const log: string[] = [];
  const budget = new ByteBudget(100 * 1024 * 1024);
  const queue = new ReadyQueue(budget);
  const write = () => void budget.take(5 * 1024 * 1024);
  for (const name of ["one", "two", "three"]) queue.add(member(log, name, write), "push");
  setImmediate(() => log.push("loop"));
  for (let i = 0; i < 3; i++) await nextLoop();
  expect(log).toEqual(["one", "two", "loop", "three"]);
});
