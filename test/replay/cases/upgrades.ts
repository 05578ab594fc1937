import type { Case } from "../case.ts";

/** WebSocket and other upgrades, gRPC, CORS (ambassador.md 3.2, 3.3). */
export const upgrades: readonly Case[] = [
  {
    name: "an upgrade to WebSocket",
    documents: `"Mapping a": {hostname: "*", prefix: /ws/, allow_upgrade: [websocket], service: one}`,
    asks: [
      [
        { url: "http://any.example/ws/", upgrade: "websocket" },
        { status: 101, text: "hello" },
      ],
      ["http://any.example/ws/", "one"],
    ],
  },
  {
    name: "no upgrade unless it is allowed",
    documents: `"Mapping a": {hostname: "*", prefix: /ws/, service: one}`,
    asks: [[{ url: "http://any.example/ws/", upgrade: "websocket" }, 403]],
  },
  {
    name: "use_websocket, the older way",
    documents: `"Mapping a": {hostname: "*", prefix: /ws/, use_websocket: true, service: one}`,
    problems: ["document/deprecated-field"],
    asks: [
      [
        { url: "http://any.example/ws/", upgrade: "websocket" },
        { status: 101, text: "hello" },
      ],
    ],
  },
  {
    name: "another protocol",
    documents: `"Mapping a": {hostname: "*", prefix: /up/, allow_upgrade: [echo, ECHO], service: one}`,
    asks: [
      [
        { url: "http://any.example/up/", upgrade: "echo" },
        { status: 101, text: "hello" },
      ],
      [{ url: "http://any.example/up/", upgrade: "websocket" }, 403],
    ],
  },
  {
    name: "gRPC",
    documents: `"Mapping a": {hostname: "*", prefix: /shop.Cart/, rewrite: /shop.Cart/, grpc: true, service: rpc}`,
    asks: [
      [
        { url: "http://any.example/shop.Cart/Add", grpc: "one pear" },
        { status: 200, text: "one pear", headers: { "grpc-status": "0", "x-upstream": "rpc" } },
      ],
      [
        { url: "http://any.example/shop.Bill/Pay", grpc: "x" },
        { status: 200, headers: { "grpc-status": "12" } },
      ],
    ],
  },
  {
    name: "gRPC to an upstream that nobody answers for",
    documents: `"Mapping a": {hostname: "*", prefix: /, grpc: true, service: nobody}`,
    asks: [
      [
        { url: "http://any.example/shop.Cart/Add", grpc: "x" },
        { status: 200, headers: { "grpc-status": "14" } },
      ],
    ],
  },
  {
    name: "HTTP/1.1 from the client, HTTP/2 to the upstream",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, grpc: true, service: rpc}`,
    asks: [["http://any.example/a/x", { from: "rpc", path: "/x" }]],
  },
  {
    name: "a CORS preflight is answered by Envoy",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one,
      cors: {origins: ["https://w.example"], methods: [GET, PUT], headers: [x-a], exposed_headers: [x-b], credentials: true, max_age: "60"}}`,
    asks: [
      [
        { url: "OPTIONS http://any.example/a/", headers: { origin: "https://w.example", "access-control-request-method": "PUT" } },
        {
          status: 200,
          text: "",
          headers: {
            "access-control-allow-origin": "https://w.example",
            "access-control-allow-methods": "GET, PUT",
            "access-control-allow-headers": "x-a",
            "access-control-allow-credentials": "true",
            "access-control-max-age": "60",
          },
        },
      ],
      [
        { url: "http://any.example/a/", headers: { origin: "https://w.example" } },
        { from: "one", headers: { "access-control-allow-origin": "https://w.example", "access-control-expose-headers": "x-b" } },
      ],
      [
        { url: "http://any.example/a/", headers: { origin: "https://evil.example" } },
        { from: "one", headers: { "access-control-allow-origin": null } },
      ],
      ["http://any.example/a/", { from: "one", headers: { "access-control-allow-origin": null } }],
    ],
  },
  {
    name: "CORS for any origin, from the Module",
    documents: `"Module ambassador": {config: {cors: {origins: "*", methods: "GET"}}}, "Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    asks: [
      [
        { url: "OPTIONS http://any.example/a/", headers: { origin: "https://w.example", "access-control-request-method": "GET" } },
        { status: 200, text: "", headers: { "access-control-allow-origin": "https://w.example", "access-control-allow-methods": "GET" } },
      ],
    ],
  },
  {
    name: "without CORS a preflight goes to the upstream",
    documents: `"Mapping a": {hostname: "*", prefix: /a/, service: one}`,
    asks: [
      [{ url: "OPTIONS http://any.example/a/", headers: { origin: "https://w.example", "access-control-request-method": "PUT" } }, "one"],
    ],
  },
];
