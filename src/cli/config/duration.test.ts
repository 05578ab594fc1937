import { expect, test } from "vitest";
import { isLoopback, parseAddress } from "./address.ts";
import { parseDuration } from "./duration.ts";

test.each([
  ["250ms", 250],
  ["20s", 20_000],
  ["5m", 300_000],
  ["24h", 86_400_000],
  ["1m30s", 90_000],
  ["0s", 0],
  ["", undefined],
  ["5", undefined],
  ["-5s", undefined],
  ["1.5s", undefined],
  ["5 s", undefined],
  ["5d", undefined],
])("the duration %j is %s", (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  ["127.0.0.1:18000", { host: "127.0.0.1", port: 18000 }, true],
  ["127.8.8.8:1", { host: "127.8.8.8", port: 1 }, true],
  ["localhost:0", { host: "localhost", port: 0 }, true],
  ["[::1]:18000", { host: "::1", port: 18000 }, true],
  ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }, false],
  ["[::]:80", { host: "::", port: 80 }, false],
  ["[::ffff:127.0.0.1]:80", { host: "::ffff:127.0.0.1", port: 80 }, true],
  ["192.0.2.1:80", { host: "192.0.2.1", port: 80 }, false],
])("the address %s", (text, expected, loopback) => {
  const address = parseAddress(text);
  expect(address).toEqual(expected);
  expect(address && isLoopback(address)).toBe(loopback);
});

test.each(["", "127.0.0.1", ":18000", "::1:80", "127.0.0.1:70000", "127.1:80", "[127.0.0.1]:80", "example.com:80"])(
  "%j is no address",
  (text) => {
    expect(parseAddress(text)).toBeUndefined();
  },
);
