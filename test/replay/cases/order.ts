import type { Case } from "../case.ts";

/** Which of several Mappings goes first (ambassador.md 6.5). */
export const order: readonly Case[] = [
  {
    name: "the longer prefix goes first",
    documents: `"Mapping a": {hostname: "*", prefix: /, service: one}, "Mapping b": {hostname: "*", prefix: /x/, service: two}, "Mapping c": {hostname: "*", prefix: /x/y/, service: three}`,
    asks: [
      ["http://any.example/z", "one /z"],
      ["http://any.example/x/z", "two /z"],
      ["http://any.example/x/y/z", "three /z"],
    ],
  },
  {
    name: "precedence beats length",
    documents: `"Mapping a": {hostname: "*", prefix: /ab, precedence: 10, service: one}, "Mapping b": {hostname: "*", prefix: /abcdef/, service: two}`,
    problems: ["route/unreachable"],
    asks: [["http://any.example/abcdef/", "one"]],
  },
  {
    name: "negative precedence goes last",
    documents: `"Mapping a": {hostname: "*", prefix: /long/, precedence: -1, service: one}, "Mapping b": {hostname: "*", prefix: /lo, service: two}`,
    problems: ["route/unreachable"],
    asks: [["http://any.example/long/", "two"]],
  },
  {
    name: "the text of headers counts, not their number",
    documents: `
      "Mapping two": {hostname: "*", prefix: /x/, headers: {a: "1", b: "1"}, service: one},
      "Mapping long": {hostname: "*", prefix: /x/, headers: {x-very-long-header-name: v}, service: two}`,
    asks: [
      [{ url: "http://any.example/x/", headers: { a: "1", b: "1", "x-very-long-header-name": "v" } }, "two"],
      [{ url: "http://any.example/x/", headers: { a: "1", b: "1" } }, "one"],
    ],
  },
  {
    name: "a hostname goes before none",
    documents: `"Mapping host": {hostname: d.example.com, prefix: /x/, service: one}, "Mapping any": {hostname: "*", prefix: /x/, service: two}`,
    asks: [
      ["http://d.example.com/x/", "one"],
      ["http://e.example.com/x/", "two"],
    ],
  },
  {
    name: "a longer prefix goes before a header",
    documents: `"Mapping hdr": {hostname: "*", prefix: /x/, headers: {x-very-long-header-name: v}, service: one}, "Mapping long": {hostname: "*", prefix: /x/yyy/, service: two}`,
    asks: [
      [{ url: "http://any.example/x/yyy/", headers: { "x-very-long-header-name": "v" } }, "two"],
      [{ url: "http://any.example/x/", headers: { "x-very-long-header-name": "v" } }, "one"],
    ],
  },
  {
    name: "an expression is as long as its text",
    documents: `
      "Mapping rx": {hostname: "*", prefix: "/a.*", prefix_regex: true, rewrite: "", service: one},
      "Mapping long": {hostname: "*", prefix: /abcdef/, service: two}, "Mapping short": {hostname: "*", prefix: /a, service: three}`,
    asks: [
      ["http://any.example/abcdef/x", "two /x"],
      ["http://any.example/abc", "one /abc"],
      ["http://any.example/a", "one /a"],
    ],
  },
  {
    name: "parameters count after headers",
    documents: `
      "Mapping q": {hostname: "*", prefix: /x/, query_parameters: {a-very-long-parameter: "1"}, service: one},
      "Mapping h": {hostname: "*", prefix: /x/, headers: {a: b}, service: two}`,
    asks: [
      [{ url: "http://any.example/x/?a-very-long-parameter=1", headers: { a: "b" } }, "two"],
      ["http://any.example/x/?a-very-long-parameter=1", "one"],
    ],
  },
  {
    name: "the order of worked example 7",
    documents: `
      "Mapping any": {hostname: "*", prefix: /x/, rewrite: /any, service: one},
      "Mapping get": {hostname: "*", prefix: /x/, method: GET, rewrite: /get, service: one},
      "Mapping put": {hostname: "*", prefix: /x/, method: PUT, rewrite: /put, service: one},
      "Mapping host": {hostname: d.example.com, prefix: /x/, rewrite: /host, service: one},
      "Mapping hdr": {hostname: "*", prefix: /x/, headers: {x-very-long-header-name: v}, rewrite: /hdr, service: one},
      "Mapping rx": {hostname: "*", prefix: "/a.*", prefix_regex: true, rewrite: "", service: one},
      "Mapping long": {hostname: "*", prefix: /abcdef/, rewrite: /long, service: one},
      "Mapping p10": {hostname: "*", prefix: /ab, precedence: 10, rewrite: /p10, service: one}`,
    problems: ["route/unreachable"],
    asks: [
      ["http://d.example.com/abcdef/", "one /p10cdef/"],
      ["http://d.example.com/ac", "one /ac"],
      [{ url: "http://d.example.com/x/", headers: { "x-very-long-header-name": "v" } }, "one /hdr"],
      ["http://d.example.com/x/", "one /host"],
      ["PUT http://any.example/x/", "one /put"],
      ["GET http://any.example/x/", "one /get"],
      ["POST http://any.example/x/", "one /any"],
    ],
  },
];
