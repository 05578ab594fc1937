import { describe, expect, test } from "vitest";
import { plan } from "../../../../test/support/ambassador.ts";

const planned = (config: string) => plan(`"Module ambassador": {config: {${config}}}, "Mapping a": {hostname: "*", prefix: /, service: a}`);

/** The filters that the Module adds, by name. */
function filters(config: string) {
  const uses = planned(config).listeners[0]?.filters ?? [];
  return uses
    .filter(({ filter }) => filter !== "cors" && filter !== "router")
    .map(({ filter, config: { value } }) => ({ [filter]: value }));
}

const allow = (...ids: object[]) => ({
  rbac: {
    rules: {
      action: "ALLOW",
      policies: { "ip-allow": { permissions: [{ any: true }], principals: ids.length === 1 ? ids : [{ or_ids: { ids } }] } },
    },
  },
});

describe("filters of the Module", () => {
  test.each([
    ["enable_grpc_http11_bridge: true", [{ grpc_http1_bridge: {} }]],
    ["enable_grpc_web: true", [{ grpc_web: {} }]],
    ["grpc_stats: {}", [{ grpc_stats: { stats_for_all_methods: false } }]],
    [
      "grpc_stats: {all_methods: true, upstream_stats: true}",
      [{ grpc_stats: { stats_for_all_methods: true, enable_upstream_stats: true } }],
    ],
    [
      "grpc_stats: {all_methods: true, services: [{name: a.B, method_names: [C]}]}",
      [{ grpc_stats: { individual_method_stats_allowlist: { services: [{ name: "a.B", method_names: ["C"] }] } } }],
    ],
    [
      "lua_scripts: 'function envoy_on_request(h) end'",
      [{ lua: { default_source_code: { inline_string: "function envoy_on_request(h) end" } } }],
    ],
    ["gzip: {enabled: false}", []],
    ["buffer: {max_request_bytes: 5}", [{ buffer: { max_request_bytes: 5 } }]],
    ["ip_allow: [{peer: 10.1.2.3}]", [allow({ direct_remote_ip: { address_prefix: "10.1.2.3", prefix_len: 32 } })]],
    [
      'ip_allow: [{peer: 10.0.0.0/8}, {remote: "fd00::/16"}]',
      [
        allow(
          { direct_remote_ip: { address_prefix: "10.0.0.0", prefix_len: 8 } },
          { remote_ip: { address_prefix: "fd00::", prefix_len: 16 } },
        ),
      ],
    ],
  ])("%s", (config, expected) => {
    expect(filters(config)).toEqual(expected);
    expect(planned(config).problems).toEqual([]);
  });

  test("gzip takes the names that Envoy has for levels and strategies", () => {
    const config = `gzip: {memory_level: 3, min_content_length: 10, compression_level: BEST, compression_strategy: DEFAULT, window_bits: 12,
      content_type: [text/plain], disable_on_etag_header: true, remove_accept_encoding_header: true}`;
    expect(filters(config)).toMatchObject([
      {
        compressor: {
          response_direction_config: {
            common_config: { min_content_length: 10, content_type: ["text/plain"] },
            disable_on_etag_header: true,
            remove_accept_encoding_header: true,
          },
          compressor_library: {
            typed_config: {
              memory_level: 3,
              compression_level: "BEST_COMPRESSION",
              compression_strategy: "DEFAULT_STRATEGY",
              window_bits: 12,
            },
          },
        },
      },
    ]);
  });

  test.each(["memory_level: 10", "window_bits: 8"])("gzip %s is left out, and the rest compresses", (config) => {
    expect(planned(`gzip: {${config}}`).problems).toEqual([
      "ambassador/module-abort Module/default/ambassador",
      "document/out-of-range Module/default/ambassador",
    ]);
    expect(filters(`gzip: {${config}}`)).toHaveLength(1);
  });

  test("a filter set to false is off", () => {
    expect(filters("enable_grpc_web: false, enable_grpc_http11_bridge: false")).toEqual([]);
    expect(planned("enable_grpc_web: false").problems).toEqual(["ambassador/presence-flag Module/default/ambassador"]);
  });

  test("the time limit of a buffer has no effect", () => {
    expect(planned("buffer: {max_request_bytes: 5, max_request_time: 3}").problems).toEqual([
      "ambassador/dead-field Module/default/ambassador",
    ]);
  });

  test.each([
    "{remote: nonsense}",
    "{remote: 10.0.0.0/33}",
    "{other: 10.0.0.0/8}",
    "{peer: 10.0.0.1, remote: 10.0.0.1}",
    "10.0.0.0/8",
    "{peer: 7}",
  ])("ip_allow with %s alone allows nobody", (entry) => {
    expect(filters(`ip_allow: [${entry}]`)).toEqual([{ rbac: { rules: { action: "ALLOW", policies: {} } } }]);
    expect(planned(`ip_allow: [${entry}]`).findings).toMatchObject([
      { code: "ambassador/ip-filter-invalid", pointer: "/spec/config/ip_allow/0", effect: "slice-dropped" },
    ]);
    expect(filters(`ip_deny: [${entry}]`)).toEqual([]);
  });

  test("a list that is none allows nobody", () => {
    expect(filters("ip_allow: 10.0.0.0/8")).toEqual([{ rbac: { rules: { action: "ALLOW", policies: {} } } }]);
  });

  test("both lists apply, allow before deny", () => {
    const both = "ip_deny: [{peer: 10.0.0.1}], ip_allow: [{peer: 10.0.0.0/8}]";
    expect(filters(both)).toMatchObject([{ rbac: { rules: { action: "ALLOW" } } }, { rbac: { rules: { action: "DENY" } } }]);
    expect(planned(both).problems).toEqual(["ambassador/ip-filter-conflict Module/default/ambassador"]);
  });

  test("a script that does not parse leaves the Module out", () => {
    const wrong = "lua_scripts: 'function x(', server_name: gate";
    expect(planned(wrong).findings).toMatchObject([
      { code: "ambassador/lua-invalid", effect: "left-out", pointer: "/spec/config/lua_scripts" },
    ]);
    expect(filters(wrong)).toEqual([]);
    expect(planned(wrong).listeners[0]?.options[0]?.value).toMatchObject({ server_name: "envoy" });
    expect(planned(`lua_scripts: "x = ${"(".repeat(100_000)}"`).problems).toEqual(["ambassador/lua-invalid Module/default/ambassador"]);
    expect(planned("lua_scripts: 'goto a ::a::'").problems).toEqual([]);
  });

  test.each(["ip_allow: [{peer: 10.0.0.0/8}]", "ip_deny: [{peer: 10.0.0.0/8}]", "buffer: {max_request_bytes: 1}"])(
    "with %s it then refuses everybody",
    (guard) => {
      const wrong = `lua_scripts: 'function x(', ${guard}`;
      expect(filters(wrong)).toEqual([{ rbac: { rules: { action: "ALLOW", policies: {} } } }]);
      expect(planned(wrong).problems).toEqual([
        "ambassador/guard-unusable Module/default/ambassador",
        "ambassador/lua-invalid Module/default/ambassador",
      ]);
    },
  );
});
