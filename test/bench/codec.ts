/** The codec alone, by `node test/bench/codec.ts`: microseconds for one route in one virtual host, as most route configurations of a test fleet are. */
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { redact } from "../../src/codec/redact.ts";
import { violations } from "../../src/codec/rules.ts";
import { join, lengthDelimited } from "../../src/codec/wire.ts";

const route = {
  match: {
    prefix: "/orders/",
    headers: [{ name: ":authority", string_match: { exact: "shop.example.com", ignore_case: true } }],
    runtime_fraction: { default_value: { numerator: 30 } },
  },
  route: { cluster: "k8s/shop/orders/8080", prefix_rewrite: "/", timeout: "3s", retry_policy: { retry_on: "5xx", num_retries: 2 } },
  request_headers_to_add: [{ header: { key: "x-team", value: "shop" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" }],
  name: "shop/orders",
};
const table = { name: "http/any", virtual_hosts: [{ name: "http/any/*", domains: ["*"], routes: [route] }] };
const type = "envoy.config.route.v3.RouteConfiguration";
const bytes = encode(type, table);
const routes = Array.from({ length: 10_000 }, () => encode("envoy.config.route.v3.Route", route));

/** Median of 30 rounds, in microseconds for one call. */
function measure(name: string, calls: number, call: () => unknown): void {
  const rounds = Array.from({ length: 30 }, () => {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    return ((performance.now() - start) * 1000) / calls;
  });
  const median = rounds.sort((a, b) => a - b)[15] ?? 0;
  process.stdout.write(`${name.padEnd(28)}${median.toFixed(1).padStart(9)} µs\n`);
}

measure("encode a Route", 5000, () => encode("envoy.config.route.v3.Route", route));
measure("encode", 5000, () => encode(type, table));
measure("decode", 5000, () => decode(type, bytes));
measure("check the rules", 5000, () => violations(type, table));
measure("redact", 5000, () => redact(type, table));
measure("join 10,000 encoded routes", 10, () => join(routes.map((each) => lengthDelimited(3, each))));
