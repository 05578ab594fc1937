import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../model/json.ts";
import { configOfDump } from "./config.ts";
import { compareRoutes } from "./differences.ts";
import { matchText } from "./match.ts";
import { routesOf } from "./routes.ts";

const manager = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const tls = { transport_socket: { name: "envoy.transport_sockets.tls" }, filter_chain_match: { server_names: ["shop.example.com"] } };

interface Side {
  readonly routes: readonly JsonObject[];
  readonly domain?: string;
  /** Further virtual hosts, empty ones. */
  readonly domains?: readonly string[];
  readonly chain?: JsonObject;
  readonly manager?: JsonObject;
  readonly host?: JsonObject;
  readonly clusters?: readonly JsonObject[];
}

/** Everything static, the table in its listener, as Emissary has it. */
function dumped({ routes, domain = "shop.example.com", domains = [], chain = {}, manager: options = {}, host = {}, clusters = [] }: Side) {
  const hosts = [{ name: "h", domains: [domain], routes, ...host }, ...domains.map((other) => ({ name: other, domains: [other] }))];
  const typed_config = { "@type": manager, use_remote_address: true, route_config: { virtual_hosts: hosts }, ...options };
  const listener = {
    name: "listener-8443",
    address: { socket_address: { address: "0.0.0.0", port_value: 8443 } },
    filter_chains: [{ filters: [{ name: "hcm", typed_config }], ...chain }],
  };
  return {
    configs: [
      { "@type": "type.googleapis.com/envoy.admin.v3.ListenersConfigDump", static_listeners: [{ listener }] },
      { "@type": "type.googleapis.com/envoy.admin.v3.ClustersConfigDump", static_clusters: clusters.map((cluster) => ({ cluster })) },
    ],
  };
}

const routes = (side: Side) => routesOf(configOfDump(dumped(side)));
const compared = (theirs: Side, ours: Side, ignored: readonly string[] = []) => compareRoutes(routes(theirs), routes(ours), ignored);

const cluster = (name: string, address: string, more: JsonObject = {}): JsonObject => ({
  name,
  type: "STRICT_DNS",
  load_assignment: {
    cluster_name: name,
    endpoints: [{ lb_endpoints: [{ endpoint: { address: { socket_address: { address, port_value: 80 } } } }] }],
  },
  ...more,
});
const clusters = [cluster("cluster_cart_shop", "cart.shop"), cluster("cluster_cart2_shop", "cart2.shop")];
const own = [cluster("cart.shop", "cart.shop", { alt_stat_name: "cart" }), cluster("cart2.shop", "cart2.shop")];
const to = (name: string, prefix = "/cart/", more: JsonObject = {}): JsonObject => ({
  match: { prefix, ...more },
  route: { cluster: name },
});
const fraction = (numerator: number, denominator = "HUNDRED") => ({
  runtime_fraction: { default_value: { numerator, denominator }, runtime_key: "k" },
});
const header = (name: string, matcher: JsonObject) => ({ headers: [{ name, ...matcher }] });
const redirect = (prefix: string, more: JsonObject = {}): JsonObject => ({
  match: { prefix, ...more },
  redirect: { https_redirect: true },
});
const xfp = header("x-forwarded-proto", { exact_match: "https" });

describe("equal are", () => {
  test.each<[string, Side, Side]>([
    ["clusters by what they are", { routes: [to("cluster_cart_shop")], clusters }, { routes: [to("cart.shop")], clusters: own }],
    [
      "values that are written and defaults",
      {
        routes: [
          {
            match: { prefix: "/cart/", case_sensitive: true, ...fraction(100) },
            route: {
              cluster: "c",
              timeout: "15.000s",
              prefix_rewrite: "/cart/",
              priority: "DEFAULT",
              retry_policy: { retry_on: "5xx", num_retries: 1 },
            },
          },
        ],
      },
      { routes: [{ name: "shop/cart", match: { prefix: "/cart/" }, route: { cluster: "c", retry_policy: { retry_on: "5xx" } } }] },
    ],
    ...(["exact", "prefix", "suffix", "contains"] as const).map((kind): [string, Side, Side] => [
      `the old and the new spelling of ${kind}`,
      { routes: [to("c", "/", header("X-A", { [`${kind}_match`]: "b" }))] },
      { routes: [to("c", "/", header("x-a", { string_match: { [kind]: "b" } }))] },
    ]),
    [
      "expressions with and without their engine",
      { routes: [to("c", "/", header("x", { safe_regex_match: { google_re2: {}, regex: "a.*" } }))] },
      { routes: [to("c", "/", header("x", { string_match: { safe_regex: { regex: "a.*" } } }))] },
    ],
    [
      "matchers in any order",
      {
        routes: [
          to("c", "/", {
            headers: [
              { name: "b", present_match: true },
              { name: "a", exact_match: "1" },
            ],
          }),
        ],
      },
      {
        routes: [
          to("c", "/", {
            headers: [
              { name: "a", exact_match: "1" },
              { name: "b", present_match: true },
            ],
          }),
        ],
      },
    ],
    [
      "fractions and weights",
      {
        routes: [to("cluster_cart2_shop", "/cart/", fraction(3000, "TEN_THOUSAND")), to("cluster_cart_shop", "/cart/", fraction(100))],
        clusters,
      },
      {
        routes: [
          {
            match: { prefix: "/cart/" },
            route: {
              weighted_clusters: {
                clusters: [
                  { name: "cart.shop", weight: 7 },
                  { name: "cart2.shop", weight: 3 },
                ],
              },
            },
          },
        ],
        clusters: own,
      },
    ],
    [
      "the matcher of a domain and none",
      { routes: [to("c", "/", header(":authority", { exact_match: "shop.example.com" }))] },
      { routes: [to("c", "/")] },
    ],
    [
      "the matcher of a wildcard and none",
      { domain: "*.example.com", routes: [to("c", "/", header(":authority", { suffix_match: ".example.com" }))] },
      { domain: "*.example.com", routes: [to("c", "/")] },
    ],
    [
      "a route for a domain that stands for itself and none",
      {
        domain: "*",
        domains: ["a.example.com"],
        routes: [to("c", "/x/", header(":authority", { exact_match: "a.example.com" })), to("c", "/")],
      },
      { domain: "*", domains: ["a.example.com"], routes: [to("c", "/")] },
    ],
    [
      "secure and insecure variants where the connection decides, and none",
      { routes: [to("c", "/cart/", xfp), redirect("/cart/"), to("c", "/", xfp), redirect("/")], chain: tls },
      { routes: [to("c", "/cart/"), to("c", "/")], chain: tls },
    ],
    [
      "variants of a canary, and none",
      {
        routes: [
          to("a", "/", { ...xfp, ...fraction(30) }),
          redirect("/", fraction(30)),
          to("b", "/", { ...xfp, ...fraction(100) }),
          redirect("/"),
        ],
        chain: tls,
      },
      { routes: [to("a", "/", fraction(30)), to("b", "/")], chain: tls },
    ],
    [
      "redirects one by one and one for all",
      { routes: [to("c", "/cart/", xfp), redirect("/cart/"), to("c", "/", xfp), redirect("/")] },
      { routes: [redirect("/")] },
    ],
    ["a slash in any case", { routes: [to("c", "/", { case_sensitive: false })] }, { routes: [to("c", "/")] }],
    [
      "headers of the virtual host and of its routes",
      { routes: [to("c")], host: { response_headers_to_add: [{ header: { key: "a", value: "b" }, append: false }] } },
      {
        routes: [
          { ...to("c"), response_headers_to_add: [{ header: { key: "a", value: "b" }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" }] },
        ],
      },
    ],
    [
      "CORS as a field and as a filter",
      { routes: [{ match: { prefix: "/" }, route: { cluster: "c", cors: { allow_methods: "GET" } } }] },
      {
        routes: [
          {
            ...to("c", "/"),
            typed_per_filter_config: {
              "envoy.filters.http.cors": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy",
                allow_methods: "GET",
              },
            },
          },
        ],
      },
    ],
    [
      "values that are redacted, whatever they are",
      { routes: [{ ...to("c"), request_headers_to_add: [{ header: { key: "a", value: "[redacted]" } }] }] },
      { routes: [{ ...to("c"), request_headers_to_add: [{ header: { key: "a", value: "[redacted:0a1b2c3d]" } }] }] },
    ],
    ["orders of routes that cannot both match", { routes: [to("a", "/a/"), to("b", "/b/")] }, { routes: [to("b", "/b/"), to("a", "/a/")] }],
    [
      "configurations of filters that only a fork has",
      { routes: [{ ...to("c"), typed_per_filter_config: { x: { "@type": "type.googleapis.com/fork.Filter", a: 1 } } }] },
      { routes: [{ ...to("c"), typed_per_filter_config: { x: { "@type": "type.googleapis.com/fork.Filter", a: 1 } } }] },
    ],
  ])("%s", (_, theirs, ours) => {
    const { equal, total, differences } = compared(theirs, ours);
    expect(differences).toEqual([]);
    expect(equal).toBe(total);
    expect(total).toBe(routes(ours).length);
  });
});

describe("different are", () => {
  const reasons = ({ differences }: ReturnType<typeof compared>) =>
    differences.map(({ reason, fields, theirs, ours }) => [
      reason,
      matchText((theirs ?? ours)?.match ?? {}),
      ...fields.map((field) => `${field.path}: ${JSON.stringify(field.theirs)} → ${JSON.stringify(field.ours)}`),
    ]);

  test.each<[string, Side, Side, readonly (readonly string[])[]]>([
    ["a route that is not here", { routes: [to("c", "/a/"), to("c")] }, { routes: [to("c")] }, [["missing here", "/a/"]]],
    ["a route that is only here", { routes: [to("c")] }, { routes: [to("c"), to("c", "/a/")] }, [["only here", "/a/"]]],
    [
      "a path and the same path only for some",
      { routes: [to("c", "/", header("x-forwarded-proto", { exact_match: "https" }))], manager: { xff_num_trusted_hops: 1 } },
      { routes: [to("c", "/")], manager: { xff_num_trusted_hops: 1 } },
      [
        ["missing here", "/ x-forwarded-proto=https"],
        ["only here", "/"],
      ],
    ],
    [
      "settings, each by itself",
      { routes: [{ match: { prefix: "/" }, route: { cluster: "c", timeout: "3s", idle_timeout: "9s" } }] },
      { routes: [{ match: { prefix: "/" }, route: { cluster: "c", timeout: "4s" } }] },
      [
        ["other timeout", "/", 'timeout: "3s" → "4s"'],
        ["other idle_timeout", "/", 'idle_timeout: "9s" → undefined'],
      ],
    ],
    [
      "an address, TLS and a way to balance",
      { routes: [to("a", "/")], clusters: [cluster("a", "a", { lb_policy: "LEAST_REQUEST" })] },
      {
        routes: [to("a", "/")],
        clusters: [
          cluster("a", "b", {
            transport_socket: {
              name: "tls",
              typed_config: { "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext", sni: "b" },
            },
          }),
        ],
      },
      [
        [
          "other upstream",
          "/",
          'upstream.addresses: ["a:80"] → ["b:80"]',
          'upstream.lb_policy: "LEAST_REQUEST" → undefined',
          'upstream.tls.sni: undefined → "b"',
        ],
      ],
    ],
    [
      "shares",
      { routes: [to("a", "/", fraction(30)), to("b", "/")], clusters: [cluster("a", "a"), cluster("b", "b")] },
      { routes: [to("a", "/", fraction(40)), to("b", "/")], clusters: [cluster("a", "a"), cluster("b", "b")] },
      [
        [
          "other upstream",
          "/",
          'upstream: [{"percent":30,"addresses":["a:80"]},{"percent":70,"addresses":["b:80"]}] → [{"percent":40,"addresses":["a:80"]},{"percent":60,"addresses":["b:80"]}]',
        ],
      ],
    ],
    [
      "a route that another one hides here, since it takes everything",
      { routes: [to("a", "/a/"), to("c", "/")] },
      { routes: [to("c", "/"), to("a", "/a/")] },
      [["missing here", "/a/"]],
    ],
    [
      "orders, by the route that takes the requests",
      { routes: [to("a", "/a/", header("x", { exact_match: "1" })), to("b", "/a/b/")] },
      { routes: [to("b", "/a/b/"), to("a", "/a/", header("x", { exact_match: "1" }))] },
      [["other order", "/a/ x=1", 'taken by: "/a/ x=1" → "/a/b/"']],
    ],
  ])("%s", (_, theirs, ours, expected) => {
    expect(reasons(compared(theirs, ours))).toEqual(expected);
  });

  test("but for fields that are to be ignored, and what is below them", () => {
    const theirs = { routes: [{ match: { prefix: "/" }, route: { cluster: "c", timeout: "3s", retry_policy: { num_retries: 3 } } }] };
    const ours = { routes: [{ match: { prefix: "/" }, route: { cluster: "c", timeout: "4s" } }] };
    expect(compared(theirs, ours, ["timeout", "retry_policy"])).toMatchObject({ equal: 1, total: 1, differences: [] });
    expect(compared(theirs, ours, ["time", "retry_policy"]).equal).toBe(0);
  });
});

test("what serves the other side itself is listed apart, unless it is here too", () => {
  const theirs = { routes: [to("diag", "/ambassador/v0/"), to("acme", "/.well-known/acme-challenge/"), to("c", "/")] };
  const { equal, total, machinery, differences } = compared(theirs, {
    routes: [to("c", "/"), to("acme", "/.well-known/acme-challenge/")].reverse(),
  });
  expect([equal, total, differences]).toEqual([2, 2, []]);
  expect(machinery.map(({ match }) => matchText(match))).toEqual(["/ambassador/v0/"]);
});

test("a chain for TCP is a route by its port and server name", () => {
  const proxy = (cluster: string) => ({
    "@type": "type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy",
    cluster,
    stat_prefix: cluster,
  });
  const side = (name: string, names: readonly JsonObject[]): Side => ({
    routes: [],
    clusters: names,
    chain: { filters: [{ name: "tcp", typed_config: proxy(name) }], ...tls },
  });
  const theirs = side("cluster_cart_shop", clusters);
  expect(compared(theirs, side("cart.shop", own))).toMatchObject({ equal: 1, total: 1, differences: [] });
  expect(compared(theirs, side("cart2.shop", own)).differences).toMatchObject([
    { reason: "other upstream", theirs: { listener: "8443", sni: "shop.example.com" } },
  ]);
});

test("listeners, tables, clusters and endpoints that come over xDS are read too", () => {
  const section = (name: string, content: JsonObject) => ({ "@type": `type.googleapis.com/envoy.admin.v3.${name}`, ...content });
  const config = configOfDump({
    configs: [
      section("ListenersConfigDump", {
        dynamic_listeners: [
          { name: "warming", warming_state: { listener: { name: "warming" } } },
          {
            name: "l",
            active_state: {
              listener: {
                name: "l",
                address: { socket_address: { address: "::", port_value: 80, protocol: "UDP" } },
                default_filter_chain: { filters: [{ typed_config: { "@type": manager, rds: { route_config_name: "t" } } }] },
              },
            },
          },
        ],
      }),
      section("RoutesConfigDump", {
        dynamic_route_configs: [{ route_config: { name: "t", virtual_hosts: [{ name: "h", domains: ["*"], routes: [to("c", "/")] }] } }],
      }),
      section("ClustersConfigDump", {
        dynamic_active_clusters: [{ cluster: { name: "c", type: "EDS", eds_cluster_config: { service_name: "s" } } }],
      }),
      section("EndpointsConfigDump", {
        dynamic_endpoint_configs: [{ endpoint_config: { ...(cluster("s", "10.0.0.1").load_assignment as JsonObject), cluster_name: "s" } }],
      }),
    ],
  });
  expect(routesOf(config)).toEqual([
    {
      listener: "80/udp",
      domain: "*",
      match: { prefix: "/" },
      form: { timeout: "15s", upstream: { addresses: ["10.0.0.1:80"] } },
      found: { table: "t", domain: "*", index: 0 },
    },
  ]);
});
