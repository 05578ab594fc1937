import fc from "fast-check";
import type { JsonObject } from "../../src/model/json.ts";
import type {
  Action,
  ChainPlan,
  FilterUse,
  Forward,
  HeaderEdits,
  ListenerPlan,
  Match,
  Route,
  ValueMatch,
  VirtualHost,
} from "../../src/model/model.ts";

/** Upstreams that every configuration may send requests to. */
export const upstreamNames = ["one", "two", "three"] as const;
/** The last of them is found by name. */
export const dnsName = "localhost";

/** The client that is named by PROXY where a listener reads it. */
export const proxiedClient = "10.1.2.3";

/** One listener with its route tables; the port is for whoever uses it to set. */
export interface Routing {
  readonly listener: ListenerPlan;
  readonly hosts: readonly VirtualHost[];
}

/** A request to one of several configurations. */
export interface Asked {
  readonly configuration: number;
  readonly isTls: boolean;
  readonly sni: string | undefined;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly bodySize: number;
  readonly protocol: "http1" | "http2";
  /** Asks for this protocol; with HTTP/1 only, and without a body. */
  readonly upgrade: string | undefined;
  readonly certificate: boolean;
}

/** Few words, so that what is asked for is what there is. */
const domains = [
  "*",
  "*",
  "*.test",
  "*.test",
  "a.test",
  "b.test",
  "A.test",
  "*.test",
  "*.b.test",
  "a.*",
  "a.b.*",
  "a.test:81",
  "*.test:81",
  "localhost",
];
const hostNames =
  "a.test a.test b.test A.TEST x.b.test x.y.b.test a.org a.b.org a. a.test:81 x.test:81 b.test:82 localhost test .test [::1] [::1]:81".split(
    " ",
  );
const serverNames = ["a.test", "*.test", "*.b.test", "localhost"];
const values = ["1", "1,2", "2,1", "2", "12", "abc", "ABC", "b", "http", "https"];

const headerNames = ["x-a", "X-B", "x-a", "x-b", ":method", ":authority", ":path", ":scheme", "host", "x-forwarded-proto"];

const valueMatch = (names: readonly string[]): fc.Arbitrary<ValueMatch> =>
  fc
    .record({
      name: fc.constantFrom(...names),
      kind: fc.constantFrom("exact" as const, "prefix" as const, "suffix" as const, "regex" as const, "present" as const),
      value: fc.constantFrom(...values, "GET", "a.test", "A.Test", "/a", "10.1.2.3"),
      pattern: fc.constantFrom("1|2", "[a-c]+", "(?i)abc", "GET|POST", "a\\.test(:\\d+)?", "/a.*", ".*", "x*", "https?"),
      ignoreCase: fc.boolean(),
    })
    .map(({ name, kind, value, pattern, ignoreCase }) => ({
      name,
      kind,
      value: kind === "present" ? "" : kind === "regex" ? pattern : value,
      ignoreCase: ignoreCase && kind !== "regex" && kind !== "present",
    }));

const exact = fc.record({ kind: fc.constant("exact" as const), value: fc.constantFrom("/", "/a", "/a/b", "/A/B", "/b.c/", "/a%20b") });
const prefix = fc.record({
  kind: fc.constant("prefix" as const),
  value: fc.constantFrom("/", "/", "/", "/a", "/a", "/a/", "/a/b", "/A", "/b.c", "/a%2Fb", "/a//b", "/~"),
});
const regex = fc.record({
  kind: fc.constant("regex" as const),
  value: fc.constantFrom("/a.*", "/(a|b)/?", "/a/[^/]+", "(?i)/A", ".*b", "/a", "/.{2,4}", "/[^?]*", "/a\\?q=1"),
});
const fraction = fc.oneof(
  fc.record({ numerator: fc.constantFrom(0, 30, 100), denominator: fc.constant(100 as const) }),
  fc.record({ numerator: fc.constantFrom(0, 5000, 10_000), denominator: fc.constant(10_000 as const) }),
);
const match = (names: readonly string[]): fc.Arbitrary<Match> =>
  fc
    .record({
      path: fc.oneof({ weight: 5, arbitrary: prefix }, { weight: 2, arbitrary: exact }, { weight: 2, arbitrary: regex }),
      caseSensitive: fc.constantFrom(true, true, false),
      headers: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(valueMatch(names), { minLength: 1, maxLength: 2 }) },
      ),
      query: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(valueMatch(["q", "r"]), { minLength: 1, maxLength: 2 }) },
      ),
      fraction: fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fraction }),
    })
    .map(({ fraction: share, ...rest }) => (share === undefined ? rest : { ...rest, fraction: share }));

const regexRewrite = fc
  .constantFrom(
    ["^/a(.*)$", "/x\\1"],
    ["a", "bb"],
    ["(b)|(c)", "<\\1\\2>"],
    ["x*", "-"],
    ["/", "//"],
    ["^/(.*)", "/\\0\\\\"],
    ["b$", ""],
    ["(a)(b)?", "\\2\\1"],
  )
  .map(([pattern = "", substitution = ""]) => ({ kind: "regex" as const, pattern, substitution }));
const prefixRewrite = fc.constantFrom("/", "/new", "/new/", "/n?w=1").map((value) => ({ kind: "prefix" as const, value }));
const target = fc.record({ upstream: fc.constantFrom(...upstreamNames), weight: fc.integer({ min: 1, max: 100 }) });

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record(
        {
          kind: fc.constant("forward" as const),
          targets: fc.uniqueArray(target, { minLength: 1, maxLength: 3, selector: ({ upstream }) => upstream }),
          rewrite: fc.oneof(prefixRewrite, regexRewrite),
          hostRewrite: fc.constantFrom("rewritten.test", "r.test:1"),
          settings: fc.constantFrom({ upgrade_configs: [{ upgrade_type: "websocket" }] }, { auto_host_rewrite: true }),
        },
        { requiredKeys: ["kind", "targets"] },
      )
      .map(
        ({ settings: value, hostRewrite, ...rest }): Forward => ({
          ...rest,
          // Envoy refuses both.
          ...(hostRewrite === undefined || (value !== undefined && "auto_host_rewrite" in value) ? {} : { hostRewrite }),
          ...(value === undefined ? {} : { settings: [{ type: "envoy.config.route.v3.RouteAction", value }] }),
        }),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.record(
      {
        kind: fc.constant("redirect" as const),
        code: fc.constantFrom(301 as const, 302 as const, 303 as const, 307 as const, 308 as const),
        https: fc.constant(true),
        host: fc.constantFrom("other.test", "other.test:444", "[::2]"),
        port: fc.constantFrom(80, 443, 8443),
        path: fc.oneof(
          fc.constantFrom("/full", "/full?f=1").map((value) => ({ kind: "full" as const, value })),
          prefixRewrite,
          regexRewrite,
        ),
      },
      { requiredKeys: ["kind", "code"] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("respond" as const),
      status: fc.constantFrom(200, 404, 500, 503),
      why: fc.constant("route/unreachable"),
    }),
  },
);

const cors: FilterUse = {
  filter: "cors",
  config: { type: "envoy.extensions.filters.http.cors.v3.CorsPolicy", value: { allow_origin_string_match: [{ exact: "https://a.test" }] } },
};
type Made = Pick<Route, "match" | "action" | "perFilter"> & { readonly edits: HeaderEdits };

/** Headers of requests that routes may change. */
export const editedHeaders = ["x-a", "x-b", "x-new"] as const;
const edits: fc.Arbitrary<HeaderEdits> = fc.oneof(
  { weight: 2, arbitrary: fc.constant({ add: [], remove: [] }) },
  {
    weight: 1,
    arbitrary: fc.record({
      add: fc.array(
        fc.record({
          name: fc.constantFrom(...editedHeaders, "X-New"),
          value: fc.constantFrom(
            "1",
            "100%%",
            "%REQ(x-b)%",
            "%REQ(:PATH)% x",
            "%REQ(X-NONE?:METHOD)%",
            "%REQ(x-none)%",
            "a%REQ(x-none)%b",
            "%REQ(:authority)%",
          ),
          append: fc.boolean(),
        }),
        { maxLength: 2 },
      ),
      remove: fc.uniqueArray(fc.constantFrom("x-a", "X-B"), { maxLength: 1 }),
    }),
  },
);

/** Sometimes with one at last that takes what is left. */
const routes = (names: readonly string[]): fc.Arbitrary<readonly Made[]> =>
  fc
    .record({
      list: fc.array(fc.record({ match: match(names), action, edits, perFilter: fc.constantFrom([], [], [], [cors]) }), {
        minLength: 1,
        maxLength: 8,
      }),
      last: fc.record({ action, isThere: fc.boolean() }),
    })
    .map(({ list, last }) => {
      const rest: Match = { path: { kind: "prefix", value: "/" }, caseSensitive: true, headers: [], query: [] };
      return last.isThere ? [...list, { match: rest, action: last.action, edits: { add: [], remove: [] }, perFilter: [] }] : list;
    });

function named(made: readonly Made[], prefix: string): Route[] {
  return made.map(({ edits: requestHeaders, ...one }, i) => {
    const name = `${prefix}/${i}`;
    const marked = { add: [{ name: "x-route", value: name, append: false }], remove: [] };
    return { ...one, name, policy: { requestHeaders, responseHeaders: marked }, origins: [] };
  });
}

const peerRange: JsonObject = { direct_remote_ip: { address_prefix: "127.0.0.0", prefix_len: 8 } };
const clientRanges: readonly JsonObject[] = ["10.0.0.0/8", "127.0.0.1/32", "10.1.2.3/32"].map((range) => {
  const [address_prefix = "", length] = range.split("/");
  return { remote_ip: { address_prefix, prefix_len: Number(length) } };
});
const filters = (isProxied: boolean): fc.Arbitrary<FilterUse[]> =>
  fc
    .record({
      action: fc.constantFrom(undefined, undefined, undefined, undefined, "ALLOW", "DENY"),
      ids: fc.array(fc.constantFrom(...clientRanges, ...(isProxied ? [] : [peerRange])), { minLength: 1, maxLength: 2 }),
      buffer: fc.constantFrom(undefined, 10),
    })
    .map(({ action: effect, ids, buffer }) => {
      const policy = { permissions: [{ any: true }], principals: [{ or_ids: { ids } }] };
      const rbac = { rules: { action: effect ?? "", policies: { listed: policy } } };
      return [
        ...(effect === undefined ? [] : [{ filter: "rbac", config: { type: "envoy.extensions.filters.http.rbac.v3.RBAC", value: rbac } }]),
        ...(buffer === undefined
          ? []
          : [
              {
                filter: "buffer",
                config: { type: "envoy.extensions.filters.http.buffer.v3.Buffer", value: { max_request_bytes: buffer } },
              },
            ]),
        { filter: "cors", config: { type: "envoy.extensions.filters.http.cors.v3.Cors", value: {} } },
        { filter: "router", config: { type: "envoy.extensions.filters.http.router.v3.Router", value: {} } },
      ];
    });

const settings = fc
  .record({
    use_remote_address: fc.constantFrom(true, true, false),
    xff_num_trusted_hops: fc.constantFrom(0, 0, 1, 2),
    normalize_path: fc.constantFrom(true, true, true, false),
    merge_slashes: fc.boolean(),
    strip_matching_host_port: fc.boolean(),
    escaped: fc.constantFrom(undefined, undefined, "REJECT_REQUEST"),
    underscores: fc.constantFrom(undefined, undefined, "REJECT_REQUEST", "DROP_HEADER"),
  })
  .map(({ escaped, underscores, ...rest }) => ({
    ...rest,
    stat_prefix: "http",
    ...(escaped === undefined ? {} : { path_with_escaped_slashes_action: escaped }),
    ...(underscores === undefined ? {} : { common_http_protocol_options: { headers_with_underscores_action: underscores } }),
  }));

/** A listener with a cleartext chain and up to two for TLS, each with virtual hosts that may stand side by side. */
export function routing(name: string): fc.Arbitrary<Routing> {
  const chain = fc.record({
    name: fc.constantFrom("", ...serverNames),
    kind: fc.constantFrom("http" as const, "http" as const, "http" as const, "mutual" as const, "tcp" as const),
  });
  const chains = fc.uniqueArray(chain, { maxLength: 2, selector: (one) => one.name });
  const common = fc
    .boolean()
    .chain((isProxied) => fc.record({ chains, isProxied: fc.constant(isProxied), filters: filters(isProxied), settings }));
  return common.chain(({ chains: names, ...rest }) => {
    const tables = ["cleartext", ...names.filter(({ kind }) => kind !== "tcp").map((one) => `tls-${one.name}`)];
    const hosts = tables.map((table) =>
      fc
        .uniqueArray(
          fc.record({
            host: fc.constantFrom(...domains),
            routes: routes(rest.isProxied ? [...headerNames, "x-forwarded-for"] : headerNames),
          }),
          {
            minLength: 3,
            maxLength: 6,
            selector: ({ host }) => host.toLowerCase(),
          },
        )
        .map((all): VirtualHost[] =>
          all.map((one, i) => ({
            table: `${name}/${table}`,
            host: one.host,
            routes: named(one.routes, `${name}/${table}/${i}`),
            origins: [],
          })),
        ),
    );
    return fc.tuple(...hosts).map((made) => ({ listener: listener(name, names, rest), hosts: made.flat() }));
  });
}

interface SecuredChain {
  readonly name: string;
  /** `mutual` asks for a certificate of the client. */
  readonly kind: "http" | "mutual" | "tcp";
}

function listener(
  name: string,
  names: readonly SecuredChain[],
  common: { readonly isProxied: boolean; readonly filters: readonly FilterUse[]; readonly settings: JsonObject },
): ListenerPlan {
  const certificate = { kind: "tls", secret: { namespace: "default", name: "pair" } } as const;
  const mutual = { authorities: { kind: "ca", secret: { namespace: "default", name: "ca" } }, requireClientCertificate: true } as const;
  const secured = names.map(({ name: serverName, kind }): ChainPlan => {
    const chain = `tls-${serverName}`;
    return {
      name: chain,
      transport: "tls",
      serverNames: serverName === "" ? [] : [serverName],
      tls: { certificate, alpn: kind === "tcp" ? [] : ["h2", "http/1.1"], parameters: {}, ...(kind === "mutual" ? mutual : {}) },
      handler:
        kind === "tcp"
          ? { kind, statPrefix: "tcp", targets: [{ upstream: "two", weight: 1 }] }
          : { kind: "http", table: `${name}/${chain}` },
    };
  });
  const raw = names.length === 0 ? {} : { transport: "raw_buffer" as const };
  return {
    name,
    language: "ambassador",
    address: "127.0.0.1",
    port: 1,
    transport: "tcp",
    preludes: [...(common.isProxied ? (["proxy_protocol"] as const) : []), ...(names.length === 0 ? [] : (["tls_inspector"] as const))],
    chains: [...secured, { name: "cleartext", ...raw, serverNames: [], handler: { kind: "http", table: `${name}/cleartext` } }],
    filters: common.filters,
    upstreams: [],
    options: [{ type: "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager", value: common.settings }],
    origins: [],
  };
}

const usual = fc.constantFrom("a", "a", "b", "ab", "A", "b.c");
const strange = fc.constantFrom(
  ..."... . .. %2e %2E. %2F %5c a%41 %62 .b ~ %7E \" | ^ {b} < ` %20 % %zz ; @: * ' [ %C3%A4 %0a %00".split(" "),
  "",
);
const segment = fc.oneof({ weight: 3, arbitrary: usual }, { weight: 1, arbitrary: strange });
const path = fc
  .tuple(
    fc.array(segment, { maxLength: 4 }),
    fc.constantFrom("/", "/", "/", "/", "/", "/", "//", "\\"),
    fc.constantFrom("", "", "", "/"),
    fc.constantFrom("", "", "?q=1", "?q", "?q=2&q=1", "?Q=1", "?q=%31&r=abc", "?", "?q=1=2", "?r=a?b&q=abc", "?&r=ABC&", "?a/../b"),
  )
  .map(([segments, separator, end, query]) => `/${segments.join(separator)}${end}${query}`);

/** A request to one of so many configurations. */
export function asked(configurations: number): fc.Arbitrary<Asked> {
  const header = fc.tuple(
    fc.constantFrom(
      "x-a",
      "X-A",
      "x-b",
      "x-b",
      "x_c",
      "x-forwarded-proto",
      "x-forwarded-for",
      "x-request-id",
      "origin",
      "access-control-request-method",
    ),
    fc.constantFrom(...values, "", "10.0.0.1", "10.0.0.1, 127.0.0.1", "https://a.test", " 1 "),
  );
  return fc
    .record({
      configuration: fc.nat(configurations - 1),
      isTls: fc.constantFrom(false, false, true),
      sni: fc.constantFrom(undefined, ...hostNames.filter((one) => /^[a-zA-Z.]+[a-z]$/.test(one) && !one.startsWith("."))),
      method: fc.constantFrom("GET", "GET", "POST", "PUT", "OPTIONS"),
      host: fc.constantFrom(...hostNames),
      path,
      headers: fc.oneof(fc.constant<[string, string][]>([]), fc.array(header, { maxLength: 3 })),
      bodySize: fc.constantFrom(0, 0, 5, 20),
      protocol: fc.constantFrom("http1" as const, "http1" as const, "http2" as const),
      upgrade: fc.constantFrom(undefined, undefined, undefined, undefined, undefined, "websocket", "WebSocket", "other"),
      certificate: fc.boolean(),
    })
    .map(({ upgrade, bodySize, headers, ...rest }) => ({
      ...rest,
      // Clients of HTTP/2 repeat only headers that they do not know.
      headers:
        rest.protocol === "http1"
          ? headers
          : headers.filter(([name], i) => /^x-[ab]$/i.test(name) || headers.findIndex(([one]) => one === name) === i),
      upgrade: rest.protocol === "http1" && bodySize === 0 ? upgrade : undefined,
      // What comes in one frame of HTTP/2 Envoy lets pass, however large.
      bodySize: rest.protocol === "http2" ? Math.min(bodySize, 5) : bodySize,
    }));
}
