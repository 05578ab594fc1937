import { expect, test } from "vitest";
import { RequestPace } from "./request-pace.ts";

const limits = { requests: { perSecond: 10, burst: 3 }, requestPauseMs: 1_000 };

test("a burst is read at once, what follows at its rate", () => {
  const pace = new RequestPace(limits, 0);
  expect([pace.request(0), pace.request(0), pace.request(0)]).toEqual(["go", "go", { waitUntil: 100 }]);
  expect(pace.request(100)).toEqual({ waitUntil: 200 });
  // A client that sends more slowly is not held up any more.
  expect(pace.request(400)).toBe("go");
});

test("one who never slows down is over the limit in the end", () => {
  const pace = new RequestPace(limits, 0);
  let now = 0;
  let reads = 0;
  for (let next = pace.request(now); next !== "over"; next = pace.request(now)) {
    reads++;
    if (typeof next !== "string") now = next.waitUntil;
  }
  expect({ now, reads }).toEqual({ now: 1_000, reads: 12 });
});

test("it is not enough to rest for a moment", () => {
  const pace = new RequestPace({ requests: { perSecond: 10, burst: 1 }, requestPauseMs: 500 }, 0);
  expect([0, 100, 200, 300, 400, 500].map((now) => typeof pace.request(now))).toEqual([...Array(5).fill("object"), "string"]);
});
