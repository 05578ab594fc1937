import { describe, expect, test } from "vitest";
import { buildFiles } from "../../build/offline.ts";
import { changesOf } from "./changes.ts";

const base = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: shop}
spec: {hostname: shop.example.com, requestPolicy: {insecure: {action: Route}}}
`;
const document = (kind: string, name: string, spec: string) =>
  `---\napiVersion: getambassador.io/v3alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const mapping = (name: string, prefix: string, rest: string) => document("Mapping", name, `hostname: "*", prefix: ${prefix}, ${rest}`);
const upstream = (address: string) =>
  `---\napiVersion: portolan.dev/v1alpha1\nkind: Upstream\nmetadata: {name: cart}\nspec: {addresses: ["${address}"]}\n`;

async function changes(before: string, after: string) {
  const plan = async (text: string) => (await buildFiles(new Map([["a.yaml", text]]))).fleets[0]?.plan();
  return changesOf(await plan(before), await plan(after)).map(({ action, level, host, match, listeners, fields, target }) =>
    [
      `${action} ${level} ${host ?? listeners.join()}${match === undefined ? "" : ` ${match}`}`,
      ...(action === "change"
        ? fields.map((one) => `${one.path}: ${JSON.stringify(one.before)} → ${JSON.stringify(one.after)}`)
        : [target]),
    ].join("; "),
  );
}

const cart = mapping("cart", "/cart/", "service: cart");

describe("no difference", () => {
  test.each<[string, string, string]>([
    ["the same", cart, cart],
    ["documents in another order", cart + mapping("a", "/a/", "service: a"), mapping("a", "/a/", "service: a") + cart],
    ["another name of a document", cart, mapping("basket", "/cart/", "service: cart")],
    ["what is said twice", cart, mapping("cart", "/cart/", "service: cart, timeout_ms: 3000")],
    ["a Listener of another name", cart, cart],
  ])("%s", async (name, before, after) => {
    const renamed = name.startsWith("a Listener") ? base.replace("name: http", "name: other") : base;
    expect(await changes(base + before, renamed + after)).toEqual([]);
  });
});

describe("a difference", () => {
  test.each<[string, string, string, readonly string[]]>([
    ["a route that comes", "", cart, ["add route shop.example.com /cart/; cart"]],
    ["a route that goes", cart, "", ["remove route shop.example.com /cart/; cart"]],
    [
      "a setting",
      cart,
      mapping("cart", "/cart/", "service: cart, timeout_ms: 30000"),
      ['change route shop.example.com /cart/; timeout: "3s" → "30s"'],
    ],
    [
      "where it leads",
      cart,
      mapping("cart", "/cart/", "service: basket"),
      ['change route shop.example.com /cart/; upstream: "cart" → "basket"'],
    ],
    [
      "a setting of the upstream",
      cart,
      mapping("cart", "/cart/", "service: cart, connect_timeout_ms: 5000"),
      ['change route shop.example.com /cart/; upstreams.cart.connect_timeout: "3s" → "5s"'],
    ],
    [
      "an address of the upstream",
      cart + upstream("10.0.0.1:80"),
      cart + upstream("10.0.0.2:80"),
      ['change route shop.example.com /cart/; upstreams.cart.addresses: ["10.0.0.1:80"] → ["10.0.0.2:80"]'],
    ],
    [
      "weights",
      cart + mapping("canary", "/cart/", "service: cart-canary, weight: 10"),
      cart + mapping("canary", "/cart/", "service: cart-canary, weight: 25"),
      ['change route shop.example.com /cart/; upstream: "90% cart, 10% cart-canary" → "75% cart, 25% cart-canary"'],
    ],
    [
      "a member with a setting of its own",
      cart,
      cart + mapping("canary", "/cart/", "service: cart-canary, weight: 10, timeout_ms: 9000"),
      [
        'change route shop.example.com /cart/; upstream: "cart" → "90% cart, 10% cart-canary"; timeout: "3s" → undefined; ' +
          'ways.cart.timeout: undefined → "3s"; ways.cart-canary.timeout: undefined → "9s"',
      ],
    ],
    [
      "a redirect",
      cart,
      mapping("cart", "/cart/", "service: www.example.com, host_redirect: true, path_redirect: /new/"),
      [
        'change route shop.example.com /cart/; upstream: "cart" → undefined; rewrite: "/" → undefined; timeout: "3s" → undefined; ' +
          'redirect.code: undefined → 301; redirect.host: undefined → "www.example.com"; redirect.path: undefined → "/new/"',
      ],
    ],
    [
      "a header, and one whose value may be a credential",
      cart,
      mapping("cart", "/cart/", "service: cart, add_request_headers: {x-team: {value: red, append: false}, x-api-token: secret}"),
      [
        'change route shop.example.com /cart/; request_headers.x-api-token.append: undefined → "(not shown)"; request_headers.x-team: undefined → "red"',
      ],
    ],
    [
      "CORS",
      cart,
      mapping("cart", "/cart/", "service: cart, cors: {origins: [https://a.example], max_age: '60'}"),
      [
        'change route shop.example.com /cart/; filters.cors.allow_origin_string_match: undefined → [{"exact":"https://a.example"}]; filters.cors.max_age: undefined → "60"',
      ],
    ],
    [
      "the order of routes that can meet",
      mapping("a", "/a/", "service: a, precedence: 2") + mapping("b", "/a/b/", "service: b, precedence: 1"),
      mapping("a", "/a/", "service: a, precedence: 1") + mapping("b", "/a/b/", "service: b, precedence: 2"),
      [
        'change route shop.example.com /a/; precedence: "before /a/b/" → "behind /a/b/"',
        'change route shop.example.com /a/b/; precedence: "behind /a/" → "before /a/"',
      ],
    ],
    [
      "the order of routes that cannot meet is none",
      mapping("a", "/a/", "service: a, precedence: 2") + mapping("b", "/b/", "service: b, precedence: 1"),
      mapping("a", "/a/", "service: a, precedence: 1") + mapping("b", "/b/", "service: b, precedence: 2"),
      [],
    ],
    [
      "a host that comes with its routes",
      cart,
      cart + document("Host", "api", "hostname: api.example.com, requestPolicy: {insecure: {action: Route}}"),
      ["add virtual_host api.example.com; ", "add route api.example.com /cart/; cart"],
    ],
    [
      "a Listener",
      cart,
      cart + document("Listener", "two", "port: 8081, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: SELF}}"),
      ["add listener 0.0.0.0:8081; ", "add virtual_host shop.example.com; ", "add route shop.example.com /cart/; cart"],
    ],
    [
      "what a Listener does",
      cart,
      cart + document("Module", "ambassador", "config: {enable_http10: true}"),
      ["change listener 0.0.0.0:8080; http_protocol_options.accept_http_10: undefined → true"],
    ],
    [
      "a route of the host that fails in place",
      "",
      mapping("bad", "/bad/", "service: 'bad service:x'"),
      ["add route shop.example.com /bad/; 503 ambassador/bad-service"],
    ],
  ])("%s", async (_, before, after, expected) => {
    const found = await changes(base + before, base + after);
    expect(found).toEqual(expected);
  });

  test("a fleet that is only on one side", async () => {
    expect(await changes("", base + cart)).toEqual([
      "add listener 0.0.0.0:8080; ",
      "add virtual_host shop.example.com; ",
      "add route shop.example.com /cart/; cart",
    ]);
    const plan = (await buildFiles(new Map([["a.yaml", base + cart]]))).fleets[0]?.plan();
    expect(changesOf(plan, undefined).map(({ action, level }) => `${action} ${level}`)).toEqual([
      "remove listener",
      "remove virtual_host",
      "remove route",
    ]);
  });
});
