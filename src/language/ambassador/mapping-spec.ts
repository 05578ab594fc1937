import type { JsonObject } from "../../model/json.ts";
import type { Forward, HeaderEdits, Redirect, RoutePolicy, ValueMatch } from "../../model/model.ts";
import type { Checked } from "../language.ts";
import type { ClusterFields } from "./cluster-fields.ts";
import type { ErrorOverride } from "./error-overrides.ts";
import type { IngressUse } from "./ingress/parts.ts";
import type { Labels } from "./labels.ts";
import type { LoadBalancer } from "./load-balancer.ts";
import type { RegexSize } from "./regex.ts";
import type { Service } from "./service.ts";

/** What one Mapping says, as far as it can be told from itself alone. */
export interface MappingSpec extends MatchSpec, ActionSpec {
  readonly kind: "Mapping";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly name: string;
  /** `<name>.<namespace>`: the load order. */
  readonly loadKey: string;
  /** Equal keys form a group (6.1). */
  readonly groupKey: string;
  /** Equal keys are one group to Emissary, which does not tell exact, prefix and regex apart. */
  readonly clashKey: string;
  readonly sortKey: readonly (number | string)[];
  /** What its expressions compile to: the Module says how large that may be. */
  readonly regexes: readonly RegexSize[];
  /** Of one that an Ingress becomes. */
  readonly ingressUse?: IngressUse;
  /** Of one that the probe of a Module becomes: the Module's namespace. */
  readonly probeOf?: string;
}

/** Which requests a Mapping is about. */
export interface MatchSpec {
  /** Glob of the hosts it wants, in lower case; `undefined`: only a selector can attach it. */
  readonly glob: string | undefined;
  /** An expression for the whole host, beside the glob `*`. */
  readonly hostRegex: string | undefined;
  readonly path: { readonly kind: "prefix" | "exact" | "regex"; readonly value: string };
  readonly caseSensitive: boolean;
  /** All matchers but that of the hostname, by name, `:method` last. */
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
  readonly precedence: number;
}

/** What a Mapping does with its requests. Times are milliseconds. */
export interface ActionSpec {
  /** 0 to 100. */
  readonly weight: number | undefined;
  /** Where requests go; `undefined` for a redirect, and for a service that is unusable, so that the route fails in place. */
  readonly service: Service | undefined;
  /** Name of the TLSContext that is spoken to it. */
  readonly tls: string | undefined;
  /** `undefined` for a Mapping that forwards, and for a redirect whose target is unusable. */
  readonly redirect: Redirect | undefined;
  readonly isRedirect: boolean;
  /** It takes no traffic, but a copy of what the others of its match get. */
  readonly shadow: boolean;
  /** Requests are not authorised; `undefined`: not set. */
  readonly bypassAuth: boolean | undefined;
  /** Given to the authorisation service beside the request. */
  readonly authContext: JsonObject | undefined;
  readonly cluster: ClusterFields;
  /** Name of what finds the addresses of the service. */
  readonly resolver: string | undefined;
  readonly loadBalancer: LoadBalancer | undefined;
  readonly rewrite: Forward["rewrite"];
  readonly hostRewrite: string | undefined;
  readonly autoHostRewrite: boolean;
  readonly timeoutMs: number | undefined;
  readonly idleTimeoutMs: number | undefined;
  readonly adds: { readonly request: HeaderEdits["add"] | undefined; readonly response: HeaderEdits["add"] | undefined };
  readonly lent: LentSpec;
}

/** What members of a group lend to one another, by the field that says it (6.2); `undefined`: not set. */
export interface LentSpec {
  readonly retry_policy?: RoutePolicy["retry"];
  /** `CorsPolicy`. */
  readonly cors?: JsonObject | undefined;
  readonly priority?: "DEFAULT" | "HIGH" | undefined;
  /** Protocols that a request may be upgraded to. */
  readonly allow_upgrade?: readonly string[] | undefined;
  readonly labels?: Labels | undefined;
  readonly error_response_overrides?: readonly ErrorOverride[] | undefined;
  readonly bypass_error_response_overrides?: boolean | undefined;
  readonly add_linkerd_headers?: boolean | undefined;
  readonly remove_request_headers?: readonly string[] | undefined;
  readonly remove_response_headers?: readonly string[] | undefined;
}

/** Whether a document is a Mapping with error responses of its own, for which every connection manager needs a filter. */
export function overridesErrors({ spec }: Checked): boolean {
  const mapping = spec as Partial<MappingSpec> | undefined;
  return mapping?.kind === "Mapping" && (mapping.lent?.error_response_overrides ?? []).length > 0;
}
