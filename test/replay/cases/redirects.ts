import type { Case } from "../case.ts";

const to = (location: string, status = 301) => ({ status, headers: { location } });

/** Code and Location of redirects (ambassador.md 3.2). */
export const redirects: readonly Case[] = [
  {
    name: "to another host",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true}`,
    asks: [["http://any.example/a/b?c=d", to("http://new.example.com/a/b?c=d")]],
  },
  {
    name: "to a host with a port",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "new.example.com:8443", host_redirect: true}`,
    asks: [["http://any.example/a/", to("http://new.example.com:8443/a/")]],
  },
  {
    name: "a bare name gets no namespace",
    documents: `"Mapping a.team": {hostname: "*", prefix: /a/, service: shop, host_redirect: true}`,
    asks: [["http://any.example/a/", to("http://shop/a/")]],
  },
  {
    name: "to https",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "https://new.example.com", host_redirect: true}`,
    asks: [["http://any.example/a/", to("https://new.example.com/a/")]],
  },
  {
    name: "to http",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "http://new.example.com", host_redirect: true}`,
    asks: [["http://any.example/a/", to("http://new.example.com/a/")]],
  },
  {
    name: "to one path",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, path_redirect: /z}`,
    asks: [["http://any.example/a/b?c=d", to("http://new.example.com/z?c=d")]],
  },
  {
    name: "to another prefix",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, prefix_redirect: /z/}`,
    asks: [["http://any.example/a/b?c=d", to("http://new.example.com/z/b?c=d")]],
  },
  {
    name: "to a path with a group",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, regex_redirect: {pattern: "/a/([0-9]+)", substitution: '/n/\\1'}}`,
    asks: [["http://any.example/a/12?c=d", to("http://new.example.com/n/12?c=d")]],
  },
  {
    name: "of two paths the first in order counts",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, path_redirect: /p, prefix_redirect: /z/}`,
    problems: ["ambassador/redirect-conflict"],
    asks: [["http://any.example/a/b", to("http://new.example.com/p")]],
  },
  ...[301, 302, 303, 307, 308].map((code) => ({
    name: `with code ${code}`,
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, redirect_response_code: ${code}}`,
    asks: [["POST http://any.example/a/", to("http://new.example.com/a/", code)]] as const,
  })),
  {
    name: "a code that is none is 301",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, redirect_response_code: 300}`,
    problems: ["document/bad-enum"],
    asks: [["http://any.example/a/", to("http://new.example.com/a/")]],
  },
  {
    name: "worked example 15",
    documents: `"Mapping r": {hostname: "*", prefix: /old/, service: "https://new.example.com", host_redirect: true, path_redirect: /z, redirect_response_code: 308}`,
    asks: [["http://any.example/old/x", to("https://new.example.com/z", 308)]],
  },
  {
    name: "headers of the response stay",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true, add_response_headers: {x-a: b}}`,
    asks: [["http://any.example/a/", { status: 301, headers: { location: "http://new.example.com/a/", "x-a": "b" } }]],
  },
  {
    name: "a redirect of one header, and the rest forwarded",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, headers: {x-old: true}, service: new.example.com, host_redirect: true}, "Mapping b": {hostname: "*", prefix: /a/, service: one}`,
    asks: [
      [{ url: "http://any.example/a/", headers: { "x-old": "1" } }, 301],
      ["http://any.example/a/", "one"],
    ],
  },
  {
    name: "a member that forwards is dropped beside a redirect",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: new.example.com, host_redirect: true}, "Mapping b": {hostname: "*", prefix: /a/, service: one}`,
    problems: ["ambassador/redirect-mix"],
    asks: [["http://any.example/a/", 301]],
  },
  {
    name: "a path without host_redirect is no redirect",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one, path_redirect: /z}`,
    problems: ["ambassador/dead-field"],
    asks: [["http://any.example/a/x", "one /x"]],
  },
];
