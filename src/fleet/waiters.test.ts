import { expect, test } from "vitest";
import { Waiters } from "./waiters.ts";

test("all who wait go on at the next change, and those who come later wait for another", async () => {
  const waiters = new Waiters();
  const never = new AbortController().signal;
  const seen: string[] = [];
  const wait = async (name: string) => {
    await waiters.next(never);
    seen.push(name);
  };
  const first = [wait("a"), wait("b")];
  waiters.announce();
  const later = wait("c");
  await Promise.all(first);
  expect(seen).toEqual(["a", "b"]);
  waiters.announce();
  await later;
  expect(seen).toEqual(["a", "b", "c"]);
});

test("nobody waits longer than its signal, not even one that was aborted before", async () => {
  const waiters = new Waiters();
  const stopped = new AbortController();
  const waiting = waiters.next(stopped.signal);
  stopped.abort();
  await waiting;
  await waiters.next(stopped.signal);
  waiters.announce();
});
