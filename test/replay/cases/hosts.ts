import type { Case } from "../case.ts";

const route = "requestPolicy: {insecure: {action: Route}}";

/** Which Host and which Mapping a hostname leads to (ambassador.md 7.2, 7.3). */
export const hosts: readonly Case[] = [
  {
    name: "a Host takes its hostname only",
    documents: `"Host a": {hostname: a.example.com, ${route}}, "Mapping a": {hostname: a.example.com, prefix: /, service: one}`,
    asks: [
      ["http://a.example.com/x", "one /x"],
      ["http://A.EXAMPLE.com/x", "one /x"],
      ["http://b.example.com/x", 404],
      ["http://x.a.example.com/x", 404],
      ["http://a.example.com.evil.example/x", 404],
    ],
  },
  {
    name: "a Host without port does not take a request for one",
    documents: `"Host a": {hostname: a.example.com, ${route}}, "Mapping a": {hostname: a.example.com, prefix: /, service: one}`,
    asks: [["http://a.example.com:8080/", 404]],
  },
  {
    name: "a Host with a port takes requests for it",
    documents: `"Host a": {hostname: "a.example.com:8443", ${route}}, "Mapping a": {hostname: "a.example.com:8443", prefix: /, service: one}`,
    asks: [
      ["http://a.example.com:8443/", "one"],
      ["http://a.example.com/", 404],
    ],
  },
  {
    name: "a leading wildcard crosses dots and needs a character",
    documents: `"Host w": {hostname: "*.example.com", ${route}}, "Mapping a": {hostname: "*.example.com", prefix: /, service: one}`,
    asks: [
      ["http://a.example.com/", "one"],
      ["http://a.b.example.com/", "one"],
      ["http://example.com/", 404],
      ["http://.example.com/", 404],
    ],
  },
  {
    name: "a trailing wildcard",
    documents: `"Host w": {hostname: "api.*", ${route}}, "Mapping a": {hostname: "api.*", prefix: /, service: one}`,
    asks: [
      ["http://api.example.com/", "one"],
      ["http://api.test/", "one"],
      ["http://web.example.com/", 404],
    ],
  },
  {
    name: "the more exact Host takes the request, whatever its paths",
    documents: `
      "Host a": {hostname: a.example.com, ${route}}, "Host w": {hostname: "*.example.com", ${route}}, "Host any": {hostname: "*", ${route}},
      "Mapping a": {hostname: a.example.com, prefix: /a/, service: one},
      "Mapping w": {hostname: "*.example.com", prefix: /w/, service: two},
      "Mapping any": {hostname: "*", prefix: /any/, service: three}`,
    asks: [
      ["http://a.example.com/a/", "one"],
      ["http://a.example.com/w/", "two"],
      ["http://a.example.com/any/", "three"],
      ["http://b.example.com/a/", 404],
      ["http://b.example.com/w/", "two"],
      ["http://other.test/w/", 404],
      ["http://other.test/any/", "three"],
    ],
  },
  {
    name: "a Mapping's hostname inside a wildcard Host",
    documents: `"Mapping a": {hostname: a.example.com, prefix: /, service: one}, "Mapping w": {hostname: "*.example.com", prefix: /, service: two}`,
    asks: [
      ["http://a.example.com/", "one"],
      ["http://A.Example.Com/", "one"],
      ["http://b.example.com/", "two"],
      ["http://example.com/", 404],
    ],
  },
  {
    name: "a Mapping's trailing wildcard",
    documents: `"Mapping a": {hostname: "api.*", prefix: /, service: one}`,
    asks: [
      ["http://api.test/", "one"],
      ["http://apix.test/", 404],
    ],
  },
  {
    name: "the deprecated host, and an expression in it",
    documents: `
      "Mapping a": {host: old.example.com, prefix: /, service: one},
      "Mapping rx": {host: "[a-c]\\\\.example\\\\.com", host_regex: true, prefix: /, service: two}`,
    problems: ["document/deprecated-field"],
    asks: [
      ["http://old.example.com/", "one"],
      ["http://b.example.com/", "two"],
      ["http://d.example.com/", 404],
    ],
  },
  {
    name: "hostname goes before host",
    documents: `"Mapping a": {hostname: new.example.com, host: old.example.com, prefix: /, service: one}`,
    problems: ["ambassador/host-and-hostname"],
    asks: [
      ["http://new.example.com/", "one"],
      ["http://old.example.com/", 404],
    ],
  },
  {
    name: ":authority among the headers is the hostname",
    documents: `"Mapping a": {headers: {":authority": a.example.com}, prefix: /, service: one}`,
    asks: [
      ["http://a.example.com/", "one"],
      ["http://b.example.com/", 404],
    ],
  },
  {
    name: ":authority among the expressions",
    documents: `"Mapping a": {hostname: "*", regex_headers: {":authority": "a[0-9]\\\\.test"}, prefix: /, service: one}`,
    asks: [
      ["http://a1.test/", "one"],
      ["http://ab.test/", 404],
    ],
  },
  {
    name: "without hostname and selector a Mapping is on no Host",
    documents: `"Mapping lost": {prefix: /lost/, service: one}, "Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    problems: ["route/unattached"],
    asks: [
      ["http://any.example/lost/", 404],
      ["http://any.example/a/", "one"],
    ],
  },
  {
    name: "a selector attaches Mappings without hostname",
    documents: `
      "Host s": {hostname: s.example.com, mappingSelector: {matchLabels: {team: red}}, ${route}},
      "Mapping a (labels team=red)": {prefix: /a/, service: one}, "Mapping b (labels team=blue)": {prefix: /b/, service: one}`,
    problems: ["route/unattached"],
    asks: [
      ["http://s.example.com/a/", "one"],
      ["http://s.example.com/b/", 404],
    ],
  },
  {
    name: "a selector and a hostname must both fit",
    documents: `
      "Host s": {hostname: s.example.com, mappingSelector: {matchLabels: {team: red}}, ${route}},
      "Mapping both (labels team=red)": {hostname: "*.example.com", prefix: /b/, service: one},
      "Mapping nolabel": {hostname: s.example.com, prefix: /n/, service: one},
      "Mapping other (labels team=red)": {hostname: t.example.com, prefix: /o/, service: one}`,
    problems: ["route/unattached"],
    asks: [
      ["http://s.example.com/b/", "one"],
      ["http://s.example.com/n/", 404],
      ["http://s.example.com/o/", 404],
    ],
  },
  {
    name: "expressions of a selector are evaluated",
    documents: `
      "Host s": {hostname: s.example.com, mappingSelector: {matchExpressions: [{key: team, operator: In, values: [red, green]}]}, ${route}},
      "Mapping a (labels team=green)": {prefix: /a/, service: one}, "Mapping b (labels team=blue)": {prefix: /b/, service: one}`,
    problems: ["ambassador/selector-expressions", "route/unattached"],
    asks: [
      ["http://s.example.com/a/", "one"],
      ["http://s.example.com/b/", 404],
    ],
  },
  {
    name: "an INSECURE Listener does not know Hosts with action Reject, so the wildcard Host takes their requests",
    documents: `"Host a": {hostname: a.example.com, requestPolicy: {insecure: {action: Reject}}}, "Host any": {hostname: "*", ${route}}, "Mapping a": {hostname: "*", prefix: /, service: one}`,
    asks: [
      ["http://a.example.com/", "one"],
      ["http://b.example.com/", "one"],
    ],
  },
  {
    name: "action Reject answers nothing",
    documents: `"Host a": {hostname: a.example.com, requestPolicy: {insecure: {action: Reject}}}, "Host b": {hostname: b.example.com, ${route}}, "Mapping a": {hostname: "*", prefix: /, service: one}`,
    asks: [
      ["http://a.example.com/", 404],
      ["http://b.example.com/", "one"],
    ],
  },
  {
    name: "action Redirect, which is the one unless set, redirects to https",
    documents: `"Host a": {hostname: a.example.com}, "Mapping a": {hostname: a.example.com, prefix: /a/, service: one}`,
    problems: ["ambassador/redirect-without-tls"],
    asks: [
      ["http://a.example.com/a/b?c=d", { status: 301, headers: { location: "https://a.example.com/a/b?c=d" } }],
      ["http://a.example.com/b", 404],
    ],
  },
  {
    name: "with a Mapping of everything there is one redirect of everything",
    documents: `"Host a": {hostname: a.example.com}, "Mapping a": {hostname: a.example.com, prefix: /, service: one}, "Mapping b": {hostname: a.example.com, prefix: /b/, service: two}`,
    problems: ["ambassador/redirect-without-tls"],
    asks: [
      ["http://a.example.com/b/", { status: 301, headers: { location: "https://a.example.com/b/" } }],
      ["http://a.example.com/?x", { status: 301, headers: { location: "https://a.example.com/?x" } }],
    ],
  },
  {
    name: "the path of ACME challenges is routed in spite of Redirect",
    documents: `
      "Host a": {hostname: a.example.com},
      "Mapping acme": {hostname: a.example.com, prefix: /.well-known/acme-challenge/, rewrite: "", service: one},
      "Mapping a": {hostname: a.example.com, prefix: /, service: two}`,
    problems: ["ambassador/redirect-without-tls"],
    asks: [
      ["http://a.example.com/.well-known/acme-challenge/tok", "one /.well-known/acme-challenge/tok"],
      ["http://a.example.com/x", { status: 301, headers: { location: "https://a.example.com/x" } }],
    ],
  },
  {
    name: "two Hosts of one hostname: the most restrictive action",
    documents: `
      "Host a": {hostname: a.example.com, ${route}}, "Host b": {hostname: a.example.com},
      "Mapping a": {hostname: a.example.com, prefix: /a/, service: one}`,
    problems: ["ambassador/duplicate-hostname", "ambassador/redirect-without-tls"],
    asks: [["http://a.example.com/a/", { status: 301, headers: { location: "https://a.example.com/a/" } }]],
  },
  {
    name: "behind a balancer its x-forwarded-proto decides",
    documents: `
      "Listener http": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: XFP, l7Depth: 1, hostBinding: {namespace: {from: ALL}}},
      "Host a": {hostname: a.example.com}, "Host r": {hostname: r.example.com, ${route}}, "Host n": {hostname: n.example.com, requestPolicy: {insecure: {action: Reject}}},
      "Mapping a": {hostname: "*.example.com", prefix: /a/, service: one}`,
    asks: [
      [{ url: "http://a.example.com/a/", headers: { "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4" } }, "one"],
      [
        { url: "http://a.example.com/a/", headers: { "x-forwarded-proto": "http", "x-forwarded-for": "1.2.3.4" } },
        { status: 301, headers: { location: "https://a.example.com/a/" } },
      ],
      [{ url: "http://r.example.com/a/", headers: { "x-forwarded-proto": "http", "x-forwarded-for": "1.2.3.4" } }, "one"],
      [{ url: "http://n.example.com/a/", headers: { "x-forwarded-proto": "https", "x-forwarded-for": "1.2.3.4" } }, "one"],
      [{ url: "http://n.example.com/a/", headers: { "x-forwarded-proto": "http", "x-forwarded-for": "1.2.3.4" } }, 404],
    ],
  },
  {
    name: "without a balancer nobody can pretend to be secure",
    documents: `
      "Listener http": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: XFP, hostBinding: {namespace: {from: ALL}}},
      "Host a": {hostname: a.example.com}, "Mapping a": {hostname: a.example.com, prefix: /a/, service: one}`,
    problems: ["ambassador/redirect-without-tls"],
    asks: [[{ url: "http://a.example.com/a/", headers: { "x-forwarded-proto": "https" } }, 301]],
  },
  {
    name: "SECURE takes every request for a secure one",
    documents: `
      "Listener http": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: SECURE, hostBinding: {namespace: {from: ALL}}},
      "Mapping a": {hostname: "*", prefix: /, service: one}`,
    asks: [["http://a.example.com/", "one"]],
  },
  {
    name: "a Host in another namespace than a Listener that wants its own",
    documents: `
      "Listener http.edge": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: SELF}}},
      "Host a.edge": {hostname: a.example.com, ${route}}, "Host b": {hostname: b.example.com, ${route}},
      "Mapping a": {hostname: "*", prefix: /, service: one}`,
    problems: ["ambassador/idle-host"],
    asks: [
      ["http://a.example.com/", "one"],
      ["http://b.example.com/", 404],
    ],
  },
  {
    name: "a Listener's selector chooses Hosts",
    documents: `
      "Listener http": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: INSECURE, hostBinding: {selector: {matchLabels: {edge: public}}}},
      "Host a (labels edge=public)": {hostname: a.example.com, ${route}}, "Host b": {hostname: b.example.com, ${route}},
      "Mapping a": {hostname: "*", prefix: /, service: one}`,
    problems: ["ambassador/idle-host"],
    asks: [
      ["http://a.example.com/", "one"],
      ["http://b.example.com/", 404],
    ],
  },
];
