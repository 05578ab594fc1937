import { expect, test } from "vitest";
import { formatMistake } from "./format.ts";

test.each([
  "",
  "plain",
  "100%%",
  "%%%PROTOCOL%%%",
  "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  "%REQ(X-A):20%",
  "%RESP(x-a)%/%TRAILER(x-b):3%",
  "%START_TIME%",
  "%START_TIME(%Y/%m/%dT%H:%M:%S%z %s)%",
  "%DYNAMIC_METADATA(envoy.lb:key):9%",
  "%FILTER_STATE(key:FIELD:name)%",
  "%GRPC_STATUS(NUMBER)%",
  "%COMMON_DURATION(DS_RX_BEG:US_RX_BEG:us)%",
  "%DOWNSTREAM_PEER_FINGERPRINT_256%",
  "%ENVIRONMENT(HOME)%",
])("%j is a format that Envoy takes", (text) => {
  expect(formatMistake(text)).toBeUndefined();
});

test.each([
  ["100%", "a single %"],
  ["%", "a single %"],
  ["a % b", "a single %"],
  ["%req(x)%", "a single %"],
  ["%REQ(x%", "a single %"],
  ["%PROTOCOL", "a single %"],
  ["%NO_SUCH_THING%", "no operator %NO_SUCH_THING%"],
  ["%REQ%", "needs an argument"],
  ["%REQ()%", "needs an argument"],
  ["%PROTOCOL(x)%", "takes no argument"],
  ["%PROTOCOL:5%", "takes no length"],
  ["%REQ(a?b?c)%", "argument"],
  ["%GRPC_STATUS(word)%", "argument"],
  ["%COMMON_DURATION(a)%", "argument"],
  ["%FILTER_STATE(a:b)%", "argument"],
  ["%START_TIME(%n)%", "argument"],
  ["fine %PROTOCOL% and %WRONG%", "%WRONG%"],
])("%j is refused: %s", (text, why) => {
  expect(formatMistake(text)).toContain(why);
});
