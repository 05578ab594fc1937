import type { Case } from "../case.ts";

const mapping = `"Mapping m": {hostname: "*", prefix: /, service: one, rewrite: ""}`;
const withModule = (config: string) => `"Module ambassador": {config: {${config}}}, ${mapping}`;
const large = "x".repeat(200);

/** What the Module does to requests (ambassador.md 10). */
export const module: readonly Case[] = [
  {
    name: "addresses in ip_allow are let in",
    documents: withModule("ip_allow: [{peer: 127.0.0.0/8}]"),
    asks: [["http://a.example/x", "one /x"]],
  },
  {
    name: "addresses outside ip_allow are refused",
    documents: withModule("ip_allow: [{peer: 10.0.0.0/8}]"),
    asks: [["http://a.example/x", 403]],
  },
  {
    name: "ip_allow without a good entry refuses everybody",
    documents: withModule("ip_allow: [{peer: nonsense}]"),
    problems: ["ambassador/ip-filter-invalid"],
    asks: [["http://a.example/x", 403]],
  },
  {
    name: "addresses in ip_deny are refused",
    documents: withModule("ip_deny: [{remote: 127.0.0.1}]"),
    asks: [["http://a.example/x", 403]],
  },
  {
    name: "ip_deny counts after ip_allow",
    documents: withModule("ip_allow: [{peer: 127.0.0.0/8}], ip_deny: [{peer: 127.0.0.1}]"),
    problems: ["ambassador/ip-filter-conflict"],
    asks: [["http://a.example/x", 403]],
  },
  {
    name: "a Lua script sees every request and answer",
    documents: withModule(
      `lua_scripts: 'function envoy_on_request(h) h:headers():add("x-lua", "in") end function envoy_on_response(h) h:headers():add("x-lua", "out") end'`,
    ),
    asks: [["http://a.example/x", { from: "one", saw: { "x-lua": "in" }, headers: { "x-lua": "out" } }]],
  },
  {
    name: "gzip compresses what clients accept",
    documents: withModule("gzip: {min_content_length: 100, content_type: [application/json]}"),
    asks: [
      [{ url: `http://a.example/${large}`, headers: { "accept-encoding": "gzip" } }, { headers: { "content-encoding": "gzip" } }],
      [`http://a.example/${large}`, { from: "one", headers: { "content-encoding": null } }],
    ],
  },
  {
    name: "a buffer refuses larger requests",
    documents: withModule("buffer: {max_request_bytes: 10}"),
    asks: [
      [{ url: "POST http://a.example/x", body: "small" }, "one /x"],
      [{ url: "POST http://a.example/x", body: large }, 413],
    ],
  },
  {
    name: "settings of connections",
    documents: withModule(
      "server_name: gate, merge_slashes: true, reject_requests_with_escaped_slashes: true, suppress_envoy_headers: true",
    ),
    asks: [
      ["http://a.example/x//y", { from: "one", path: "/x/y", headers: { server: "gate", "x-envoy-upstream-service-time": null } }],
      ["http://a.example/x%2Fy", 400],
    ],
  },
  {
    name: "headers with underscores are refused or dropped",
    documents: withModule("headers_with_underscores_action: DROP_HEADER"),
    asks: [
      [
        { url: "http://a.example/x", headers: { a_b: "1" } },
        { from: "one", saw: { a_b: null } },
      ],
    ],
  },
];
