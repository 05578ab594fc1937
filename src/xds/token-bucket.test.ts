import { expect, test } from "vitest";
import { TokenBucket } from "./token-bucket.ts";

test("a bucket lets so many happen at once, and then so many a second", () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 0);
  for (let i = 0; i < 3; i++) {
    expect(bucket.has(0)).toBe(true);
    bucket.take(0);
  }
  expect(bucket.has(0)).toBe(false);
  expect(bucket.next(0)).toBe(500);
  expect(bucket.has(499)).toBe(false);
  expect(bucket.has(500)).toBe(true);
  bucket.take(500);
  expect(bucket.next(600)).toBe(1_000);
});

test("rest is not saved up beyond the burst", () => {
  const bucket = new TokenBucket({ perSecond: 2, burst: 3 }, 0);
  for (let i = 0; i < 3; i++) bucket.take(1_000_000);
  expect(bucket.has(1_000_000)).toBe(false);
});
