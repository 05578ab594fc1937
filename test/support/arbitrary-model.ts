import fc from "fast-check";
import type {
  Action,
  Discovery,
  Endpoint,
  EndpointSet,
  HeaderEdits,
  ListenerPlan,
  Match,
  Route,
  RoutePolicy,
  Upstream,
  ValueMatch,
  VirtualHost,
} from "../../src/model/model.ts";

/** Everything that one fleet serves: every name that is used exists. */
export interface Served {
  readonly listeners: readonly ListenerPlan[];
  readonly hosts: readonly VirtualHost[];
  readonly upstreams: readonly Upstream[];
  readonly endpointSets: readonly EndpointSet[];
}

const word = fc.stringMatching(/^[a-z]{1,6}$/);
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join("/")}`);
const regex = fc.constantFrom("/v[12]/.*", "/a/([^/]+)/b", ".*\\.css", "/(x|y)");
const port = fc.integer({ min: 1, max: 65_535 });
const milliseconds = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 1e12 }));
const ip = fc.oneof(fc.ipV4(), fc.ipV6());

const valueMatch: fc.Arbitrary<ValueMatch> = fc.oneof(
  fc.record({
    name: word,
    kind: fc.constantFrom("exact" as const, "prefix" as const, "suffix" as const),
    value: word,
    ignoreCase: fc.boolean(),
  }),
  fc.record({ name: word, kind: fc.constant("regex" as const), value: regex, ignoreCase: fc.boolean() }),
  fc.record({ name: word, kind: fc.constant("present" as const), value: fc.constant(""), ignoreCase: fc.constant(false) }),
);

const match: fc.Arbitrary<Match> = fc.record(
  {
    path: fc.oneof(
      fc.record({ kind: fc.constantFrom("prefix" as const, "exact" as const), value: path }),
      fc.record({ kind: fc.constant("regex" as const), value: regex }),
    ),
    caseSensitive: fc.boolean(),
    headers: fc.array(valueMatch, { maxLength: 2 }),
    query: fc.array(valueMatch, { maxLength: 2 }),
    fraction: fc.record({ numerator: fc.nat(100), denominator: fc.constantFrom(100 as const, 10_000 as const) }),
  },
  { requiredKeys: ["path", "caseSensitive", "headers", "query"] },
);

const regexRewrite = fc.constant({ kind: "regex" as const, pattern: "^/a/([^/]+)", substitution: "/b/\\1" });
const prefixRewrite = fc.record({ kind: fc.constant("prefix" as const), value: path });

function action(upstreams: readonly string[]): fc.Arbitrary<Action> {
  const target = fc.record({ upstream: fc.constantFrom(...upstreams), weight: fc.integer({ min: 1, max: 100 }) });
  return fc.oneof(
    fc.record(
      {
        kind: fc.constant("forward" as const),
        targets: fc.array(target, { minLength: 1, maxLength: 3 }),
        rewrite: fc.oneof(prefixRewrite, regexRewrite),
        hostRewrite: fc.domain(),
      },
      { requiredKeys: ["kind", "targets"] },
    ),
    fc.record(
      {
        kind: fc.constant("redirect" as const),
        code: fc.constantFrom(301 as const, 302 as const, 303 as const, 307 as const, 308 as const),
        https: fc.boolean(),
        host: fc.domain(),
        port,
        path: fc.oneof(fc.record({ kind: fc.constant("full" as const), value: path }), prefixRewrite, regexRewrite),
      },
      { requiredKeys: ["kind", "code"] },
    ),
    fc.record({ kind: fc.constant("respond" as const), status: fc.integer({ min: 200, max: 599 }), why: fc.constant("document/bad-enum") }),
  );
}

const headerEdits: fc.Arbitrary<HeaderEdits> = fc.record({
  add: fc.array(
    fc.record({ name: word.map((name) => `x-${name}`), value: fc.constantFrom("1", "%REQ(x-id)%", "100%%"), append: fc.boolean() }),
    { maxLength: 2 },
  ),
  remove: fc.array(word, { maxLength: 2 }),
});

const policy: fc.Arbitrary<RoutePolicy> = fc.record(
  {
    timeoutMs: milliseconds,
    idleTimeoutMs: milliseconds,
    retry: fc.record(
      { on: fc.constantFrom("5xx", "connect-failure,refused-stream"), retries: fc.nat(5), perTryTimeoutMs: milliseconds },
      { requiredKeys: ["on", "retries"] },
    ),
    requestHeaders: headerEdits,
    responseHeaders: headerEdits,
  },
  { requiredKeys: ["requestHeaders", "responseHeaders"] },
);

const cors = {
  filter: "cors",
  config: {
    type: "envoy.extensions.filters.http.cors.v3.CorsPolicy",
    value: { allow_origin_string_match: [{ exact: "https://a.example" }] },
  },
};

/** A route that Envoy takes, to one or more of these upstreams. */
export function route(upstreams: readonly string[]): fc.Arbitrary<Route> {
  return fc.record({
    name: word,
    match,
    action: action(upstreams),
    policy,
    perFilter: fc.constantFrom([], [cors]),
    origins: fc.constant([]),
  });
}

const endpoint: fc.Arbitrary<Endpoint> = fc.record(
  { address: ip, port, zone: fc.constantFrom("a", "b", "c") },
  { requiredKeys: ["address", "port"] },
);

const named: fc.Arbitrary<Endpoint> = fc.record({ address: fc.domain(), port });

const discovery: fc.Arbitrary<Discovery> = fc.oneof(
  fc.record({ kind: fc.constant("static" as const), endpoints: fc.array(endpoint, { maxLength: 4 }) }),
  fc.record({
    kind: fc.constant("dns" as const),
    endpoints: fc.array(named, { minLength: 1, maxLength: 1 }),
    logical: fc.boolean(),
    family: fc.constantFrom("v4" as const, "v6" as const, "auto" as const),
  }),
  fc.record({ kind: fc.constant("eds" as const), endpointSet: fc.constant("") }),
);

/** An upstream that Envoy takes; one by EDS has an endpoint set `set/<name>`. */
export function upstream(name: string): fc.Arbitrary<Upstream> {
  return fc.record({
    name: fc.constant(name),
    statName: word,
    discovery: discovery.map((one) => (one.kind === "eds" ? { ...one, endpointSet: `set/${name}` } : one)),
    protocol: fc.constantFrom("http1" as const, "http2" as const),
    connectTimeoutMs: fc.integer({ min: 1, max: 10_000 }),
    settings: fc.constantFrom([], [{ type: "envoy.config.cluster.v3.Cluster", value: { respect_dns_ttl: true } }]),
    origins: fc.constant([]),
  });
}

/** A listener on loopback with one cleartext chain. */
export function listener(name: string, portNumber: number): ListenerPlan {
  return {
    name,
    language: "ambassador",
    address: "127.0.0.1",
    port: portNumber,
    transport: "tcp",
    preludes: [],
    chains: [{ name: "cleartext", serverNames: [], handler: { kind: "http", table: `${name}/cleartext` } }],
    filters: [
      { filter: "router", config: { type: "envoy.extensions.filters.http.router.v3.Router", value: {} } },
      { filter: "cors", config: { type: "envoy.extensions.filters.http.cors.v3.Cors", value: {} } },
    ],
    upstreams: [],
    options: [
      {
        type: "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        value: { stat_prefix: "ingress_http", use_remote_address: true },
      },
    ],
    origins: [],
  };
}

/** Domains that may stand side by side in one route table. */
const domains = fc.uniqueArray(
  fc.oneof(
    fc.constant("*"),
    fc.domain(),
    fc.domain().map((domain) => `*.${domain}`),
    word.map((name) => `${name}.*`),
  ),
  { minLength: 1, maxLength: 5, selector: (domain) => domain.toLowerCase() },
);

/** What a fleet serves: up to three listeners, each with its route table, and the upstreams behind them. */
export const served: fc.Arbitrary<Served> = fc
  .record({ upstreams: fc.uniqueArray(word, { minLength: 1, maxLength: 5 }), listeners: fc.integer({ min: 1, max: 3 }) })
  .chain(({ upstreams: names, listeners: count }) => {
    const listeners = Array.from({ length: count }, (_, i) => listener(`default.l${i}`, 20_000 + i));
    const routes = fc.array(route(names), { maxLength: 4 });
    const hosts = (table: string): fc.Arbitrary<VirtualHost[]> =>
      domains.chain((all) =>
        fc.tuple(...all.map(() => routes)).map((lists) => all.map((host, i) => ({ table, host, routes: lists[i] ?? [], origins: [] }))),
      );
    return fc
      .record({
        hosts: fc.tuple(...listeners.map(({ name }) => hosts(`${name}/cleartext`))),
        upstreams: fc.tuple(...names.map(upstream)),
        endpoints: fc.tuple(...names.map(() => fc.array(endpoint, { maxLength: 4 }))),
      })
      .map((made) => ({
        listeners,
        hosts: made.hosts.flat(),
        upstreams: made.upstreams,
        endpointSets: made.upstreams.flatMap(({ discovery }, i) =>
          discovery.kind === "eds" ? [{ name: discovery.endpointSet, endpoints: made.endpoints[i] ?? [], origins: [] }] : [],
        ),
      }));
  });
