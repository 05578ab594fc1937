import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { cli } from "../../../test/support/cli.ts";

const files = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: cart}
spec: {hostname: "*", prefix: /cart/, service: cart}
---
apiVersion: portolan.dev/v1alpha1
kind: RouteTest
metadata: {name: shop}
spec:
  tests:
  - {name: cart, request: {url: "http://shop.example.com/cart/"}, expect: {backends: [{service: cart}]}}
  - {name: basket, request: {url: "http://shop.example.com/cart/"}, expect: {backends: [{service: basket}]}}
`;
const run = (...argv: readonly string[]) => cli(argv, { stdin: files });

test("tests as a comment", async () => {
  const { code, stdout } = await run("test", "-", "-o", "markdown");
  expect(stdout).toContain(
    "<!-- portolan:test -->\n\n**1 passed, 1 failed**\n\n| result | test | what becomes of the request | document | source |\n",
  );
  expect(stdout).toMatch(/^\| pass \| RouteTest\/default\/shop: cart \| .+ \| Mapping\/default\/cart \| stdin\.yaml:21 \|$/m);
  expect(stdout).toMatch(/^\| fail \| RouteTest\/default\/shop: basket \| .*basket.* \| Mapping\/default\/cart \| stdin\.yaml:22 \|$/m);
  expect(code).toBe(1);
});

test("failed tests as annotations and as SARIF", async () => {
  expect((await run("test", "-", "-o", "github")).stdout).toMatch(/^::error file=stdin\.yaml,line=22,col=\d+,title=route\/test-failed::/);
  const schema = readFileSync(new URL("../../../test/support/schemas/sarif-2.1.0.json", import.meta.url), "utf8");
  const sarif = JSON.parse((await run("test", "-", "-o", "sarif")).stdout);
  expect(
    z.fromJSONSchema(JSON.parse(schema.replaceAll('"format": "uri-reference"', '"title": ""'))).safeParse(sarif).error,
  ).toBeUndefined();
  expect(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId)).toEqual(["route/test-failed"]);
});

test("what becomes of a request, and of a document, as a comment", async () => {
  const request = (await run("explain", "http://shop.example.com/cart/", "-", "-o", "markdown")).stdout;
  expect(request).toMatch(
    /^<!-- portolan:explain -->\n\n\*\*GET http:\/\/shop\.example\.com\/cart\/: .+\*\*\n\n\| taken \| step \| why \| source \|\n/,
  );
  expect(request).toMatch(/^\| ✓ \| route .+ \| .* \| stdin\.yaml:11 \|$/m);
  const document = (await run("explain", "Mapping/default/cart", "-", "-o", "markdown")).stdout;
  expect(document).toContain("<!-- portolan:explain -->\n\n**Mapping/default/cart: 1 route in ");
  expect(document).toMatch(/^\| \\\* \/cart\/ \| .+ \| 1 of 1 \|$/m);
});
