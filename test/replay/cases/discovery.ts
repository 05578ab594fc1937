import type { Case } from "../case.ts";

const slice = `"EndpointSlice shop-x (labels kubernetes.io/service-name=shop)": {addressType: IPv4, ports: [{name: web, port: $two, protocol: TCP}], endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}, {addresses: [127.0.0.9], conditions: {ready: false}}]}`;

/** Endpoints that are committed, and how requests are spread over them (ambassador.md 5.2, 5.3, 3.2). */
export const discovery: readonly Case[] = [
  {
    name: "the ready endpoints of a committed slice",
    documents: `"Service shop": {ports: [{name: web, port: 80, targetPort: 8080}]}, ${slice}, "Mapping a": {hostname: "*", prefix: /a/, service: shop, resolver: endpoint}`,
    asks: [
      ["http://any.example/a/", "two"],
      ["http://any.example/a/", "two"],
    ],
  },
  {
    name: "the endpoint resolver of the Module",
    documents: `"Module ambassador": {config: {resolver: endpoint}}, "Service shop": {ports: [{name: web, port: 80, targetPort: 8080}]}, ${slice}, "Mapping a": {hostname: "*", prefix: /a/, service: shop}`,
    asks: [["http://any.example/a/", "two"]],
  },
  {
    name: "a Service without endpoints answers 503 in place",
    documents: `"Service empty": {ports: [{name: web, port: 80}]}, "Mapping a": {hostname: "*", prefix: /a/, service: empty, resolver: endpoint}, "Mapping root": {hostname: "*", prefix: /, service: one}`,
    problems: ["route/no-endpoints"],
    asks: [["http://any.example/a/", 503]],
  },
  {
    name: "an unknown resolver answers 503 in place",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: shop, resolver: nosuch}, "Mapping root": {hostname: "*", prefix: /, service: one}`,
    problems: ["ambassador/unknown-resolver"],
    asks: [["http://any.example/a/", 503]],
  },
  {
    name: "an ExternalName is what DNS is asked for",
    documents: `"Service outside": {type: ExternalName, externalName: localhost}, "Mapping a": {hostname: "*", prefix: /a/, service: "outside:$three"}`,
    asks: [["http://any.example/a/", "three"]],
  },
  {
    name: "round robin over the addresses of an Upstream",
    documents: `"Upstream halves": {addresses: ["127.0.0.1:$one", "127.0.0.1:$two"]}, "Mapping a": {hostname: "*", prefix: /a/, service: halves}`,
    shares: { ask: "http://any.example/a/", of: { one: 50, two: 50 } },
  },
  {
    name: "one user always gets the same of two",
    documents: `"Upstream pair": {addresses: ["127.0.0.1:$one", "127.0.0.1:$two"]},
      "Mapping a": {hostname: "*", prefix: /a/, service: pair, load_balancer: {policy: ring_hash, header: x-user}}`,
    sticky: Array.from({ length: 10 }, (_, user) => ({ url: "http://any.example/a/", headers: { "x-user": `user-${user}` } })),
  },
  {
    name: "a cookie that keeps a client at one address is set",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one, load_balancer: {policy: maglev, cookie: {name: sticky, path: /, ttl: 60s}}}`,
    asks: [["http://any.example/a/", { from: "one", headers: { "set-cookie": /^sticky="[0-9a-f]+"; Max-Age=60; Path=\/; HttpOnly$/ } }]],
  },
];
