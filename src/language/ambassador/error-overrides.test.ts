import { describe, expect, test } from "vitest";
import { documentOf, plan, routes } from "../../../test/support/ambassador.ts";
import { routeViolations } from "../../envoy/field-rules.ts";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { ambassador } from "./ambassador.ts";

const module = "Module ambassador: {config: {error_response_overrides: [{on_status_code: 404, body: {text_format: gone}}]}}";
const api = `Mapping api: {hostname: "*", prefix: /api/, service: api, error_response_overrides: [{on_status_code: 429, body: {json_format: {error: slow down}}}]}`;
const web = `Mapping web: {hostname: "*", prefix: /, service: web}`;

/** By prefix and status what the bodies become, and what the connection manager has of it. */
function overrides(text: string) {
  const made = plan(text);
  for (const route of made.hosts.get("*")?.virtualHost.routes ?? []) expect(routeViolations(route)).toEqual([]);
  const responses = routes(made).map((route) => {
    const { prefix, filters } = route as { prefix: string; filters?: { custom_response?: JsonObject } };
    const matcher = filters?.custom_response?.custom_response_matcher as
      | { matcher_tree: { exact_match_map: { map: Record<string, { action: { typed_config: JsonObject } }> } } }
      | undefined;
    const map = Object.entries(matcher?.matcher_tree.exact_match_map.map ?? {});
    return [prefix, Object.fromEntries(map.map(([status, { action }]) => [status, action.typed_config.body_format]))];
  });
  const [listener] = made.listeners;
  const manager = Object.assign({}, ...(listener?.options ?? []).map(({ value }) => value)) as JsonObject;
  return {
    routes: Object.fromEntries(responses),
    filter: listener?.filters.some(({ filter }) => filter === "custom_response"),
    replies: manager.local_reply_config !== undefined,
    problems: made.problems,
  };
}

const gone = { text_format_source: { inline_string: "gone" } };
const slow = { json_format: { error: "slow down" } };

test("example 25: the rules of a Mapping replace those of the Module", () => {
  expect(overrides(`${module}, ${api}, ${web}`)).toEqual({
    routes: { "/api/": { 429: slow }, "/": { 404: gone } },
    filter: true,
    replies: true,
    problems: [],
  });
});

test("the filter is there for the rules of one Mapping, and not without any", () => {
  expect(overrides(`${api}, ${web}`)).toEqual({ routes: { "/api/": { 429: slow }, "/": {} }, filter: true, replies: false, problems: [] });
  expect(overrides(web)).toMatchObject({ filter: false, replies: false });
});

test("a Mapping may be without the rules of the Module, and lends this to its match", () => {
  const without = `Mapping web: {hostname: "*", prefix: /, service: web, bypass_error_response_overrides: true}`;
  expect(overrides(`${module}, ${without}`).routes).toEqual({ "/": {} });
});

test("what fails in place is answered by the rules too, a redirect is not", () => {
  const text = `${module}, Mapping bad: {hostname: "*", prefix: /bad/, service: "x:99999"}, Mapping r: {hostname: "*", prefix: /r/, service: r, host_redirect: true}`;
  expect(overrides(text).routes).toEqual({ "/bad/": { 404: gone }, "/r/": {} });
});

test("what is refused because nobody can authorise it is answered by the rules too", () => {
  const auth = `AuthService au: {auth_service: "auth:3000", proto: smoke}`;
  expect(overrides(`${module}, ${auth}, ${web}`).routes).toEqual({ "/": { 404: gone } });
});

test("CORS does not survive", () => {
  const cors = `Mapping web: {hostname: "*", prefix: /, service: web, cors: {origins: [a]}}`;
  expect(overrides(`${module}, ${cors}`).problems).toEqual(["ambassador/override-drops-cors Mapping/default/web"]);
});

describe("a rule", () => {
  const check = (rule: JsonValue) => {
    const spec = { hostname: "*", prefix: "/", service: "m", error_response_overrides: [rule] };
    const { findings } = ambassador.check(documentOf("Mapping", "m", "default", spec));
    return findings.map(({ code, effect, pointer }) => `${code} ${effect} ${pointer.replace("/spec/error_response_overrides/0", "")}`);
  };

  test.each<[string, JsonValue, string]>([
    ["for success", { on_status_code: 200, body: { text_format: "" } }, "document/out-of-range slice-dropped /on_status_code"],
    ["without a body", { on_status_code: 404 }, "document/missing-field slice-dropped "],
    ["with an empty body", { on_status_code: 404, body: {} }, "document/bad-enum slice-dropped /body"],
    ["with two bodies", { on_status_code: 404, body: { text_format: "", json_format: {} } }, "document/bad-enum slice-dropped /body"],
    ["with a single %", { on_status_code: 404, body: { text_format: "100%" } }, "ambassador/bad-format slice-dropped /body"],
    [
      "with a single % inside",
      { on_status_code: 404, body: { json_format: { a: { b: "%X%" } } } },
      "ambassador/bad-format slice-dropped /body",
    ],
  ])("%s is dropped", (_, rule, expected) => {
    expect(check(rule)).toContain(expected);
  });

  test("after another of its status does not count", () => {
    const rules = "[{on_status_code: 404, body: {text_format: gone}}, {on_status_code: 404, body: {text_format: away}}]";
    expect(overrides(`Mapping m: {hostname: "*", prefix: /, service: m, error_response_overrides: ${rules}}`).routes).toEqual({
      "/": { 404: gone },
    });
  });
});
