import type { Case } from "../case.ts";

const auth = (fields = "") => `"AuthService auth": {auth_service: "127.0.0.1:$guard"${fields === "" ? "" : `, ${fields}`}}`;
const mapping = `"Mapping a": {hostname: "*", prefix: /a/, service: one}`;
const good = { authorization: "good" };

/** Requests that an AuthService is asked about (ambassador.md 12.1). */
export const authorisation: readonly Case[] = [
  {
    name: "allowed, refused, sent to a login",
    documents: `${auth()}, ${mapping}`,
    asks: [
      [{ url: "http://any.example/a/x", headers: good }, "one /x"],
      ["http://any.example/a/x", { status: 401, text: "who are you", headers: { "www-authenticate": "Basic" } }],
      [
        { url: "http://any.example/a/", headers: { authorization: "nobody" } },
        { status: 302, headers: { location: "https://login.example/" } },
      ],
    ],
  },
  {
    name: "a path that nobody serves needs no authorisation",
    documents: `${auth()}, ${mapping}`,
    asks: [["http://any.example/none/", 404]],
  },
  {
    name: "the service is asked for the path, after the prefix that is set",
    documents: `${auth("path_prefix: /check, allowed_authorization_headers: [x-asked, x-user]")}, ${mapping}`,
    asks: [
      [
        { url: "http://any.example/a/x?y=z", headers: good },
        { from: "one", saw: { "x-asked": "/check/a/x?y=z", "x-user": "ann" } },
      ],
    ],
  },
  {
    name: "headers of the answer reach the upstream only when they are named",
    documents: `${auth()}, ${mapping}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { ...good, "x-user": "mallory" } },
        { from: "one", saw: { "x-user": "mallory" } },
      ],
    ],
  },
  {
    name: "a header that is named replaces what the client said",
    documents: `${auth("allowed_authorization_headers: [x-user]")}, ${mapping}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { ...good, "x-user": "mallory" } },
        { from: "one", saw: { "x-user": "ann" } },
      ],
    ],
  },
  {
    name: "headers of the question",
    documents: `${auth("add_auth_headers: {x-edge: berlin}, allowed_authorization_headers: [x-edge]")}, ${mapping}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: good },
        { from: "one", saw: { "x-edge": "berlin" } },
      ],
    ],
  },
  {
    name: "a header is sent to the service only when it is named",
    documents: `${auth("allowed_request_headers: [x-edge], allowed_authorization_headers: [x-edge]")}, ${mapping}`,
    asks: [
      [
        { url: "http://any.example/a/", headers: { ...good, "x-edge": "paris" } },
        { from: "one", saw: { "x-edge": "paris" } },
      ],
    ],
  },
  {
    name: "nobody answers: everything is refused",
    documents: `"AuthService auth": {auth_service: nobody}, ${mapping}`,
    asks: [[{ url: "http://any.example/a/", headers: good }, 403]],
  },
  {
    name: "nobody answers: with the status that is set",
    documents: `"AuthService auth": {auth_service: nobody, status_on_error: {code: 503}}, ${mapping}`,
    asks: [[{ url: "http://any.example/a/", headers: good }, 503]],
  },
  {
    name: "nobody answers: everything is allowed if that is wanted",
    documents: `"AuthService auth": {auth_service: nobody, failure_mode_allow: true}, ${mapping}`,
    asks: [["http://any.example/a/", "one"]],
  },
  {
    name: "an answer that takes too long is none",
    documents: `${auth("timeout_ms: 100")}, ${mapping}`,
    asks: [[{ url: "http://any.example/a/", headers: { authorization: "slow" } }, 403]],
  },
  {
    name: "redirects are not authorised",
    documents: `${auth()}, "Mapping r": {hostname: "*", prefix: /old/, service: new.example.com, host_redirect: true}`,
    asks: [["http://any.example/old/", { status: 301, headers: { location: "http://new.example.com/old/" } }]],
  },
  {
    name: "the redirect to https is not authorised",
    documents: `${auth()}, "Host a": {hostname: a.example.com}, "Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    problems: ["ambassador/redirect-without-tls"],
    asks: [["http://a.example.com/a/", 301]],
  },
  {
    name: "a Mapping that bypasses",
    documents: `${auth()}, ${mapping}, "Mapping pub": {hostname: "*", prefix: /pub/, bypass_auth: true, service: one}`,
    asks: [
      ["http://any.example/pub/", "one"],
      ["http://any.example/a/", 401],
    ],
  },
  {
    name: "what only one member of a group bypasses is authorised",
    documents: `${auth()}, "Mapping a": {hostname: "*", prefix: /a/, service: one, weight: 50, bypass_auth: true}, "Mapping b": {hostname: "*", prefix: /a/, service: two, weight: 50}`,
    problems: ["ambassador/canary-auth-mismatch"],
    asks: Array.from({ length: 10 }, () => ["http://any.example/a/", 401] as const),
  },
  {
    name: "a service that cannot be read closes everything but redirects",
    documents: `"AuthService auth": {auth_service: "auth:99999"}, ${mapping}, "Mapping r": {hostname: "*", prefix: /old/, service: new.example.com, host_redirect: true}`,
    problems: ["ambassador/bad-service"],
    asks: [
      [{ url: "http://any.example/a/", headers: good }, 500],
      ["http://any.example/old/", 301],
      ["http://any.example/none/", 404],
    ],
  },
  {
    name: "two services that differ close everything",
    documents: `${auth()}, "AuthService other": {auth_service: "127.0.0.1:$guard", timeout_ms: 1}, ${mapping}`,
    problems: ["ambassador/auth-conflict"],
    asks: [[{ url: "http://any.example/a/", headers: good }, 500]],
  },
  {
    name: "version 2 of the protocol closes everything",
    documents: `"AuthService auth": {auth_service: "127.0.0.1:$grpc", proto: grpc, protocol_version: v2}, ${mapping}`,
    problems: ["ambassador/protocol-version"],
    asks: [["http://any.example/a/", 500]],
  },
  {
    name: "by gRPC",
    documents: `"AuthService auth": {auth_service: "127.0.0.1:$grpc", proto: grpc, protocol_version: v3}, ${mapping}`,
    asks: [
      ["http://any.example/a/", "one"],
      [{ url: "http://any.example/a/", headers: { "x-secret": "forbidden" } }, 403],
    ],
  },
  {
    name: "by gRPC, with what a Mapping adds to the question",
    documents: `"AuthService auth": {auth_service: "127.0.0.1:$grpc", proto: grpc, protocol_version: v3}, ${mapping},
      "Mapping b": {hostname: "*", prefix: /b/, auth_context_extensions: {why: forbidden}, service: one}`,
    asks: [
      ["http://any.example/a/", "one"],
      ["http://any.example/b/", 403],
    ],
  },
  {
    name: "by gRPC, with the body",
    documents: `"AuthService auth": {auth_service: "127.0.0.1:$grpc", proto: grpc, protocol_version: v3, include_body: {max_bytes: 100, allow_partial: false}}, ${mapping}`,
    asks: [
      [{ url: "POST http://any.example/a/", body: "fine" }, "one"],
      [{ url: "POST http://any.example/a/", body: "forbidden" }, 403],
      [{ url: "POST http://any.example/a/", body: "x".repeat(200) }, 413],
    ],
  },
];
