import { expect, test } from "vitest";
import { durationMs } from "./duration.ts";

test.each([
  ["3s", 3000],
  ["1m30s", 90_000],
  ["1500ms", 1500],
  ["0.1s", 100],
  ["0.1s0.2s", 300],
  ["1500ns", 1],
  ["2000us", 2],
  ["1h", 3_600_000],
  ["0s", 0],
  ["-5s", -5000],
])("%s is %s ms", (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(["", "3", "s", "3 s", "3d", "1.s", ".5s", "3s ", "1e3ms"])("%j is no duration", (text) => {
  expect(durationMs(text)).toBeUndefined();
});
