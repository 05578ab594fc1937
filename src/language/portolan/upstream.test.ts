import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../model/json.ts";
import type { ServiceAddresses } from "../service-addresses.ts";
import { portolan } from "./portolan.ts";

function check(spec: JsonValue | undefined) {
  return portolan.check({
    id: { blob: "0".repeat(40), index: 0 },
    path: "shop/cart.yaml",
    source: "shop",
    version: "v1alpha1",
    identity: { group: "portolan.dev", kind: "Upstream", namespace: "shop", name: "cart" },
    value: {
      apiVersion: "portolan.dev/v1alpha1",
      kind: "Upstream",
      metadata: { name: "cart", namespace: "shop" },
      ...(spec === undefined ? {} : { spec }),
    },
  });
}

function specOf(spec: JsonValue): ServiceAddresses | undefined {
  return check(spec).spec as ServiceAddresses | undefined;
}

describe("addresses", () => {
  it.each([
    ["10.0.0.1:8080", { host: "10.0.0.1", port: 8080, ip: true }],
    ["[2001:DB8:0::1]:443", { host: "2001:db8::1", port: 443, ip: true }],
    ["[::ffff:10.0.0.1]:1", { host: "::ffff:a00:1", port: 1, ip: true }],
    ["localhost:65535", { host: "localhost", port: 65535, ip: false }],
    ["Cart.Example.com.:80", { host: "cart.example.com.", port: 80, ip: false }],
    ["my_service.ns-1:80", { host: "my_service.ns-1", port: 80, ip: false }],
    ["1and1.example:80", { host: "1and1.example", port: 80, ip: false }],
  ])("reads %s", (address, read) => {
    expect(check({ addresses: [address] })).toMatchObject({ spec: { addresses: [read] }, findings: [] });
    expect(specOf({ addresses: [{ address }] })?.addresses).toEqual([read]);
  });

  it.each([
    "",
    "10.0.0.1",
    "10.0.0.1:",
    ":80",
    "10.0.0.1:0",
    "10.0.0.1:65536",
    "10.0.0.1:80:80",
    "10.0.0.256:80",
    "10.0.1:80",
    "300.1.1.1:80",
    "2001:db8::1:80",
    "[2001:db8::1]",
    "[2001:db8::g]:80",
    "[10.0.0.1]:80",
    "[fe80::1%eth0]:80",
    "http://a:80",
    "a b:80",
    "a..b:80",
    "-a:80",
    `${"a".repeat(64)}.b:80`,
    `${"a.".repeat(130)}b:80`,
    "ä.example:80",
    "a:8O",
  ])("leaves out an Upstream with %j", (address) => {
    const short = check({ addresses: ["10.0.0.1:80", address] });
    expect(short.spec).toBeUndefined();
    expect(short.findings).toMatchObject([
      { code: "document/wrong-type", severity: "error", effect: "left-out", pointer: "/spec/addresses/1" },
    ]);
    expect(check({ addresses: [{ address }] }).findings).toMatchObject([{ effect: "left-out", pointer: "/spec/addresses/0/address" }]);
  });

  it("keeps zones and their order, and equal addresses once", () => {
    const addresses = [
      { address: "b.example:80", zone: "z2" },
      "10.0.0.1:80",
      "B.EXAMPLE:80",
      { address: "10.0.0.1:80", zone: "z1" },
      "10.0.0.1:81",
    ];
    expect(specOf({ addresses })?.addresses).toEqual([
      { host: "b.example", port: 80, ip: false, zone: "z2" },
      { host: "10.0.0.1", port: 80, ip: true },
      { host: "10.0.0.1", port: 81, ip: true },
    ]);
  });

  it.each([
    ["no spec", undefined, "document/missing-field"],
    ["an empty spec", {}, "document/missing-field"],
    ["a spec that is a string", "10.0.0.1:80", "document/wrong-type"],
    ["a spec that is a list", ["10.0.0.1:80"], "document/wrong-type"],
    ["no address", { addresses: [] }, "document/out-of-range"],
    ["an address instead of a list", { addresses: "10.0.0.1:80" }, "document/wrong-type"],
    ["a number for an address", { addresses: ["10.0.0.1:80", 8080] }, "document/wrong-type"],
    ["an address that is missing", { addresses: ["10.0.0.1:80", { zone: "z" }] }, "document/missing-field"],
    ["a zone that is a list", { addresses: [{ address: "10.0.0.1:80", zone: ["z"] }] }, "document/wrong-type"],
    ["an unknown field in an address", { addresses: [{ address: "10.0.0.1:80", zoen: "z" }] }, "document/unknown-field"],
  ] as const)("leaves out an Upstream with %s", (_, spec, code) => {
    const { spec: read, findings } = check(spec as JsonValue | undefined);
    expect(read).toBeUndefined();
    expect(findings.map((found) => found.code)).toContain(code);
    expect(findings.some((found) => found.severity === "error" && found.effect === "left-out")).toBe(true);
  });
});

describe("the health check", () => {
  const addresses = ["10.0.0.1:80"];
  const withCheck = (healthCheck: JsonValue) => check({ addresses, healthCheck });
  const defaults = { intervalMs: 10_000, timeoutMs: 2_000, unhealthy: 3, healthy: 2 };

  it.each([
    [
      "http",
      { http: { path: "/healthz" } },
      { ...defaults, kind: { http: { path: "/healthz", expectedStatuses: [{ start: 200, end: 299 }] } } },
    ],
    ["tcp", { tcp: {} }, { ...defaults, kind: { tcp: true } }],
    [
      "everything",
      {
        http: { path: "/", host: "cart.example", expectedStatuses: ["204", "300-399"] },
        interval: "250ms",
        timeout: "1m",
        unhealthy: 1,
        healthy: 9,
      },
      {
        kind: {
          http: {
            path: "/",
            host: "cart.example",
            expectedStatuses: [
              { start: 204, end: 204 },
              { start: 300, end: 399 },
            ],
          },
        },
        intervalMs: 250,
        timeoutMs: 60_000,
        unhealthy: 1,
        healthy: 9,
      },
    ],
    ["grpc", { grpc: { service: "cart" } }, { ...defaults, kind: { grpc: { service: "cart" } } }],
    ["grpc of the whole server", { grpc: {} }, { ...defaults, kind: { grpc: {} } }],
  ])("reads %s", (_, healthCheck, read) => {
    const checked = withCheck(healthCheck as JsonValue);
    expect(checked.findings).toEqual([]);
    expect((checked.spec as ServiceAddresses).healthCheck).toEqual(read);
  });

  it.each([
    ["none of the three", { interval: "1s" }, "document/bad-enum", "/spec/healthCheck"],
    ["two of the three", { tcp: {}, http: { path: "/" } }, "document/bad-enum", "/spec/healthCheck"],
    ["a path that is none", { http: { path: "healthz" } }, "document/wrong-type", "/spec/healthCheck/http/path"],
    ["a path with a line feed", { http: { path: "/a\nb" } }, "document/wrong-type", "/spec/healthCheck/http/path"],
  ])("is dropped with %s, and the addresses stay", (_, healthCheck, code, pointer) => {
    const checked = withCheck(healthCheck as JsonValue);
    expect(checked.spec).toEqual({ addresses: [{ host: "10.0.0.1", port: 80, ip: true }] });
    expect(checked.findings).toContainEqual(expect.objectContaining({ code, pointer, severity: "error", effect: "field-ignored" }));
  });

  it.each([
    ["a duration without unit", { tcp: {}, interval: "10" }, "document/bad-duration", "/spec/healthCheck/interval"],
    ["a duration of nothing", { tcp: {}, interval: "0s" }, "document/bad-duration", "/spec/healthCheck/interval"],
    ["a duration beyond all bounds", { tcp: {}, timeout: "999999999999999h" }, "document/bad-duration", "/spec/healthCheck/timeout"],
    ["a number for a duration", { tcp: {}, timeout: 2 }, "document/wrong-type", "/spec/healthCheck/timeout"],
    ["no threshold", { tcp: {}, unhealthy: 0 }, "document/out-of-range", "/spec/healthCheck/unhealthy"],
    ["a threshold over 32 bits", { tcp: {}, healthy: 4_294_967_296 }, "document/out-of-range", "/spec/healthCheck/healthy"],
    ["an unknown field", { tcp: {}, intervall: "1s" }, "document/unknown-field", "/spec/healthCheck/intervall"],
  ])("takes its default for %s", (_, healthCheck, code, pointer) => {
    const checked = withCheck(healthCheck as JsonValue);
    expect((checked.spec as ServiceAddresses).healthCheck).toEqual({ ...defaults, kind: { tcp: true } });
    expect(checked.findings).toMatchObject([{ code, pointer, severity: "error", effect: "field-ignored" }]);
  });

  it.each(["99", "200-600", "300-200", "2xx", ""])("drops the status %j", (status) => {
    const checked = withCheck({ http: { path: "/", expectedStatuses: ["200", status] } });
    expect((checked.spec as ServiceAddresses).healthCheck?.kind).toEqual({
      http: { path: "/", expectedStatuses: [{ start: 200, end: 200 }] },
    });
    expect(checked.findings).toMatchObject([{ code: "document/out-of-range", pointer: "/spec/healthCheck/http/expectedStatuses/1" }]);
  });
});

it("is found among services by namespace and name", () => {
  const checked = check({ addresses: ["a:1"] });
  const fleet = {
    name: "f",
    proxy: { bindAddress: "", trustStore: "", minEnvoyVersion: "" },
    services: { dnsSuffix: "", missing: "Error" as const },
    languages: {},
  };
  expect(portolan.attach(checked, fleet)).toEqual([{ to: "services", name: "shop/cart" }]);
  expect(portolan.attach(check({}), fleet)).toEqual([]);
});

it("takes any spec without throwing, and either serves it or says why not", () => {
  const value = fc.letrec<{ any: JsonValue }>((tie) => ({
    any: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<JsonValue>("10.0.0.1:80", "a:1", "1s", 7, -1, null, true, "", "yes"),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom("addresses", "address", "zone", "healthCheck", "http", "tcp", "path", "interval", "healthy", "__proto__", "x"),
        tie("any"),
        {
          maxKeys: 4,
        },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, (spec) => {
      const checked = check(spec);
      const leftOut = checked.findings.some((found) => found.severity === "error" && found.effect === "left-out");
      expect(checked.spec === undefined).toBe(leftOut);
      if (checked.spec !== undefined) expect((checked.spec as ServiceAddresses).addresses.length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});
