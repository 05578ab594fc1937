import { expect, test } from "vitest";
import { parseService } from "./service.ts";

test.each([
  ["quote", { host: "quote", port: undefined, qualified: false, ip: false, scheme: undefined, extra: false }],
  ["Quote:8080", { host: "quote", port: 8080 }],
  ["quote:0", { host: "quote", port: undefined }],
  ["quote:", { host: "quote", port: undefined }],
  ["//quote", { host: "quote", scheme: undefined }],
  ["http://quote.team", { host: "quote.team", scheme: "http", qualified: true }],
  ["HTTPS://API.Example.com:9443/x", { host: "api.example.com", port: 9443, scheme: "https", extra: true }],
  ["ftp://quote", { host: "quote", scheme: undefined, strangeScheme: "ftp" }],
  ["user:secret@quote", { host: "quote" }],
  ["quote?x=1", { host: "quote", extra: true }],
  ["quote#x", { host: "quote", extra: true }],
  ["a%2Db", { host: "a-b" }],
  ["10.1.2.3", { host: "10.1.2.3", ip: true, qualified: true }],
  ["10.1.2", { host: "10.1.2", ip: false }],
  ["[fd00::1]:81", { host: "fd00::1", port: 81, ip: true }],
  ["localhost", { host: "localhost", qualified: true }],
])("%s", (text, expected) => {
  expect(parseService(text)).toMatchObject(expected);
});

test.each(["", ":80", "http://", "//", "quote:65536", "quote:-1", "quote:x", "[fd00::1", "fd00::1]", "[nonsense]", "a%zz", "a%2", "a b"])(
  "%j is no service",
  (text) => {
    expect(parseService(text)).toBeUndefined();
  },
);
