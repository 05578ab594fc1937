import { expect, test } from "vitest";
import { parse } from "yaml";
import { documentOf, documents, planDocuments, routes } from "../../../../test/support/ambassador.ts";
import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";

const cart = `{service: {name: cart, port: {number: 81}}}`;

function ingress(spec: string, annotations: JsonObject = { "kubernetes.io/ingress.class": "Ambassador" }): Document {
  const { value, ...document } = documentOf("Ingress", "shop", "default", parse(spec) as JsonObject, { team: "red" });
  return { ...document, value: { ...value, metadata: { ...(value.metadata as JsonObject), annotations } } };
}

function planned(spec: string, more = "", annotations?: JsonObject) {
  const usual = `"Listener http": {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}`;
  const host = more.includes("Host ") ? "" : `, "Host any": {hostname: "*", requestPolicy: {insecure: {action: Route}}}`;
  return planDocuments([ingress(spec, annotations), ...documents(`${usual}${host}${more === "" ? "" : `, ${more}`}`)]);
}

test("28 named port, Exact before Prefix", () => {
  const made = planned(
    `{rules: [{host: s.example.com, http: {paths: [
      {path: /cart, pathType: Prefix, backend: {service: {name: cart, port: {name: web}}}},
      {path: /cart, pathType: Exact, backend: {service: {name: home, port: {number: 81}}}}]}}]}`,
    `Service cart: {ports: [{name: web, port: 8080}]}, Host s: {hostname: s.example.com, requestPolicy: {insecure: {action: Route}}}`,
  );
  expect(made.hosts.get("s.example.com")?.virtualHost.routes.map(({ name }) => name)).toEqual(["default/shop-0-1", "default/shop-0-0"]);
  expect(routes(made, "s.example.com")).toEqual([
    { exact: "/cart", to: "home.default_81" },
    { prefix: "/cart", to: "cart.default_8080" },
  ]);
  expect(made.problems).toEqual([]);
});

test.each<[string, string, unknown[]]>([
  ["the older spelling", `{backend: {serviceName: cart, servicePort: 81}}`, [{ prefix: "/", to: "cart.default_81" }]],
  ["a number as text", `{defaultBackend: {serviceName: cart, servicePort: "81"}}`, [{ prefix: "/", to: "cart.default_81" }]],
  ["no path and no host", `{rules: [{http: {paths: [{backend: ${cart}}]}}]}`, [{ prefix: "/", to: "cart.default_81" }]],
  [
    "a wildcard host",
    `{rules: [{host: "*.a.io", http: {paths: [{path: /x, backend: ${cart}}]}}]}`,
    [{ prefix: "/x", headers: [":authority regex ^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\.a\\.io$"], to: "cart.default_81" }],
  ],
])("%s", (_, spec, expected) => {
  const made = planned(spec);
  expect(routes(made)).toEqual(expected);
  expect(made.problems).toEqual([]);
});

test("with TLS there is a Host for each name, which selects what the Ingress becomes", () => {
  const made = planned(
    `{tls: [{hosts: [s.example.com], secretName: cert}, {hosts: [t.example.com]}], rules: [{http: {paths: [{path: /x, backend: ${cart}}]}}]}`,
    `Listener tls: {port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}, Host w: {hostname: w.example.com, requestPolicy: {insecure: {action: Route}}}`,
  );
  expect([...made.hosts.keys()].sort()).toEqual(["s.example.com", "w.example.com"]);
  expect(routes(made, "s.example.com")).toEqual([{ prefix: "/x", to: "cart.default_81" }]);
  expect(routes(made, "w.example.com")).toEqual([]);
  expect(made.listeners.find(({ name }) => name === "default.tls")?.secrets).toMatchObject([
    { reference: { kind: "tls", secret: { namespace: "default", name: "cert" } }, hosts: ["s.example.com"] },
  ]);
});

test.each<[string, string, JsonObject, string, number]>([
  ["of a class that is Ambassador's", "amb", {}, `IngressClass amb: {controller: getambassador.io/ingress-controller}`, 1],
  ["of another class", "amb", {}, `IngressClass amb: {controller: example.com/other}`, 0],
  ["of a class that nobody has committed", "amb", {}, "", 0],
  ["of no class", "", {}, "", 0],
  ["of another installation", "", { "kubernetes.io/ingress.class": "ambassador", "getambassador.io/ambassador-id": "x" }, "", 0],
])("an Ingress %s", (_, ingressClassName, annotations, more, count) => {
  const spec = JSON.stringify({ ...(ingressClassName === "" ? {} : { ingressClassName }), defaultBackend: parse(cart) });
  const made = planned(spec, more, annotations);
  expect(routes(made)).toHaveLength(count);
  expect(made.problems).toEqual([]);
});

test("a port that no Service names fails in place; what is wrong with one path leaves out only that, at its node", () => {
  const made = planned(
    `{rules: [{http: {paths: [{path: /p, backend: {service: {name: cart, port: {name: web}}}}, {path: bad, backend: ${cart}}, {path: /ok, backend: ${cart}}]}}]}`,
  );
  expect(routes(made)).toEqual([
    { prefix: "/ok", to: "cart.default_81" },
    { prefix: "/p", respond: 503 },
  ]);
  expect(made.findings.map(({ code, effect, pointer }) => `${code} ${effect} ${pointer}`).sort()).toEqual([
    "ambassador/bad-prefix slice-dropped /spec/rules/0/http/paths/1",
    "ambassador/unknown-port fails-in-place ",
  ]);
});

test("an Ingress on no Host is told as unattached", () => {
  const made = planned(`{rules: [{host: x.example.com, http: {paths: [{backend: ${cart}}]}}]}`, `Host s: {hostname: s.example.com}`);
  expect(made.problems).toContain("route/unattached Ingress/default/shop");
});
