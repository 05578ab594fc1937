import type { Case } from "../case.ts";

const listener = (protocol = "HTTPS") =>
  `"Listener http": {port: $port, bind_address: 127.0.0.1, protocol: ${protocol}, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}`;
const host = `"Host a": {hostname: a.example.com, tlsSecret: {name: cert}}`;
const mapping = `"Mapping a": {hostname: "*", prefix: /a/, service: one}`;

/** TLS from clients and to upstreams, TCP (ambassador.md 5.1, 7.4, 8, 9). */
export const tls: readonly Case[] = [
  {
    name: "a Host with a certificate, and its redirect in cleartext",
    documents: `${listener()}, ${host}, ${mapping}`,
    asks: [
      ["https://a.example.com/a/", { from: "one", saw: { "x-forwarded-proto": "https" } }],
      ["https://b.example.com/a/", 0],
      ["http://a.example.com/a/", { status: 301, headers: { location: "https://a.example.com/a/" } }],
    ],
  },
  {
    name: "each name of SNI has its own Mappings",
    documents: `${listener()}, ${host}, "Host w": {hostname: "*.example.com", tlsSecret: {name: cert}},
      "Mapping a": {hostname: a.example.com, prefix: /, service: one}, "Mapping w": {hostname: "*.example.com", prefix: /w/, service: two}`,
    asks: [
      ["https://a.example.com/x", "one /x"],
      ["https://b.example.com/w/x", "two /x"],
      ["https://b.example.com/x", 404],
    ],
  },
  {
    name: "a Host that wants certificates of clients",
    documents: `${listener()}, "Host a": {hostname: a.example.com, tlsSecret: {name: cert}, tls: {ca_secret: clients, cert_required: true}}, ${mapping}`,
    asks: [
      [{ url: "https://a.example.com/a/", certificate: true }, "one"],
      ["https://a.example.com/a/", 0],
    ],
  },
  {
    name: "a TLSContext of newer versions only",
    documents: `${listener()}, "TLSContext new": {hosts: [a.example.com], secret: cert, min_tls_version: v1.3}, "Host a": {hostname: a.example.com, tlsSecret: {name: cert}, tlsContext: {name: new}}, ${mapping}`,
    asks: [
      ["https://a.example.com/a/", "one"],
      [{ url: "https://a.example.com/a/", newest: "TLSv1.2" }, 0],
    ],
  },
  {
    name: "without a minimal version TLS 1.2 is enough",
    documents: `${listener()}, ${host}, ${mapping}`,
    asks: [[{ url: "https://a.example.com/a/", newest: "TLSv1.2" }, "one"]],
  },
  {
    name: "certificates of clients that are revoked are refused",
    documents: `${listener()}, "Host a": {hostname: a.example.com, tlsSecret: {name: cert}, tls: {ca_secret: clients, crl_secret: revoked, cert_required: true}}, ${mapping}`,
    asks: [
      [{ url: "https://a.example.com/a/", certificate: true }, "one"],
      [{ url: "https://a.example.com/a/", certificate: "revoked" }, 0],
    ],
  },
  {
    name: "without a list of them revoked certificates are taken",
    documents: `${listener()}, "Host a": {hostname: a.example.com, tlsSecret: {name: cert}, tls: {ca_secret: clients, cert_required: true}}, ${mapping}`,
    asks: [[{ url: "https://a.example.com/a/", certificate: "revoked" }, "one"]],
  },
  {
    name: "https to an upstream that is not verified",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: "https://safe"}`,
    problems: ["ambassador/upstream-unverified"],
    asks: [["http://any.example/a/x", { from: "safe", path: "/x", saw: { "client-certificate": null } }]],
  },
  {
    name: "https to an upstream with a certificate and a CA",
    documents: `"TLSContext up": {secret: client, ca_secret: corp, sni: up.example.com}, "Mapping a": {hostname: "*", prefix: /a/, tls: up, service: safe}`,
    asks: [["http://any.example/a/", { from: "safe", saw: { "client-certificate": "pair" } }]],
  },
  {
    name: "cleartext to an upstream that wants TLS is 503",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: safe}`,
    asks: [["http://any.example/a/", 503]],
  },
  {
    name: "a TLSContext that is missing fails in place",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, tls: nosuch, service: safe}, "Mapping root": {hostname: "*", prefix: /, service: one}`,
    problems: ["ambassador/missing-tlscontext"],
    asks: [["http://any.example/a/", 503]],
  },
  {
    name: "TCP goes through as it is",
    documents: `"TCPMapping t": {port: $port, address: 127.0.0.1, service: one}`,
    asks: [["http://any.example/as/it?is", { from: "one", path: "/as/it?is", saw: { "x-request-id": null, host: "any.example" } }]],
  },
  {
    name: "TCP is split by shares, each connection by itself",
    documents: `"TCPMapping a": {port: $port, address: 127.0.0.1, service: one}, "TCPMapping b": {port: $port, address: 127.0.0.1, service: two, weight: 30}`,
    shares: { ask: { url: "http://any.example/", headers: { connection: "close" } }, of: { one: 70, two: 30 } },
  },
  {
    name: "TCP that says nothing ends after its idle timeout",
    documents: `"TCPMapping t": {port: $port, address: 127.0.0.1, service: one, idle_timeout_ms: 100}`,
    asks: [[{ url: "", raw: "GET / HTTP/1.1\r\nhost: any.example\r\n\r\n" }, { text: /"upstream":"one"/ }]],
  },
  {
    name: "TCP behind TLS, by its name",
    documents: `${listener("TLS")}, ${host}, "TCPMapping t": {port: $port, address: 127.0.0.1, host: a.example.com, service: two}`,
    problems: ["ambassador/idle-host"],
    asks: [
      ["https://a.example.com/x", { from: "two", saw: { "x-request-id": null } }],
      ["https://b.example.com/x", 0],
    ],
  },
];
