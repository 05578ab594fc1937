import type { HeaderEdits, Redirect, RoutePolicy, ValueMatch } from "../../model/model.ts";
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
}

/** Which requests a Mapping is about. */
export interface MatchSpec {
  /** Glob of the hosts it wants, in lower case; `undefined`: only a selector can attach it. */
  readonly glob: string | undefined;
  readonly path: { readonly kind: "prefix" | "exact" | "regex"; readonly value: string };
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
  /** `undefined` for a Mapping that forwards, and for a redirect whose target is unusable. */
  readonly redirect: Redirect | undefined;
  readonly isRedirect: boolean;
  /** `undefined`: not set, which is 3000. */
  readonly connectTimeoutMs: number | undefined;
  /** Empty: none. */
  readonly rewrite: string;
  readonly hostRewrite: string | undefined;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  readonly retry: RoutePolicy["retry"];
  readonly requestHeaders: HeaderEdits;
  readonly responseHeaders: HeaderEdits;
  /** Whether the lists of headers to remove are set at all; an empty one counts as set. */
  readonly removes: { readonly request: boolean; readonly response: boolean };
}
