import type { Case } from "../case.ts";

const mapping = `"Mapping a": {hostname: "*", prefix: /a/, rewrite: "", service: one}`;
const module = (config: string) => `"Module ambassador": {config: {${config}}}, ${mapping}`;
const url = "http://any.example/a/";
const long = "pears and apples ".repeat(60).trim();

/** What the Module does to every request (ambassador.md 10). */
export const modules: readonly Case[] = [
  { name: "server_name", documents: module("server_name: edge"), asks: [[url, { from: "one", headers: { server: "edge" } }]] },
  { name: "the server is envoy", documents: mapping, asks: [[url, { from: "one", headers: { server: "envoy" } }]] },
  {
    name: "strip_matching_host_port",
    documents: `"Module ambassador": {config: {strip_matching_host_port: true}}, "Host a": {hostname: a.example.com, requestPolicy: {insecure: {action: Route}}}, "Mapping a": {hostname: a.example.com, prefix: /, service: one}`,
    asks: [
      ["http://a.example.com:$port/", { from: "one", saw: { host: "a.example.com" } }],
      ["http://a.example.com:1/", 404],
    ],
  },
  {
    name: "merge_slashes",
    documents: module("merge_slashes: true"),
    asks: [["http://any.example//a///b", "one /a/b"]],
  },
  {
    name: "reject_requests_with_escaped_slashes",
    documents: module("reject_requests_with_escaped_slashes: true"),
    asks: [
      ["http://any.example/a/x%2Fy", 400],
      ["http://any.example/a/x%20y", "one /a/x%20y"],
    ],
  },
  {
    name: "headers with underscores are refused if that is wanted",
    documents: module("headers_with_underscores_action: REJECT_REQUEST"),
    asks: [
      [{ url, headers: { x_y: "1" } }, 400],
      [url, "one"],
    ],
  },
  {
    name: "headers with underscores are dropped if that is wanted",
    documents: module("headers_with_underscores_action: DROP_HEADER"),
    asks: [
      [
        { url, headers: { x_y: "1", "x-z": "1" } },
        { from: "one", saw: { x_y: null, "x-z": "1" } },
      ],
    ],
  },
  {
    name: "max_request_headers_kb",
    documents: module("max_request_headers_kb: 2"),
    asks: [
      [{ url, headers: { "x-long": "x".repeat(3000) } }, 431],
      [{ url, headers: { "x-long": "x".repeat(1000) } }, "one"],
    ],
  },
  {
    name: "an id that came is replaced",
    documents: mapping,
    asks: [
      [
        { url: "http://any.example/a/", headers: { "x-request-id": "mine" } },
        { from: "one", text: /"x-request-id":"[0-9a-f-]{36}"/ },
      ],
    ],
  },
  {
    name: "preserve_external_request_id",
    documents: module("preserve_external_request_id: true"),
    asks: [
      [
        { url, headers: { "x-request-id": "mine" } },
        { from: "one", saw: { "x-request-id": "mine" } },
      ],
    ],
  },
  {
    name: "use_remote_address false believes x-forwarded-for",
    documents: module("use_remote_address: false"),
    asks: [
      [
        { url, headers: { "x-forwarded-for": "1.2.3.4" } },
        { from: "one", saw: { "x-forwarded-for": "1.2.3.4" } },
      ],
    ],
  },
  {
    name: "suppress_envoy_headers",
    documents: module("suppress_envoy_headers: true"),
    asks: [[url, { from: "one", headers: { "x-envoy-upstream-service-time": null }, saw: { "x-envoy-expected-rq-timeout-ms": null } }]],
  },
  {
    name: "a script adds a header",
    documents: module(`lua_scripts: "function envoy_on_response(handle)\\n  handle:headers():add('x-lua', 'was here')\\nend"`),
    asks: [[url, { from: "one", headers: { "x-lua": "was here" } }]],
  },
  {
    name: "a script answers",
    documents: module(`lua_scripts: "function envoy_on_request(handle)\\n  handle:respond({[':status'] = '418'}, 'tea')\\nend"`),
    asks: [[url, { status: 418, text: "tea" }]],
  },
  {
    name: "gzip for clients that take it",
    documents: module("gzip: {min_content_length: 100, content_type: [text/plain]}"),
    asks: [
      [{ url, headers: { "accept-encoding": "gzip", "x-text": long } }, { headers: { "content-encoding": "gzip" } }],
      [
        { url, headers: { "x-text": long } },
        { headers: { "content-encoding": null }, text: long },
      ],
      [
        { url, headers: { "accept-encoding": "gzip", "x-text": "short" } },
        { headers: { "content-encoding": null }, text: "short" },
      ],
      [
        { url, headers: { "accept-encoding": "gzip" } },
        { from: "one", headers: { "content-encoding": null } },
      ],
    ],
  },
  {
    name: "gzip that is not enabled",
    documents: module("gzip: {enabled: false, min_content_length: 100}"),
    asks: [
      [
        { url, headers: { "accept-encoding": "gzip", "x-text": long } },
        { headers: { "content-encoding": null }, text: long },
      ],
    ],
  },
  {
    name: "a buffer refuses bodies that are too long",
    documents: module("buffer: {max_request_bytes: 100}"),
    asks: [
      [{ url: `POST ${url}`, body: "x".repeat(50) }, "one"],
      [{ url: `POST ${url}`, body: "x".repeat(200) }, 413],
    ],
  },
  { name: "ip_allow of the client", documents: module("ip_allow: [{peer: 127.0.0.0/8}]"), asks: [[url, "one"]] },
  {
    name: "ip_allow of others",
    documents: module("ip_allow: [{peer: 10.0.0.0/8}]"),
    asks: [[url, { status: 403, text: "RBAC: access denied" }]],
  },
  { name: "ip_deny of the client", documents: module("ip_deny: [{peer: 127.0.0.1}]"), asks: [[url, 403]] },
  { name: "ip_deny of others", documents: module("ip_deny: [{peer: 10.0.0.0/8}]"), asks: [[url, "one"]] },
  {
    name: "ip_allow whose only entry is none allows nobody",
    documents: module("ip_allow: [{peer: nonsense}]"),
    problems: ["ambassador/ip-filter-invalid"],
    asks: [[url, 403]],
  },
  {
    name: "ip_deny whose entry is none denies nobody",
    documents: module("ip_deny: [{peer: nonsense}]"),
    problems: ["ambassador/ip-filter-invalid"],
    asks: [[url, "one"]],
  },
  {
    name: "both lists apply",
    documents: module("ip_allow: [{peer: 127.0.0.0/8}], ip_deny: [{peer: 127.0.0.1}]"),
    problems: ["ambassador/ip-filter-conflict"],
    asks: [[url, 403]],
  },
  {
    name: "the client's address behind a balancer",
    documents: `
      "Listener http": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: INSECURE, l7Depth: 1, hostBinding: {namespace: {from: ALL}}},
      ${module("ip_allow: [{remote: 1.2.3.0/24}]")}`,
    asks: [
      [{ url, headers: { "x-forwarded-for": "1.2.3.4" } }, "one"],
      [{ url, headers: { "x-forwarded-for": "1.2.9.4" } }, 403],
    ],
  },
  {
    name: "headers of the Module, and of a Mapping instead",
    documents: `
      "Module ambassador": {config: {defaults: {httpmapping: {add_request_headers: {x-m: module}, remove_response_headers: [x-powered-by]}}}},
      ${mapping}, "Mapping b": {hostname: "*", prefix: /b/, add_request_headers: {x-own: mapping}, service: one}, "Mapping c": {hostname: "*", prefix: /c/, add_request_headers: {}, service: one}`,
    asks: [
      [
        { url, headers: { "x-set": "x-powered-by=php" } },
        { from: "one", saw: { "x-m": "module" }, headers: { "x-powered-by": null } },
      ],
      ["http://any.example/b/", { from: "one", saw: { "x-m": null, "x-own": "mapping" } }],
      ["http://any.example/c/", { from: "one", saw: { "x-m": null } }],
    ],
  },
  {
    name: "add_linkerd_headers of the Module",
    documents: `"Module ambassador": {config: {add_linkerd_headers: true}}, "Mapping a": {hostname: "*", prefix: /a/, service: "localhost:$one"}`,
    asks: [[url, { from: "one", saw: { "l5d-dst-override": "localhost:$one" } }]],
  },
  {
    name: "a bad key of the Module leaves the others",
    documents: module("max_request_headers_kb: 99999, server_name: edge, no_such_key: 1"),
    problems: ["document/out-of-range", "document/unknown-field"],
    asks: [[url, { from: "one", headers: { server: "edge" } }]],
  },
  {
    name: "enable_http10 leaves HTTP/1.1 alone",
    documents: module("enable_http10: true"),
    asks: [[url, "one"]],
  },
  {
    name: "gRPC from clients of HTTP/1.1",
    documents: `"Module ambassador": {config: {enable_grpc_http11_bridge: true}}, "Mapping a": {hostname: "*", prefix: /, rewrite: "", grpc: true, service: rpc}`,
    asks: [
      [
        {
          url: "POST http://any.example/shop.Cart/Add",
          headers: { "content-type": "application/grpc" },
          body: "\u0000\u0000\u0000\u0000\u0001x",
        },
        { headers: { "grpc-status": "0" } },
      ],
    ],
  },
  {
    name: "gRPC-Web",
    documents: `"Module ambassador": {config: {enable_grpc_web: true}}, "Mapping a": {hostname: "*", prefix: /, rewrite: "", grpc: true, service: rpc}`,
    asks: [
      [
        {
          url: "POST http://any.example/shop.Cart/Add",
          headers: { "content-type": "application/grpc-web+proto", "x-grpc-web": "1" },
          body: "\u0000\u0000\u0000\u0000\u0001x",
        },
        { headers: { "content-type": "application/grpc-web+proto" }, text: /grpc-status:0/ },
      ],
    ],
  },
];

/** Lines of the access log (ambassador.md 10.1, 17). */
export const logs: readonly Case[] = [
  {
    name: "the line that is written unless told otherwise",
    documents: module("envoy_log_path: $log"),
    problems: ["ambassador/log-path"],
    asks: [[{ url: "http://any.example/a/x?y", headers: { "user-agent": "replay/1" } }, "one"]],
    logged: [
      '^ACCESS \\[20[^\\]]+\\] "GET /a/x\\?y HTTP/1.1" 200 - 0 \\d+ \\d+ \\d+ "[0-9.]+" "replay/1" "[0-9a-f-]{36}" "any.example" "127.0.0.1:\\d+"$',
    ],
  },
  {
    name: "a format",
    documents: module('envoy_log_path: $log, envoy_log_format: "%ROUTE_NAME% %RESPONSE_CODE% %RESPONSE_FLAGS% %UPSTREAM_CLUSTER%"'),
    problems: ["ambassador/log-path"],
    asks: [
      [url, "one"],
      ["http://any.example/none", 404],
    ],
    logged: ["^default/a 200 - one", "^- 404 NR -$"],
  },
  {
    name: "JSON",
    documents: module("envoy_log_path: $log, envoy_log_type: json, envoy_log_format: {code: '%RESPONSE_CODE%', who: '%REQ(x-user)%'}"),
    problems: ["ambassador/log-path"],
    asks: [[{ url, headers: { "x-user": "ann" } }, "one"]],
    logged: ['"who":"ann"', '"code":("200"|200)'],
  },
  {
    name: "JSON with its usual keys",
    documents: module("envoy_log_path: $log, envoy_log_type: json"),
    problems: ["ambassador/log-path"],
    asks: [[url, "one"]],
    logged: ['"upstream_cluster":"one', '"authority":"any.example"', '"method":"GET"'],
  },
  {
    name: "a format that is none is the usual one",
    documents: module('envoy_log_path: $log, envoy_log_format: "%NO_SUCH_WORD%"'),
    problems: ["ambassador/bad-format", "ambassador/log-path"],
    asks: [[url, "one"]],
    logged: ['^ACCESS \\[.*"GET /a/ HTTP/1.1" 200'],
  },
];
