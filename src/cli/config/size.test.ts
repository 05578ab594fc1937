import { expect, test } from "vitest";
import { parseSize } from "./size.ts";

test.each([
  ["0B", 0],
  ["12B", 12],
  ["64KiB", 65_536],
  ["256MiB", 268_435_456],
  ["2GiB", 2_147_483_648],
  ["", undefined],
  ["5", undefined],
  ["5MB", undefined],
  ["5 MiB", undefined],
  ["-5MiB", undefined],
  ["1.5MiB", undefined],
  ["5mib", undefined],
])("the size %j is %s", (text, expected) => {
  expect(parseSize(text)).toBe(expected);
});
