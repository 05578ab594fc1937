import { expect, test } from "vitest";
import { plan, routes } from "../../../test/support/ambassador.ts";
import { clustersOf } from "../../envoy/route.ts";

const m = `Mapping m: {hostname: "*", prefix: /m/, service: m}`;
const shadow = (name: string, more = "") => `Mapping ${name}: {hostname: "*", prefix: /m/, service: m2, shadow: true${more}}`;

test("example 13: a shadow gets a share of what its match gets, in a cluster of its own", () => {
  const made = plan(`${m}, ${shadow("sh", ", weight: 10")}`);
  expect(routes(made)).toEqual([{ prefix: "/m/", to: "m", mirrors: ["shadow/m2 10%"] }]);
  expect(made.upstreams.map(({ name }) => name)).toEqual(["m", "shadow/m2"]);
  expect(made.hosts.get("*")?.virtualHost.routes.map(clustersOf)).toEqual([["m", "shadow/m2"]]);
  expect(made.problems).toEqual([]);
});

test("it gets everything without a weight, of every member, and comes before or after them", () => {
  const made = plan(`${shadow("a")}, ${m}, Mapping n: {hostname: "*", prefix: /m/, service: n, weight: 30, timeout_ms: 1}`);
  expect(routes(made)).toMatchObject([
    { fraction: "30/100", to: "n", mirrors: ["shadow/m2 100%"] },
    { to: "m", mirrors: ["shadow/m2 100%"] },
  ]);
  expect(made.hosts.get("*")?.virtualHost.routes[0]).toMatchObject({ name: "default/m" });
  expect(made.problems).toEqual([]);
});

test("it lends nothing and borrows nothing", () => {
  const made = plan(`${m}, ${shadow("sh", ", priority: HIGH, weight: 100")}`);
  expect(routes(made)).toEqual([{ prefix: "/m/", to: "m", mirrors: ["shadow/m2 100%"] }]);
  expect(made.problems).toEqual([]);
});

test.each([
  ["alone", shadow("sh"), [], ["ambassador/shadow-without-primary Mapping/default/sh"]],
  [
    "the second",
    `${m}, ${shadow("s1")}, ${shadow("s2")}`,
    [{ mirrors: ["shadow/m2 100%"] }],
    ["ambassador/multiple-shadows Mapping/default/s2"],
  ],
  [
    "with a redirect",
    `${m}, ${shadow("sh", ", host_redirect: true")}`,
    [{ mirrors: ["shadow/m2 100%"] }],
    ["ambassador/shadow-redirect Mapping/default/sh"],
  ],
  [
    "of a redirect",
    `Mapping m: {hostname: "*", prefix: /m/, service: m, host_redirect: true}, ${shadow("sh")}`,
    [{ redirect: { host: "m" } }],
    ["ambassador/redirect-mix Mapping/default/sh"],
  ],
  [
    "with an unusable service",
    `${m}, Mapping sh: {hostname: "*", prefix: /m/, service: "m:99999", shadow: true}`,
    [{ to: "m" }],
    ["ambassador/bad-service Mapping/default/sh"],
  ],
  [
    "of another namespace",
    `${m}, ${shadow("sh.team")}`,
    [{ mirrors: ["shadow/m2.team 100%"] }],
    ["ambassador/cross-namespace-group Mapping/team/sh"],
  ],
])("a shadow %s", (_, text, expected, problems) => {
  const made = plan(text);
  expect(routes(made)).toMatchObject(expected);
  expect(made.problems).toEqual(problems);
});

test("a shadow alone hides nothing", () => {
  const made = plan(`Mapping n: {hostname: "*", prefix: /m/n, service: n}, ${shadow("sh", ", precedence: 1")}`);
  expect(made.problems).toEqual(["ambassador/shadow-without-primary Mapping/default/sh"]);
});
