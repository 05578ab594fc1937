import type { JsonObject } from "../../../model/json.ts";
import type { FilterUse, Fragment, HeaderEdits, RoutePolicy } from "../../../model/model.ts";
import type { CircuitBreaker, Keepalive } from "../cluster-fields.ts";
import type { ErrorOverride } from "../error-overrides.ts";
import type { LoadBalancer } from "../load-balancer.ts";

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
  readonly errorOverrides?: readonly ErrorOverride[] | undefined;
  /** `CorsPolicy`. */
  readonly cors?: JsonObject | undefined;
  readonly loadBalancer?: LoadBalancer | undefined;
  readonly circuitBreakers?: readonly CircuitBreaker[] | undefined;
  readonly keepalive?: Keepalive | undefined;
  readonly resolver?: string | undefined;
  readonly enableIpv4?: boolean | undefined;
  readonly enableIpv6?: boolean | undefined;
  readonly addLinkerdHeaders?: boolean | undefined;
  /** Programs of expressions may be as large; 200 unless set. */
  readonly regexMaxSize?: number | undefined;
  readonly useAmbassadorNamespace?: boolean | undefined;
  readonly statsName?: string | undefined;
  /** Whether the last dot of a secret's name separates its namespace; it does unless this is false. */
  readonly tlsSecretNamespacing?: boolean | undefined;
  /** `undefined`: no default for headers to add, or to remove. */
  readonly addRequestHeaders?: HeaderEdits["add"] | undefined;
  readonly addResponseHeaders?: HeaderEdits["add"] | undefined;
  readonly removeRequestHeaders?: readonly string[] | undefined;
  readonly removeResponseHeaders?: readonly string[] | undefined;
  /** Spelling of header names on HTTP/1: words with capitals, or as they came. */
  readonly headerCase?: "proper" | "preserve" | undefined;
  /** The domain of labels; `ambassador` unless set. */
  readonly labelDomain?: string | undefined;
  /** By domain the `RateLimit.Action`s that go before those of every Mapping. */
  readonly defaultLabels?: Readonly<Record<string, readonly JsonObject[]>> | undefined;
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
  /** The same where DataDog traces. */
  readonly datadogLogs: readonly JsonObject[];
  readonly filters: readonly FilterUse[];
  readonly useRemoteAddress: boolean;
  readonly hasLua: boolean;
  /** `defaults.tls_secret_namespacing`: whether the last dot of a secret's name separates its namespace. */
  readonly tlsSecretNamespacing: boolean;
  readonly defaults: ModuleDefaults;
  /** What the bootstrap of a proxy has to say, because xDS does not. */
  readonly runtime: Readonly<Record<string, number>>;
  /** Namespace of the Module whose probes count. */
  readonly probesOf?: string;
}
