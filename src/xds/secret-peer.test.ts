import { expect, test } from "vitest";
import { mayHaveSecrets } from "./secret-peer.ts";

const identity = { uris: [], name: "edge", expiresAt: 0 };

test.each([
  ["unix", undefined, true],
  ["127.0.0.1:4000", undefined, true],
  ["127.8.0.1:4000", undefined, true],
  ["[::1]:4000", undefined, true],
  ["[::ffff:127.0.0.1]:4000", undefined, true],
  ["10.0.0.1:4000", identity, true],
  ["10.0.0.1:4000", undefined, false],
  ["[::ffff:10.0.0.1]:4000", undefined, false],
  ["[fe80::1]:4000", undefined, false],
  ["localhost:4000", undefined, false],
  ["", undefined, false],
])("%s, %j: %s", (address, who, may) => {
  expect(mayHaveSecrets({ address, ...(who === undefined ? {} : { identity: who }) })).toBe(may);
});
