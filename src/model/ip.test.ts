import { expect, test } from "vitest";
import { isIp, isIpv4 } from "./ip.ts";

test.each(["10.0.0.1", "0.0.0.0", "255.255.255.255"])("%s is an IPv4 address", (text) => {
  expect([isIpv4(text), isIp(text)]).toEqual([true, true]);
});

test.each(["::1", "fe80::1", "::ffff:10.0.0.1"])("%s is an IPv6 address", (text) => {
  expect([isIpv4(text), isIp(text)]).toEqual([false, true]);
});

test.each(["", "a", "a.b", "10", "10.0.0", "10.0.0.256", "010.0.0.1", "0x7f.0.0.1", "10.0.0.1.", "1.2.3.4.5", "[::1]"])(
  "%s is none",
  (text) => {
    expect([isIpv4(text), isIp(text)]).toEqual([false, false]);
  },
);
