import type { Case } from "../case.ts";

const mapping = `"Mapping a": {hostname: "*", prefix: /a/, service: one}`;
const listener = (protocol: string, more = "") =>
  `"Listener http": {port: $port, bind_address: 127.0.0.1, protocol: ${protocol}, securityModel: XFP, hostBinding: {namespace: {from: ALL}}${more}}`;
const proxy = "PROXY TCP4 192.0.2.7 127.0.0.1 40000 443";
const get = (path: string, ...headers: readonly string[]) =>
  `GET ${path} HTTP/1.1\r\n${["host: any.example", ...headers].join("\r\n")}\r\n\r\n`;

/** What comes before requests, and when connections end (ambassador.md 7.1, 10.1). */
export const connections: readonly Case[] = [
  {
    name: "the PROXY protocol says who the client is",
    documents: `${listener("HTTPPROXY")}, "Host any": {hostname: "*", requestPolicy: {insecure: {action: Route}}}, ${mapping}`,
    asks: [
      [
        { url: "http://any.example/a/", proxy },
        { from: "one", saw: { "x-forwarded-for": "192.0.2.7" } },
      ],
      [
        { url: "", raw: get("/a/", "connection: close") },
        { status: 0, text: "" },
      ],
    ],
  },
  {
    name: "the PROXY protocol comes before TLS",
    documents: `${listener("HTTPSPROXY")}, "Host a": {hostname: a.example.com, tlsSecret: {name: cert}}, ${mapping}`,
    asks: [
      [
        { url: "https://a.example.com/a/", proxy },
        { from: "one", saw: { "x-forwarded-for": "192.0.2.7", "x-forwarded-proto": "https" } },
      ],
      ["https://a.example.com/a/", 0],
    ],
  },
  {
    name: "proper_case spells the names of headers",
    documents: `"Module ambassador": {config: {proper_case: true}}, "Mapping a": {hostname: "*", prefix: /a/, service: one, cluster_tag: proper}`,
    asks: [[{ url: "", raw: get("/a/", "connection: close") }, { text: /\r\nContent-Type: application\/json\r\n/ }]],
  },
  {
    name: "without it names are in small letters",
    documents: mapping,
    asks: [[{ url: "", raw: get("/a/", "connection: close") }, { text: /\r\ncontent-type: application\/json\r\n/ }]],
  },
  // Envoy waits another 6 s for the client to notice, which is most of what this takes.
  {
    name: "a connection of a client ends when it is idle",
    documents: `"Module ambassador": {config: {listener_idle_timeout_ms: 100}}, ${mapping}`,
    asks: [[{ url: "", raw: get("/a/") }, { text: /"upstream":"one"/ }]],
  },
  {
    name: "a request on which nothing happens ends",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one, timeout_ms: 0, idle_timeout_ms: 100}`,
    asks: [[{ url: "http://any.example/a/", headers: { "x-silent": "1" } }, 504]],
  },
  {
    name: "HTTP/1.0 is answered only if that is wanted",
    documents: mapping,
    asks: [[{ url: "", raw: "GET /a/ HTTP/1.0\r\nhost: any.example\r\n\r\n" }, 426]],
  },
  {
    name: "enable_http10 answers it",
    documents: `"Module ambassador": {config: {enable_http10: true}}, ${mapping}`,
    asks: [[{ url: "", raw: "GET /a/ HTTP/1.0\r\nhost: any.example\r\n\r\n" }, { text: /"upstream":"one"/ }]],
  },
];
