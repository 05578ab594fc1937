/**
 * The plan: what is to be served, without Envoy in its skeleton (listener, table, host, route, upstream, order, weights)
 * and with Envoy-shaped leaves ({@link Fragment}). All values are plain, immutable data, so that they can be hashed, compared and moved.
 */
import type { Origin } from "../problem/finding.ts";
import type { JsonObject } from "./json.ts";
import type { SecretUse } from "./secret.ts";
import type { TlsPlan } from "./tls.ts";

/** Name of a route table, which is also the name of its RouteConfiguration: `<listener>/<chain>`. */
export type TableName = string;

/** Part of an Envoy message in canonical JSON with snake_case names, laid over what the model itself says. Only leaves that nothing reasons about. */
export interface Fragment {
  /** Full protobuf name, without a leading dot: `envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager`. */
  readonly type: string;
  readonly value: JsonObject;
}

/** A filter that is in use; where it stands in the chain says the one table of `envoy/`. */
export interface FilterUse {
  /** The name in the filter order table: `cors`, `router`. */
  readonly filter: string;
  readonly config: Fragment;
}

/** One address and port that proxies listen on. */
export interface ListenerPlan {
  readonly name: string;
  readonly language: string;
  readonly address: string;
  readonly port: number;
  readonly transport: "tcp" | "udp";
  /** What reads the beginning of a connection, in this order. */
  readonly preludes: readonly ("proxy_protocol" | "tls_inspector")[];
  readonly chains: readonly ChainPlan[];
  readonly filters: readonly FilterUse[];
  /** Settings of the Listener and of its HttpConnectionManager. */
  readonly options: readonly Fragment[];
  /** Names of the upstreams that filters, loggers and tracers call. */
  readonly upstreams: readonly string[];
  /** Every secret that one of its chains refers to. */
  readonly secrets?: readonly SecretUse[];
  readonly origins: readonly Origin[];
}

/** One filter chain: whom it takes and what it does. */
export interface ChainPlan {
  readonly name: string;
  /** What the connection speaks below; absent: anything. */
  readonly transport?: "tls" | "raw_buffer" | "quic";
  /** Names that clients ask for by TLS, exact or `*.rest`; empty: any, or none. */
  readonly serverNames: readonly string[];
  /** How TLS is terminated; absent: it is not. */
  readonly tls?: TlsPlan;
  readonly handler: { readonly kind: "http"; readonly table: TableName } | TcpHandler;
}

/** Passes the bytes of a connection on. */
export interface TcpHandler {
  readonly kind: "tcp";
  readonly statPrefix: string;
  /** At least one; weights count as shares of their sum. */
  readonly targets: readonly { readonly upstream: string; readonly weight: number }[];
  /** Milliseconds; 0 disables. */
  readonly idleTimeoutMs?: number;
}

/** The routes of one host in one table: what a cell gives. */
export interface VirtualHost {
  readonly table: TableName;
  /** The domain, exact, `*`, `*.rest` or `name.*`. */
  readonly host: string;
  /** First match wins. */
  readonly routes: readonly Route[];
  /** Added to every response. */
  readonly responseHeaders?: HeaderEdits["add"];
  readonly origins: readonly Origin[];
}

/** One match and what is done with it. */
export interface Route {
  readonly name: string;
  readonly match: Match;
  readonly action: Action;
  readonly policy: RoutePolicy;
  readonly perFilter: readonly FilterUse[];
  /** All documents that took part, the one it is named after first. */
  readonly origins: readonly Origin[];
}

/** Which requests a route takes: the path and every matcher must fit. */
export interface Match {
  readonly path: { readonly kind: "prefix" | "exact" | "regex"; readonly value: string };
  readonly caseSensitive: boolean;
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
  /** Share of the requests that fit, as cumulative numerator. */
  readonly fraction?: { readonly numerator: number; readonly denominator: 100 | 10_000 };
}

/** Matches a header or a query parameter; `:authority` and `:method` are headers. */
export interface ValueMatch {
  readonly name: string;
  readonly kind: "exact" | "prefix" | "suffix" | "regex" | "present";
  /** Empty for `present`. */
  readonly value: string;
  readonly ignoreCase: boolean;
}

/** What a route does with a request. */
export type Action = Forward | Redirect | Respond;

/** Sends the request to one of the targets. */
export interface Forward {
  readonly kind: "forward";
  /** At least one; weights count as shares of their sum. */
  readonly targets: readonly { readonly upstream: string; readonly weight: number }[];
  /** `prefix` replaces the matched prefix, or the whole path of an exact or regex match; `regex` replaces by RE2 expression. */
  readonly rewrite?:
    | { readonly kind: "prefix"; readonly value: string }
    | { readonly kind: "regex"; readonly pattern: string; readonly substitution: string };
  readonly hostRewrite?: string;
  /** Upstreams that get a copy of a share of the requests; their answers go nowhere. */
  readonly mirrors?: readonly { readonly upstream: string; readonly percent: number }[];
  /** Further settings of the RouteAction. */
  readonly settings?: readonly Fragment[];
}

/** Answers with a redirect. */
export interface Redirect {
  readonly kind: "redirect";
  readonly code: 301 | 302 | 303 | 307 | 308;
  readonly https?: boolean;
  readonly scheme?: string;
  readonly host?: string;
  readonly port?: number;
  readonly path?:
    | { readonly kind: "full"; readonly value: string }
    | { readonly kind: "prefix"; readonly value: string }
    | { readonly kind: "regex"; readonly pattern: string; readonly substitution: string };
}

/** Answers by itself: what fails in place, and what the fleet answers. */
export interface Respond {
  readonly kind: "respond";
  readonly status: number;
  /** The code of the Problem that made it so, or the setting. */
  readonly why: string;
}

/** What happens around the action. Times are milliseconds; 0 disables. */
export interface RoutePolicy {
  readonly timeoutMs?: number;
  readonly idleTimeoutMs?: number;
  readonly retry?: { readonly on: string; readonly retries: number; readonly perTryTimeoutMs?: number };
  readonly requestHeaders: HeaderEdits;
  readonly responseHeaders: HeaderEdits;
}

/** Headers to add, each a format string, and names to remove. */
export interface HeaderEdits {
  readonly add: readonly { readonly name: string; readonly value: string; readonly append: boolean }[];
  readonly remove: readonly string[];
}

/** Where requests go: one cluster. Equal names mean equal content. */
export interface Upstream {
  readonly name: string;
  readonly statName: string;
  readonly discovery: Discovery;
  readonly protocol: "http1" | "http2";
  readonly connectTimeoutMs: number;
  /** How connections are secured; absent: they are not. */
  readonly tls?: TlsPlan;
  /** Further settings of the Cluster. */
  readonly settings: readonly Fragment[];
  /** Every secret that the settings refer to. */
  readonly secrets?: readonly SecretUse[];
  readonly origins: readonly Origin[];
}

/** How the endpoints of an upstream are found. */
export type Discovery =
  | { readonly kind: "static"; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: "dns"; readonly endpoints: readonly Endpoint[]; readonly logical: boolean; readonly family: "v4" | "v6" | "auto" }
  | { readonly kind: "eds"; readonly endpointSet: string };

/** One address; `zone` is the locality zone, and one that is `draining` finishes what it has. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly zone?: string;
  readonly draining?: boolean;
}

/** The endpoints of one EDS name, in order; empty is legal and answers 503. */
export interface EndpointSet {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
  readonly origins: readonly Origin[];
}
