import { expect, test } from "vitest";
import { documentOf } from "../../test/support/ambassador.ts";
import { ambassador } from "../language/ambassador/ambassador.ts";
import type { JsonObject } from "../model/json.ts";
import { check } from "./check.ts";

test.each<[string, JsonObject]>([
  ["Module", { config: { server_name: "a\nb" } }],
  ["AuthService", { auth_service: "a", add_auth_headers: { "x\ny": "z" } }],
  ["Listener", { port: 80, protocol: "HTTP", securityModel: "XFP", statsPrefix: "a", hostBinding: { namespace: { from: "ALL" } } }],
  ["TracingService", { service: "a", driver: "zipkin", custom_tags: [{ tag: "a", request_header: { name: "b" } }] }],
])("what Envoy would refuse of a %s leaves it out", (kind, spec) => {
  const name = kind === "Module" ? "ambassador" : "x";
  const { spec: made, findings } = check(ambassador, documentOf(kind, name, "default", spec));
  const isRefused = JSON.stringify(spec).includes("\\n");
  expect(made === undefined).toBe(isRefused);
  expect(findings.some(({ code, effect }) => code === "document/out-of-range" && effect === "left-out")).toBe(isRefused);
});
