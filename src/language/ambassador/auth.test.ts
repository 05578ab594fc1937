import { expect, test } from "vitest";
import { plan, routes } from "../../../test/support/ambassador.ts";

const service = `AuthService au: {auth_service: "auth.sec:3000"}, `;
const off = { filters: { ext_authz: { disabled: true } } };
const context = { filters: { ext_authz: { check_settings: { context_extensions: { team: "red" } } } } };

test.each([
  ["bypass_auth", "bypass_auth: true", off],
  ["bypass_auth: false", "bypass_auth: false", {}],
  ["auth_context_extensions", "auth_context_extensions: {team: red}", context],
  ["both", "bypass_auth: true, auth_context_extensions: {team: red}", off],
])("%s speaks to the filter of AuthService", (_, fields, expected) => {
  const mapping = `Mapping m: {hostname: "*", prefix: /m/, service: m, ${fields}}`;
  expect(routes(plan(`${service}${mapping}`))).toEqual([{ prefix: "/m/", to: "m", ...expected }]);
  expect(routes(plan(mapping)), "without the filter").toEqual([{ prefix: "/m/", to: "m" }]);
});

test("a match is exempt if all of its Mappings are", () => {
  const members = (other: string) => `${service}Mapping a: {hostname: "*", prefix: /m/, service: a, weight: 30, bypass_auth: true},
    Mapping b: {hostname: "*", prefix: /m/, service: b${other}}`;
  const both = plan(members(", bypass_auth: true"));
  expect(routes(both)).toEqual([{ prefix: "/m/", to: { a: 30, b: 70 }, ...off }]);
  expect(both.problems).toEqual([]);
  const one = plan(members(""));
  expect(routes(one)).toEqual([{ prefix: "/m/", to: { a: 30, b: 70 } }]);
  expect(one.problems).toEqual(["ambassador/canary-auth-mismatch Mapping/default/a"]);
});

test("the context belongs to each Mapping alone", () => {
  const made = plan(`${service}Mapping a: {hostname: "*", prefix: /m/, service: a, weight: 30, auth_context_extensions: {team: red}},
    Mapping b: {hostname: "*", prefix: /m/, service: b}`);
  expect(routes(made)).toEqual([
    { prefix: "/m/", fraction: "30/100", to: "a", ...context },
    { prefix: "/m/", to: "b" },
  ]);
});
