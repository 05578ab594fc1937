import { expect, test } from "vitest";
import { isRefName } from "./ref.ts";

test.each([["HEAD"], ["refs/heads/main"], ["refs/heads/feature/a-b_c.d"], ["refs/heads/ümlaut"], ["refs/pull/420/head"], ["refs/stash"]])(
  "%j may be a ref",
  (name) => {
    expect(isRefName(name)).toBe(true);
  },
);

test.each([
  [""],
  ["main"],
  ["heads/main"],
  ["refs"],
  ["refs/"],
  ["/refs/heads/main"],
  ["refs//heads"],
  ["refs/heads/../../config"],
  ["refs/heads/.hidden"],
  ["refs/heads/a.lock"],
  ["refs/heads/a/"],
  ["refs/heads/a."],
  ["refs/heads/a b"],
  ["refs/heads/a\nb"],
  ["refs/heads/a~1"],
  ["refs/heads/a^{tree}"],
  ["refs/heads/a:b"],
  ["refs/heads/@{1}"],
  ["refs/heads/*"],
  ["--help"],
])("%j is no ref", (name) => {
  expect(isRefName(name)).toBe(false);
});
