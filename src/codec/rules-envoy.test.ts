import { describe, expect, test } from "vitest";
import { envoyBinary } from "../../test/envoy-binary.ts";
import { validateBootstrap } from "../../test/validate-envoy.ts";
import type { JsonObject } from "../model/json.ts";
import { violations } from "./rules.ts";

const cluster = (fields: JsonObject): JsonObject => ({ static_resources: { clusters: [{ name: "a", ...fields }] } });
const route = (fields: JsonObject, host: JsonObject = {}): JsonObject => ({
  static_resources: {
    listeners: [
      {
        name: "l",
        address: { socket_address: { address: "127.0.0.1", port_value: 0 } },
        filter_chains: [
          {
            filters: [
              {
                name: "hcm",
                typed_config: {
                  "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                  stat_prefix: "a",
                  http_filters: [
                    { name: "router", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" } },
                  ],
                  route_config: {
                    name: "t",
                    virtual_hosts: [
                      {
                        name: "v",
                        domains: ["*"],
                        routes: [{ match: { prefix: "/" }, direct_response: { status: 200 }, ...fields }],
                        ...host,
                      },
                    ],
                  },
                },
              },
            ],
          },
        ],
      },
    ],
  },
});
const sni = (name: string) => cluster({ upstream_http_protocol_options: { override_auto_sni_header: name } });
const header = (key: string, value: string) => route({ request_headers_to_add: [{ header: { key, value } }] });

function hasEnvoy(): boolean {
  try {
    return envoyBinary() !== "";
  } catch {
    return false;
  }
}

/** Bootstraps beside which there is nothing wrong but what a rule is about. */
describe.skipIf(!process.env.CI && !hasEnvoy())("Envoy decides as the rules do", () => {
  test.each<[string, JsonObject, boolean]>([
    ["min_len, kept", cluster({}), true],
    ["min_len, broken", cluster({ name: "" }), false],
    ["a strict header name", sni("x-a"), true],
    ["a strict header name with a comma", sni("a,b"), true],
    ["a strict header name with a space", sni("a b"), false],
    ["a strict header name that is empty, with ignore_empty", sni(""), true],
    ["a header name that is not strict, with a space", header("a b", "c"), true],
    ["a header name that is not strict, with LF", header("a\nb", "c"), false],
    ["max_bytes, kept", header("a", "é".repeat(8192)), true],
    ["max_bytes, broken", header("a", `${"é".repeat(8192)}a`), false],
    ["gt {} of a duration, kept", cluster({ outlier_detection: { interval: "0.001s" } }), true],
    ["gt {} of a duration, broken", cluster({ outlier_detection: { interval: "0s" } }), false],
    ["lte of a wrapper, kept", cluster({ outlier_detection: { max_ejection_percent: 100 } }), true],
    ["lte of a wrapper, broken", cluster({ outlier_detection: { max_ejection_percent: 101 } }), false],
    ["defined_only, broken", cluster({ lb_policy: 77 }), false],
    ["a required message, broken", route({ match: null }), false],
    ["a required oneof, broken", route({ match: {} }), false],
    ["a oneof member that holds its default", route({ match: { prefix: "" } }), true],
    ["a pattern, kept", route({ match: { path_separated_prefix: "/a" } }), true],
    ["a pattern, broken", route({ match: { path_separated_prefix: "/a/" } }), false],
    ["lt of a number, kept", route({ direct_response: { status: 599 } }), true],
    ["lt of a number, broken", route({ direct_response: { status: 600 } }), false],
    ["min_items, broken", route({}, { domains: [] }), false],
    ["a rule of an item, broken", route({}, { domains: ["a\n"] }), false],
    [
      "unique, broken",
      route({ direct_response: null, route: { cluster: "a", internal_redirect_policy: { response_headers_to_copy: ["a", "a"] } } }),
      false,
    ],
    ["a later field, kept", route({ match: { prefix: "/", cookies: [{ name: "a", string_match: { exact: "b" } }] } }), true],
    ["a later field, broken", route({ match: { prefix: "/", cookies: [{ name: "", string_match: { exact: "b" } }] } }), false],
  ])("%s", async (_, bootstrap, kept) => {
    expect(violations("envoy.config.bootstrap.v3.Bootstrap", bootstrap)).toHaveLength(kept ? 0 : 1);
    const { ok, output } = await validateBootstrap(bootstrap);
    expect(ok, output).toBe(kept);
    if (!kept) expect(output).toContain("Proto constraint validation failed");
  });
});
