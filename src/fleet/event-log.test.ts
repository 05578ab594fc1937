import { expect, test } from "vitest";
import { EventLog } from "./event-log.ts";

function log(events: number, keep = 4) {
  const made = new EventLog({ boot: "b00t", keep, now: () => 7 });
  for (let i = 1; i <= events; i++) made.add({ type: "node.connected", fleet: "default", data: { node: `n${i}` } });
  return made;
}

test("events are read after a number, in order and in parts", () => {
  const one = log(3);
  expect(one.after(0, 2)?.map(({ number, at, data }) => [number, at, data.node])).toEqual([
    [1, 7, "n1"],
    [2, 7, "n2"],
  ]);
  expect(one.after(2, 2)?.map((event) => event.number)).toEqual([3]);
  expect(one.after(3, 2)).toEqual([]);
});

test("a ring keeps the newest, and knows what it has lost", () => {
  const one = log(9);
  expect(one.after(4, 10)).toBeUndefined();
  expect(one.after(5, 10)?.map((event) => event.number)).toEqual([6, 7, 8, 9]);
});

test.each([
  ["b00t-9", 9],
  ["b00t-5", 5],
  ["b00t-4", undefined],
  ["b00t-10", undefined],
  ["other-9", undefined],
  ["9", undefined],
  ["b00t-x", undefined],
])("the cursor %s is %s", (cursor, position) => {
  expect(log(9).position(cursor)).toBe(position);
});

test("whoever waits is woken by an event, or by giving up", async () => {
  const one = log(0);
  expect(one.cursor()).toBe("b00t-0");
  const waiting = one.changed(new AbortController().signal);
  one.add({ type: "source.failed", data: {} });
  await waiting;
  expect(one.cursor()).toBe("b00t-1");
  await one.changed(AbortSignal.abort());
});
