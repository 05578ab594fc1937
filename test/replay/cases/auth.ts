import type { Case } from "../case.ts";

const mapping = `"Mapping m": {hostname: "*", prefix: /, service: two, rewrite: ""}`;
const asking = (spec = "") =>
  `"AuthService au": {auth_service: one, allowed_request_headers: [x-answer, x-set], allowed_authorization_headers: [x-user]${spec === "" ? "" : `, ${spec}`}}`;

/** Who is let through by an AuthService (ambassador.md 12.1). */
export const auth: readonly Case[] = [
  {
    name: "an AuthService allows with 200, and its headers reach the service",
    documents: `${asking("path_prefix: /check")}, ${mapping}`,
    asks: [
      [
        { url: "http://a.example/x", headers: { "x-set": "x-user=ann" } },
        { from: "two", path: "/x", saw: { "x-user": "ann" } },
      ],
      [
        { url: "http://a.example/x", headers: { "x-set": "x-other=no" } },
        { from: "two", saw: { "x-other": null } },
      ],
    ],
  },
  {
    name: "an AuthService denies with any other status, and its answer is the answer",
    documents: `${asking()}, ${mapping}`,
    asks: [
      [
        { url: "http://a.example/x", headers: { "x-answer": "401" } },
        { status: 401, text: /"upstream":"one"/ },
      ],
      [{ url: "http://a.example/x", headers: { "x-answer": "302" } }, 302],
      [{ url: "http://a.example/x", headers: { "x-answer": "500" } }, { status: 403 }],
    ],
  },
  {
    name: "an AuthService is asked about the path and with the headers of the language",
    documents: `${asking("path_prefix: /check, add_auth_headers: {x-from: edge}")}, ${mapping}`,
    asks: [
      [
        { url: "http://a.example/x?y=1", headers: { "x-answer": "401", cookie: "a=b", "x-hidden": "1" } },
        { status: 401, text: /"path":"\/check\/x\?y=1".*"x-from":"edge"/s },
      ],
      [
        { url: "http://a.example/x", headers: { "x-answer": "401", "x-hidden": "1" } },
        { status: 401, text: /^(?!.*x-hidden)/s },
      ],
    ],
  },
  {
    name: "an AuthService that does not answer denies",
    documents: `"AuthService au": {auth_service: nobody}, ${mapping}`,
    asks: [["http://a.example/x", 403]],
  },
  {
    name: "an AuthService that does not answer denies with its own status",
    documents: `"AuthService au": {auth_service: nobody, status_on_error: {code: 503}}, ${mapping}`,
    asks: [["http://a.example/x", 503]],
  },
  {
    name: "an AuthService that does not answer allows if it says so",
    documents: `"AuthService au": {auth_service: nobody, failure_mode_allow: true}, ${mapping}`,
    asks: [["http://a.example/x", "two /x"]],
  },
  {
    name: "a Mapping that bypasses is not asked about, nor is a redirect",
    documents: `"AuthService au": {auth_service: nobody}, ${mapping}, "Mapping pub": {hostname: "*", prefix: /pub/, service: three, bypass_auth: true},
      "Mapping old": {hostname: "*", prefix: /old/, service: new.example, host_redirect: true}`,
    asks: [
      ["http://a.example/pub/x", "three /x"],
      ["http://a.example/x", 403],
      ["http://a.example/old/x", { status: 301, headers: { location: "http://new.example/old/x" } }],
    ],
  },
  {
    name: "AuthServices that contradict one another refuse everything but redirects",
    documents: `"AuthService au": {auth_service: one}, "AuthService other": {auth_service: one, timeout_ms: 7}, ${mapping},
      "Mapping pub": {hostname: "*", prefix: /pub/, service: three, bypass_auth: true},
      "Mapping old": {hostname: "*", prefix: /old/, service: new.example, host_redirect: true}`,
    problems: ["ambassador/auth-conflict"],
    asks: [
      ["http://a.example/x", 500],
      ["http://a.example/pub/x", "three /x"],
      ["http://a.example/old/x", 301],
    ],
  },
  {
    name: "an AuthService that speaks version 2 refuses everything",
    documents: `"AuthService au": {auth_service: one, proto: grpc, protocol_version: v2}, ${mapping}`,
    problems: ["ambassador/protocol-version"],
    asks: [["http://a.example/x", 500]],
  },
];
