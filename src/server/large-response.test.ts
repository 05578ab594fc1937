import { expect, test } from "vitest";
import { CDS } from "../envoy/type-url.ts";
import type { Message } from "../xds/event.ts";
import { watchLargeResponses } from "./large-response.ts";

test("S14 responses of 3 MiB are counted each, and logged once for all nodes that get the same", () => {
  const counted: string[] = [];
  const logged: unknown[] = [];
  const watch = watchLargeResponses(
    { warn: (what: unknown) => void logged.push(what) },
    { limitHit: (limit) => void counted.push(limit) },
    3 * 1024 * 1024,
  );
  const at = (commit: string): Message => ({
    type: CDS,
    mode: "sotw",
    nonce: "1",
    label: "",
    commit,
    reason: "content",
    upserts: [],
    removals: [],
  });
  const limit = 3 * 1024 * 1024;
  watch(at("a"), limit - 1);
  expect(counted).toEqual([]);
  watch(at("a"), limit);
  watch(at("a"), limit);
  watch(at("b"), limit + 1);
  expect(counted).toEqual(Array(3).fill("response_warning_size"));
  expect(logged).toEqual([
    { type: "CDS", mode: "sotw", commit: "a", bytes: limit },
    { type: "CDS", mode: "sotw", commit: "b", bytes: limit + 1 },
  ]);
});
