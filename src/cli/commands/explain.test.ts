import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";
import { repository } from "../../server/demo/repository.ts";
import { explainDocumentShape, explainShape } from "../output/explain.ts";

const document = (kind: string, name: string, spec: string, group = "getambassador.io/v3alpha1") =>
  `apiVersion: ${group}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const mapping = (name: string, spec: string) => document("Mapping", name, `{hostname: shop.example.com, ${spec}}`);
const files: Readonly<Record<string, string>> = {
  "edge.yaml": [
    document("Listener", "http", "{port: 8080, protocol: HTTP, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}"),
    document("Listener", "https", "{port: 8443, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}"),
    document("Host", "shop", "{hostname: shop.example.com, tlsSecret: {name: shop}}"),
  ].join("---\n"),
  "cart.yaml": mapping(
    "cart",
    "prefix: /cart/, service: cart, retry_policy: {retry_on: 5xx, num_retries: 1}, add_request_headers: {x-a: {value: b}}",
  ),
  "canary.yaml": [
    mapping("canary", 'prefix: /cart/, service: cart-next, headers: {x-canary: "1"}'),
    mapping("half", "prefix: /cart/half/, service: cart, weight: 30, timeout_ms: 1000"),
    mapping("other-half", "prefix: /cart/half/, service: cart-next"),
  ].join("---\n"),
  "old.yaml": mapping("old", "prefix: /old/, service: new.example.com, host_redirect: true, path_redirect: /"),
  "bad.yaml": mapping("bad", 'prefix: /bad/, service: "a b"'),
  "upstream.yaml": document("Upstream", "cart", '{addresses: ["10.0.0.1:8080", "10.0.0.2:8080"]}', "portolan.dev/v1alpha1"),
};

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-explain-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  mkdirSync(join(directory, "empty"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const explain = (...argv: string[]) => cli(["explain", ...argv], { cwd: directory });

describe("a request", () => {
  test("is followed to the addresses that take it", async () => {
    const { stdout, code } = await explain("https://shop.example.com/cart/1?x=2");
    expect(stdout).toBe(`GET https://shop.example.com/cart/1?x=2  fleet default

  listener   0.0.0.0:8443                       edge.yaml:6
  chain      tls-shop.example.com
  host       shop.example.com                   edge.yaml:11
  not        default/canary  /cart/ x-canary=1  canary.yaml:1
             header x-canary: wants exact 1, there is none
             2 more earlier routes, whose path does not fit
  route      default/cart  /cart/               cart.yaml:1
  cluster    cart~0a82c07d                      cart.yaml:1
  endpoints  10.0.0.1:8080, 10.0.0.2:8080       upstream.yaml:1

Forwarded to cart as shop.example.com/1?x=2
  timeout 3s, 1 retry on 5xx
  request header x-a: b
`);
    expect(code).toBe(0);
  });

  test.each<[string[], string, number]>([
    [["http://shop.example.com/cart/"], "Redirected to https://shop.example.com/cart/ (301)", 0],
    [["https://shop.example.com/old/1?x"], "Redirected to https://new.example.com/?x (301)", 0],
    [["https://shop.example.com/bad/"], "Answered 503 by the proxy: ambassador/bad-service", 0],
    [["https://shop.example.com/cart"], "path: wants prefix /cart/, got /cart", 1],
    [["https://shop.example.com/cart"], "Answered 404: no route takes it", 1],
    [["https://other.example.com/"], "Refused: no filter chain takes the server name other.example.com", 1],
    [["http://other.example.com/"], "Answered 404: no virtual host has the name", 1],
    [["https://shop.example.com/cart/half/"], "30 %: forwarded to cart as shop.example.com/", 0],
    [["https://shop.example.com/cart/half/"], "takes 70 % of such requests", 0],
    [["-H", "X-Canary: 1", "https://shop.example.com/cart/"], "Forwarded to cart-next as shop.example.com/", 0],
    [
      ["-X", "POST", "-H", "host: shop.example.com", "--sni", "shop.example.com", "https://10.0.0.9/cart/"],
      "POST https://10.0.0.9/cart/",
      0,
    ],
    [["--protocol", "http3", "https://shop.example.com/"], "Refused: there is no listener for HTTP/3", 1],
  ])("%j: %s", async (argv, text, code) => {
    const got = await explain(...argv);
    expect(got.stdout).toContain(text);
    expect(got.code).toBe(code);
  });

  test("as data", async () => {
    const { stdout } = await explain("-o", "json", "https://shop.example.com/cart/half/");
    const { steps, ways, ...rest } = explainShape.parse(JSON.parse(stdout));
    expect(rest).toMatchObject({
      fleet: "default",
      commit: null,
      request: { method: "GET", url: "https://shop.example.com/cart/half/" },
      passed: 0,
      outcome: { kind: "forward", share: 0.7, path: "/", host: "shop.example.com", timeout: "3s", auth: "none", rate_limit: false },
    });
    expect(ways.map(({ share, targets }) => [share, targets?.map(({ upstream, endpoints }) => [upstream, ...endpoints])])).toEqual([
      [0.3, [["cart", "10.0.0.1:8080", "10.0.0.2:8080"]]],
      [0.7, [["cart-next", "cart-next:80"]]],
    ]);
    expect(steps.map(({ stage, matched, at }) => [stage, matched, at?.line])).toEqual([
      ["listener", true, 6],
      ["chain", true, undefined],
      ["host", true, 11],
      ["route", true, 6],
      ["cluster", true, 6],
      ["endpoints", true, 1],
      ["route", true, 6],
      ["cluster", true, 11],
      ["endpoints", true, undefined],
    ]);
  });

  test("at a commit", async () => {
    const repo = repository();
    try {
      const first = repo.commit(files);
      repo.commit({ "cart.yaml": null });
      const { stdout } = await cli(["explain", "https://shop.example.com/cart/", "--ref", first], { cwd: repo.path });
      expect(stdout.split("\n")[0]).toBe(`GET https://shop.example.com/cart/  fleet default, commit ${first.slice(0, 12)}`);
      expect((await cli(["explain", "https://shop.example.com/cart/"], { cwd: repo.path })).code).toBe(1);
    } finally {
      repo.remove();
    }
  });
});

describe("a document", () => {
  test("is what it becomes, and what comes before it", async () => {
    const { stdout, code } = await explain("Mapping/default/cart");
    expect(stdout).toBe(`Mapping/default/cart  cart.yaml:1, fleet default

  route      shop.example.com /cart/  redirects to https (301)
             4 of 6 on 0.0.0.0:8080/tcp cleartext
  before it  default/half  /cart/half/          canary.yaml:6
  before it  default/canary  /cart/ x-canary=1  canary.yaml:1

  route      shop.example.com /cart/  redirects to https (301)
             4 of 6 on 0.0.0.0:8443/tcp cleartext
  before it  default/half  /cart/half/          canary.yaml:6
  before it  default/canary  /cart/ x-canary=1  canary.yaml:1

  route      shop.example.com /cart/  forwards to cart
             4 of 6 on 0.0.0.0:8443/tcp tls-shop.example.com
  before it  default/half  /cart/half/          canary.yaml:6
  before it  default/canary  /cart/ x-canary=1  canary.yaml:1

  RDS  default.http/cleartext
  RDS  default.https/cleartext
  RDS  default.https/tls-shop.example.com
  CDS  cart~0a82c07d
`);
    expect(code).toBe(0);
  });

  test("as data", async () => {
    const { stdout } = await explain("-o", "json", "mapping/cart");
    const { document: label, routes, resources, problems } = explainDocumentShape.parse(JSON.parse(stdout));
    expect([label, routes.length, problems]).toEqual(["Mapping/default/cart", 3, []]);
    expect(resources.map(({ type }) => type)).toEqual(["RDS", "RDS", "RDS", "CDS"]);
  });

  test("with its problems", async () => {
    const { stdout } = await explain("Mapping/bad");
    expect(stdout).toContain("bad.yaml:4:");
    expect(stdout).toContain("ambassador/bad-service");
  });
});

test.each<[string[], string]>([
  [["nonsense"], "nonsense is neither a URL (http://…, https://…) nor a document (Kind/namespace/name)"],
  [["Mapping/none"], "fleet default reads no document Mapping/none"],
  [["https://"], '"https://" is no URL'],
  [["https://a/", "-H", "nonsense"], "Expected NAME: VALUE."],
  [["https://a/", "--from-address", "here"], "Expected an IP address."],
  [["https://a/", "--fleet", "x"], "there is no fleet x; there is default"],
  [["https://a/", "nowhere"], "cannot read nowhere"],
  [["https://a/", "--source", "a=b"], "--source needs --config"],
])("%j is a mistake", async (argv, message) => {
  const { code, stderr, stdout } = await explain(...argv);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(message);
});
