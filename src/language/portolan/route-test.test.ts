import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { defaultFleet } from "./fleet.ts";
import { portolan } from "./portolan.ts";
import type { RouteTestSpec } from "./route-test.ts";

function check(spec: JsonObject) {
  const identity = { group: "portolan.dev", kind: "RouteTest", namespace: "shop", name: "cart" };
  const value = { apiVersion: "portolan.dev/v1alpha1", kind: "RouteTest", metadata: { name: "cart" }, spec };
  return portolan.check({ id: { blob: "0", index: 0 }, path: "a.yaml", source: "main", version: "v1alpha1", identity, value });
}

const request = { url: "https://pay.example.com/api" };
const one = (expected: JsonObject, more: JsonObject = {}) => ({
  tests: [{ name: "a", request: { ...request, ...more }, expect: expected }],
});

describe("a RouteTest", () => {
  test("is what it says, and changes nothing", () => {
    const spec = {
      fleet: "edge",
      tests: [
        {
          name: "api goes to pay",
          request: { ...request, method: "GET", headers: { "x-canary": "1" }, clientAddress: "203.0.113.9", body: { size: 10 } },
          expect: {
            document: "Mapping/shop/pay",
            backends: [{ service: "pay", weight: 90 }],
            rewrite: { path: "/v1" },
            timeout: "30s",
            auth: "none",
          },
        },
        { name: "admin is closed", request, expect: { noRoute: true } },
      ],
    };
    const checked = check(spec);
    expect(checked.findings).toEqual([]);
    expect(checked.spec as RouteTestSpec).toEqual(spec);
    expect(portolan.attach(checked, defaultFleet.settings)).toEqual([{ to: "tests" }]);
  });

  test.each<[JsonObject, string, string]>([
    [{}, "document/missing-field", "/spec"],
    [{ tests: [] }, "document/out-of-range", "/spec/tests"],
    [one({}), "document/bad-enum", "/spec/tests/0/expect"],
    [one({ noRoute: true, response: { status: 403 } }), "document/bad-enum", "/spec/tests/0/expect"],
    [one({ cluster: "a", redirect: {} }), "document/bad-enum", "/spec/tests/0/expect"],
    [one({ noRoute: false }), "document/bad-enum", "/spec/tests/0/expect/noRoute"],
    [one({ noRoute: true, timeout: "soon" }), "document/bad-duration", "/spec/tests/0/expect/timeout"],
    [one({ noRout: true }), "document/unknown-field", "/spec/tests/0/expect/noRout"],
    [one({ noRoute: true }, { clientAddress: "here" }), "document/wrong-type", "/spec/tests/0/request/clientAddress"],
    [{ tests: [{ name: "a", request: { url: "pay" }, expect: { noRoute: true } }] }, "document/wrong-type", "/spec/tests/0/request/url"],
    [{ tests: [...one({ noRoute: true }).tests, ...one({ noRoute: true }).tests] }, "document/duplicate", "/spec/tests/1/name"],
    [{ ...one({ noRoute: true }), fleeet: "edge" }, "document/unknown-field", "/spec/fleeet"],
  ])("%j is left out: %s", (spec, code, pointer) => {
    const { spec: usable, findings } = check(spec);
    expect(usable).toBeUndefined();
    expect(findings).toContainEqual(expect.objectContaining({ code, pointer, severity: "error", effect: "left-out" }));
  });

  test("whose cluster and backends stand together is one outcome", () => {
    expect(check(one({ cluster: "pay", backends: [{ service: "pay" }] })).findings).toEqual([]);
  });

  test("of any JSON throws nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        check({ tests: [{ name: "a", request: a, expect: b }] } as JsonObject);
        check({ tests: a, fleet: b } as JsonObject);
      }),
      { numRuns: 500 },
    );
  });
});
