import { expect, test } from "vitest";
import { milliseconds } from "./time.ts";

test.each([
  [0, "0s"],
  [3000, "3s"],
  [20, "0.020s"],
  [1500, "1.500s"],
  [0.0015, "0.000001500s"],
  [999.9999999, "1s"],
  [315_576_000_000_000, "315576000000s"],
])("%d ms is %s", (ms, expected) => {
  expect(milliseconds(ms)).toBe(expected);
});
