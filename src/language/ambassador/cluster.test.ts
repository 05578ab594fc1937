import { expect, test } from "vitest";
import { clusterOf, type Use } from "./cluster.ts";
import { parseService, type Service } from "./service.ts";

const services = { find: () => undefined, all: () => [], isNamespace: () => false };
const settings = { own: "default", dnsSuffix: "" };
const of = (use: Partial<Use>) =>
  clusterOf({ namespace: "team", service: parseService("rl:8081") as Service, connectTimeoutMs: undefined, ...use }, services, settings);

test("what a filter calls has a role, HTTP/2 for gRPC, and a host as written", () => {
  expect(of({ role: "ratelimit", http2: true, literal: true })).toMatchObject({
    name: "ratelimit/rl_8081~79c58be7",
    statName: "rl_8081",
    protocol: "http2",
    discovery: { endpoints: [{ address: "rl", port: 8081 }] },
  });
  expect(of({}).name).toBe("rl.team_8081");
});

test("a name in the statistics of its own is another cluster", () => {
  expect(of({ statsName: "limits" })).toMatchObject({ name: expect.stringMatching(/^rl\.team_8081~[0-9a-f]{8}$/), statName: "limits" });
});

test("a service as written lies in the own namespace where names get a suffix", () => {
  const use = { namespace: "team", service: parseService("rl") as Service, connectTimeoutMs: undefined, literal: true };
  expect(clusterOf(use, services, { ...settings, dnsSuffix: ".svc" }).discovery).toMatchObject({
    endpoints: [{ address: "rl.default.svc" }],
  });
});
