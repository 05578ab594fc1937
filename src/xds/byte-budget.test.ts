import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ByteBudget } from "./byte-budget.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A budget of 100 bytes that counts how often it was freed. */
function hundred() {
  const budget = new ByteBudget(100);
  const freed = vi.fn();
  budget.freed = freed;
  return { budget, freed };
}

test("is spent when all bytes are taken, and free when fewer are", () => {
  const { budget, freed } = hundred();
  const first = budget.take(60);
  expect(budget.spent).toBe(false);
  const second = budget.take(1_000);
  expect(budget.spent).toBe(true);
  first();
  expect(budget.spent).toBe(true);
  expect(freed).not.toHaveBeenCalled();
  second();
  expect(budget.spent).toBe(false);
  expect(freed).toHaveBeenCalledTimes(1);
});

test("takes bytes back once", () => {
  const { budget } = hundred();
  const give = budget.take(60);
  budget.take(60);
  give();
  give();
  budget.take(40);
  expect(budget.spent).toBe(true);
});

test("a client that does not read keeps the others waiting for half a second, and never again", () => {
  const { budget, freed } = hundred();
  const stalled = budget.take(80);
  vi.advanceTimersByTime(400);
  const reading = budget.take(80);
  expect(budget.spent).toBe(true);
  vi.advanceTimersByTime(499);
  expect(budget.spent).toBe(true);
  vi.advanceTimersByTime(1);
  expect(budget.spent).toBe(false);
  expect(freed).toHaveBeenCalledTimes(1);
  stalled();
  budget.take(19);
  expect(budget.spent).toBe(false);
  reading();
  budget.take(80);
  expect(budget.spent).toBe(false);
});

test("nothing is left to wait for once there is room", () => {
  const { budget } = hundred();
  budget.take(100)();
  expect(vi.getTimerCount()).toBe(0);
});
