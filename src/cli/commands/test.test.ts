import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";
import { buildFiles } from "../../build/offline.ts";

const document = (kind: string, name: string, spec: string, group = "getambassador.io/v3alpha1") =>
  `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const routeTest = (name: string, spec: string) => document("RouteTest", name, spec, "portolan.dev/v1alpha1");
const mapping = (name: string, spec: string) => document("Mapping", name, `{hostname: shop.example.com, ${spec}}`);
const routes = [
  document("Listener", "http", "{port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}"),
  document("Host", "shop", "{hostname: shop.example.com, requestPolicy: {insecure: {action: Route}}}"),
  mapping(
    "cart",
    "prefix: /cart/, service: cart, weight: 90, add_request_headers: {x-from: {value: '%REQ(:METHOD)% 100%%', append: false}}, remove_request_headers: [x-secret]",
  ),
  mapping("cart-next", "prefix: /cart/, service: 'cart-next:8080', weight: 10"),
  mapping(
    "slow",
    "prefix: /slow/, service: 'https://slow', rewrite: '', host_rewrite: inner.example.com, timeout_ms: 30000, retry_policy: {retry_on: 5xx, num_retries: 2}, add_response_headers: {x-slow: {value: a}}",
  ),
  mapping("old", "prefix: /old/, service: new.example.com, host_redirect: true, redirect_response_code: 308"),
  mapping("bad", "prefix: /bad/, service: 'a b'"),
  mapping("split", "prefix: /split/, service: a, weight: 30, timeout_ms: 1000"),
  mapping("split-rest", "prefix: /split/, service: b"),
].join("---\n");

/** The result of one test of these routes: `pass`, or what is otherwise. */
async function outcome(request: string, expected: string): Promise<string> {
  const url = request.includes("url") ? request : `url: "http://shop.example.com${request}"`;
  const tests = routeTest("a", `{tests: [{name: a, request: {${url}}, expect: {${expected}}}]}`);
  const built = await buildFiles(
    new Map([
      ["routes.yaml", routes],
      ["test.yaml", tests],
    ]),
  );
  expect(built.problems.filter(({ at }) => at.path === "test.yaml")).toEqual([]);
  const [run] = (await built.fleets[0]?.tests()) ?? [];
  return (
    run?.differences.map(({ path, expected: wanted, actual }) => `${path}: ${wanted} / ${actual}`).join("; ") || (run?.result ?? "none")
  );
}

describe("what is expected", () => {
  test.each<[string, string, string]>([
    ["/cart/x", "backends: [{service: cart, weight: 90}, {service: 'cart-next:8080', weight: 10}]", "pass"],
    ["/cart/x", "backends: [{service: 'cart:80', weight: 9}, {service: 'cart-next:8080', weight: 1}]", "pass"],
    ["/cart/x", "backends: [{service: 'cart-next:8080'}, {service: cart}]", "pass"],
    [
      "/cart/x",
      "backends: [{service: cart, weight: 50}, {service: 'cart-next:8080', weight: 50}]",
      "backends: cart (50 %), cart-next:8080 (50 %) / cart-next_8080 (10 %), cart (90 %)",
    ],
    ["/cart/x", "backends: [{service: cart}]", "backends: cart / cart-next_8080 (10 %), cart (90 %)"],
    ["/split/", "backends: [{service: a, weight: 30}, {service: b, weight: 70}]", "pass"],
    ["/split/", "backends: [{service: a}, {service: b}], timeout: 1s", "timeout: 1s / 3s"],
    [
      "/slow/x",
      "cluster: slow, rewrite: {path: /slow/x, host: inner.example.com}, timeout: 30s, retries: 2, auth: none, rateLimit: false",
      "pass",
    ],
    ["/slow/x", "backends: [{service: 'slow:443'}], document: Mapping/slow, responseHeaders: {X-Slow: a, x-other: null}", "pass"],
    [
      "/slow/x",
      "cluster: slow, document: Mapping/shop/slow, retries: 1, auth: required",
      "document: Mapping/shop/slow / Mapping/default/slow; retries: 1 / 2; auth: required / none",
    ],
    ["/cart/x", "backends: [{service: cart}, {service: 'cart-next:8080'}], requestHeaders: {x-from: GET 100%, x-secret: null}", "pass"],
    [
      "/cart/x",
      "backends: [{service: cart}, {service: 'cart-next:8080'}], requestHeaders: {x-from: a}",
      "requestHeaders.x-from: a / GET 100%",
    ],
    ["/old/x", "redirect: {status: 308, location: 'http://new.example.com/old/x'}, document: Mapping/old", "pass"],
    ["/old/x", "redirect: {status: 301}", "redirect.status: 301 / 308"],
    ["/old/x", "noRoute: true", "noRoute: no route / a redirect to http://new.example.com/old/x"],
    ["/bad/", "response: {status: 503}", "pass"],
    ["/bad/", "cluster: bad", "cluster: bad / an answer of the proxy: 503"],
    ["/cart/", "response: {status: 200}", "response: an answer of the proxy / an upstream"],
    ["/none", "noRoute: true", "pass"],
    ["/none", "response: {status: 404}", "pass"],
    ["/none", "redirect: {}", "redirect: a redirect / no route"],
    ['url: "https://shop.example.com/cart/"', "noRoute: true", "pass"],
    ['url: "http://shop.example.com:0/"', "noRoute: true", "error"],
    ['url: "http://shop.example.com/slow/", method: POST, headers: {a: b}, body: {size: 9}', "cluster: slow", "pass"],
  ])("of %s: %s: %s", async (request, expected, wanted) => {
    expect(await outcome(request, expected)).toBe(wanted);
  });

  test("any request and any expectation gives a result", async () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("http://shop.example.com/cart/", "https://[::1]:8080/%", "http://é/%00?#"));
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom("noRoute", "cluster", "response"), text, async (url, kind, word) => {
        const expected = { noRoute: { noRoute: true }, cluster: { cluster: word }, response: { response: { status: 200 } } }[kind];
        const spec = JSON.stringify({ tests: [{ name: "a", request: { url, headers: { "x-a": word } }, expect: expected }] });
        const built = await buildFiles(
          new Map([
            ["routes.yaml", routes],
            ["test.yaml", routeTest("a", spec)],
          ]),
        );
        for (const run of (await built.fleets[0]?.tests()) ?? []) expect(["pass", "fail", "error"]).toContain(run.result);
      }),
      { numRuns: 40 },
    );
  });
});

let directory = "";
const passing = routeTest(
  "shop",
  `
  tests:
  - name: the cart
    request: {url: "http://shop.example.com/cart/"}
    expect: {cluster: cart, backends: [{service: cart}, {service: "cart-next:8080"}]}
  - {name: nothing, request: {url: "http://shop.example.com/none"}, expect: {noRoute: true}}`,
);
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-test-"));
  writeFileSync(
    join(directory, "routes.yaml"),
    routes
      .split("---\n")
      .filter((one) => !one.includes("name: bad"))
      .join("---\n"),
  );
  writeFileSync(join(directory, "test.yaml"), passing);
});
afterAll(() => rmSync(directory, { recursive: true }));

const run = (...argv: string[]) => cli(["test", ...argv], { cwd: directory });

describe("the command", () => {
  test("tells every test, and what is otherwise than expected", async () => {
    const { stdout, stderr, code } = await run();
    expect(stdout).toBe(`fail  RouteTest/default/shop: the cart  test.yaml:6
        cluster: expected cart, found cart-next_8080, cart
        The request is forwarded to cart-next_8080 (10 %) or cart (90 %) as shop.example.com/ by Mapping/default/cart-next, routes.yaml:16
pass  RouteTest/default/shop: nothing   test.yaml:9

1 passed, 1 failed
`);
    expect([code, stderr]).toEqual([1, ""]);
  });

  test("runs those of a name only", async () => {
    const { stdout, code } = await run("--filter", "NOTHING");
    expect(stdout).toBe("pass  RouteTest/default/shop: nothing  test.yaml:9\n\n1 passed\n");
    expect(code).toBe(0);
    expect(await run("--filter", "nobody")).toMatchObject({
      code: 2,
      stderr: "error: no test has the text nobody in its name; there are 2\n",
    });
  });

  test("gives data", async () => {
    const { stdout, code } = await run("-o", "json");
    const { ok, counts, tests, problems } = JSON.parse(stdout);
    expect([code, ok, counts]).toEqual([1, false, { pass: 1, fail: 1, error: 0 }]);
    expect(tests[0]).toMatchObject({
      name: "the cart",
      result: "fail",
      fleet: "default",
      at: { path: "test.yaml", line: 6 },
      actual: { document: "Mapping/default/cart-next", at: { path: "routes.yaml", line: 16 } },
    });
    expect(problems).toMatchObject([{ code: "route/test-failed", at: { path: "test.yaml", line: 8, pointer: "/spec/tests/0/expect" } }]);
  });

  test("fails for files with errors, which it tells", async () => {
    const { stderr, stdout, code } = await cli(["test", "-"], {
      stdin: `${routes}---\n${routeTest("a", "{fleet: edge, tests: [{name: a, request: {url: 'http://a/'}, expect: {noRoute: true}}]}")}`,
    });
    expect([stdout, code]).toEqual(["0 passed\n", 1]);
    expect(stderr).toContain("route/test-without-fleet");
    expect(stderr).toContain("there is no fleet edge, only default: its tests run nowhere");
  });

  test("finds no tests", async () => {
    expect(await cli(["test", "-"], { stdin: "" })).toMatchObject({ stdout: "0 passed\n", code: 0 });
  });
});
