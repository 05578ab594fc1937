import type { JsonObject } from "../../../model/json.ts";
import type { FilterUse, Fragment, HeaderEdits, RoutePolicy } from "../../../model/model.ts";

/**
 * What the Module gives to Mappings and their clusters (ambassador.md 10.3). It is part of every {@link SlotDetail}, so that a change of it plans
 * the virtual hosts anew. What the Module does not set is `undefined`; the built-in default (section 17) is then applied by whoever reads it.
 */
export interface ModuleDefaults {
  /** `cluster_request_timeout_ms`. */
  readonly timeoutMs?: number | undefined;
  readonly clusterIdleTimeoutMs?: number | undefined;
  readonly clusterMaxConnectionLifetimeMs?: number | undefined;
  readonly retry?: RoutePolicy["retry"];
  readonly cors?: ModuleCors | undefined;
  readonly loadBalancer?: ModuleLoadBalancer | undefined;
  readonly circuitBreakers?: readonly ModuleCircuitBreaker[] | undefined;
  readonly keepalive?: ModuleKeepalive | undefined;
  readonly resolver?: string | undefined;
  readonly enableIpv4?: boolean | undefined;
  readonly enableIpv6?: boolean | undefined;
  readonly addLinkerdHeaders?: boolean | undefined;
  /** Programs of expressions may be as large; 200 unless set. */
  readonly regexMaxSize?: number | undefined;
  readonly useAmbassadorNamespace?: boolean | undefined;
  readonly statsName?: string | undefined;
  /** `undefined`: no default for headers to add, or to remove. */
  readonly addRequestHeaders?: HeaderEdits["add"] | undefined;
  readonly addResponseHeaders?: HeaderEdits["add"] | undefined;
  readonly removeRequestHeaders?: readonly string[] | undefined;
  readonly removeResponseHeaders?: readonly string[] | undefined;
  /** Spelling of header names on HTTP/1: words with capitals, or as they came. */
  readonly headerCase?: "proper" | "preserve" | undefined;
  /** The domain of labels; `ambassador` unless set. */
  readonly labelDomain?: string | undefined;
  /** By domain the specifiers that go before those of every Mapping. */
  readonly defaultLabels?: Readonly<Record<string, readonly JsonObject[]>> | undefined;
}

/** As a Mapping writes `cors`. */
export interface ModuleCors {
  readonly origins?: string | readonly string[] | undefined;
  readonly methods?: string | readonly string[] | undefined;
  readonly headers?: string | readonly string[] | undefined;
  readonly exposed_headers?: string | readonly string[] | undefined;
  readonly credentials?: boolean | undefined;
  readonly max_age?: string | undefined;
}

/** As a Mapping writes `load_balancer`. */
export interface ModuleLoadBalancer {
  readonly policy: string;
  readonly cookie?: { readonly name: string; readonly path?: string | undefined; readonly ttl?: string | undefined } | undefined;
  readonly header?: string | undefined;
  readonly source_ip?: boolean | undefined;
}

/** As a Mapping writes one entry of `circuit_breakers`. */
export interface ModuleCircuitBreaker {
  readonly priority?: string | undefined;
  readonly max_connections?: number | undefined;
  readonly max_pending_requests?: number | undefined;
  readonly max_requests?: number | undefined;
  readonly max_retries?: number | undefined;
}

/** Seconds, seconds and a number; `idle_time` has been read from either spelling. */
export interface ModuleKeepalive {
  readonly idle_time?: number | undefined;
  readonly interval?: number | undefined;
  readonly probes?: number | undefined;
}

/** What one Module says: for listeners, for TLS, and for Mappings. A key that is wrong has left only itself out. */
export interface ModuleSettings {
  /** Of every HttpConnectionManager, laid over the Listener's own. */
  readonly manager: JsonObject;
  /** Of every Envoy Listener. */
  readonly listener: readonly Fragment[];
  /** Of every router filter. */
  readonly router: JsonObject;
  /** `AccessLog` messages that every connection manager writes. */
  readonly accessLogs: readonly JsonObject[];
  readonly filters: readonly FilterUse[];
  readonly useRemoteAddress: boolean;
  readonly hasLua: boolean;
  /** `defaults.tls_secret_namespacing`: whether the last dot of a secret's name separates its namespace. */
  readonly tlsSecretNamespacing: boolean;
  readonly defaults: ModuleDefaults;
}
