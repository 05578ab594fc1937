import type { Case } from "../case.ts";

/** What is written in other forms: older versions, annotations, Ingresses (ambassador.md 2.2, 13, 14). */
export const older: readonly Case[] = [
  {
    name: "worked example 27: the annotation of a Service, in version 2",
    documents: "",
    files: `
apiVersion: v1
kind: Service
metadata:
  name: quote
  annotations:
    getambassador.io/config: |
      apiVersion: ambassador/v2
      kind: Mapping
      name: q
      prefix: /q/
      service: one
      headers: { x-debug: true }
spec: { ports: [{ port: 80 }] }
`,
    asks: [
      [{ url: "http://any.example/q/x", headers: { "x-debug": "1" } }, "one /x"],
      ["http://any.example/q/x", 404],
    ],
  },
  {
    name: "a Mapping of version 2 without host is for every host",
    documents: "",
    files: `
apiVersion: getambassador.io/v2
kind: Mapping
metadata: { name: a }
spec: { prefix: /a/, service: one, add_request_headers: { x-a: b } }
`,
    asks: [["http://any.example/a/x", { from: "one", path: "/x", saw: { "x-a": "b" } }]],
  },
  {
    name: "a Mapping of version 2 with an expression for hosts",
    documents: "",
    files: `
apiVersion: getambassador.io/v2
kind: Mapping
metadata: { name: a }
spec: { prefix: /a/, host: "[ab].example", host_regex: true, service: one }
`,
    problems: ["document/deprecated-field"],
    asks: [
      ["http://a.example/a/", "one"],
      ["http://c.example/a/", 404],
    ],
  },
  {
    name: "an Ingress: Exact before Prefix, a backend for the rest",
    documents: "",
    files: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, annotations: { kubernetes.io/ingress.class: ambassador } }
spec:
  defaultBackend: { service: { name: three, port: { number: $three } } }
  rules:
    - host: s.example.com
      http:
        paths:
          - { path: /cart, pathType: Prefix, backend: { service: { name: one, port: { number: $one } } } }
          - { path: /cart, pathType: Exact, backend: { service: { name: two, port: { number: $two } } } }
`,
    asks: [
      ["http://s.example.com/cart/x", "one //x"],
      ["http://s.example.com/cart", "two /"],
      ["http://t.example.com/cart", "three /cart"],
    ],
  },
];
