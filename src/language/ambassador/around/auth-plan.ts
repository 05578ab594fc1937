import type { JsonObject } from "../../../model/json.ts";
import type { FilterUse } from "../../../model/model.ts";
import { type Finding, finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import type { ModuleDefaults } from "../module/module-settings.ts";
import type { Service } from "../service.ts";
import type { AuthSettings, AuthSpec } from "./auth-service.ts";
import { type Call, type Caller, type Calls, grpcService } from "./calls.ts";
import { inLoadOrderOf, unusableOf } from "./documents.ts";

/** What the AuthServices of a fleet become. */
export interface AuthPlan {
  readonly state: "off" | "on" | "closed";
  readonly filters: readonly FilterUse[];
  /** An answer may set `x-forwarded-proto`, so that it does not tell how a request came. */
  readonly mayChangeProto: boolean;
}

type Auth = Checked<AuthSpec> & { readonly spec: AuthSpec };

const off: AuthPlan = { state: "off", filters: [], mayChangeProto: false };
const closed: AuthPlan = { ...off, state: "closed" };

/** The one filter that asks all AuthServices; what contradicts or cannot be used refuses everything that would be authorised (ambassador.md 12.1). */
export function planAuth(documents: readonly Checked[], module: ModuleDefaults, calls: Calls, findings: PlacedFinding[]): AuthPlan {
  const unusable = unusableOf(documents, "AuthService");
  for (const { origin } of unusable) findings.push(placed(origin, unusableGuard(origin.label)));
  const hasPolicies = documents.some(({ document }) => document.identity.kind === "FilterPolicy");
  const [first, ...others] = inLoadOrderOf<AuthSpec>(documents, "AuthService").filter((auth) => {
    const isSidecar = hasPolicies && auth.spec.service?.host === "127.0.0.1" && auth.spec.service.port === 8500;
    if (isSidecar) findings.push(placed(auth.origin, sidecar()));
    return !isSidecar;
  });
  if (unusable.length > 0) return closed;
  if (first === undefined) return off;
  const contrary = others.filter(({ spec }) => JSON.stringify(spec.settings) !== JSON.stringify(first.spec.settings));
  for (const other of contrary) findings.push(conflict(first, other));
  const callers = [first, ...others].map(callerOf);
  if (contrary.length > 0 || !areAll(callers)) return closed;
  return planFilter(first.spec.settings, callers, module, calls);
}

function callerOf({ origin, spec: { namespace, service, statsName, settings } }: Auth): Caller | undefined {
  return service === undefined ? undefined : { origin, namespace, service, statsName, tls: settings.tls, pointer: "/spec/auth_service" };
}

function areAll(callers: readonly (Caller | undefined)[]): callers is readonly [Caller, ...Caller[]] {
  return callers.every((caller) => caller !== undefined);
}

function planFilter(settings: AuthSettings, callers: readonly [Caller, ...Caller[]], module: ModuleDefaults, calls: Calls): AuthPlan {
  const { proto, responseHeaders, filter, circuitBreakers = module.circuitBreakers } = settings;
  const call = calls.of(callers, { role: "extauth", http2: proto === "grpc", circuitBreakers });
  if (call === undefined) return closed;
  const asked = proto === "grpc" ? grpc(settings, call) : http(settings, call, callers[0].service, module);
  const value = { ...asked, ...filter, clear_route_cache: true };
  return {
    state: "on",
    filters: [{ filter: "ext_authz", config: { type: "envoy.extensions.filters.http.ext_authz.v3.ExtAuthz", value } }],
    mayChangeProto: proto === "grpc" || responseHeaders.includes("x-forwarded-proto"),
  };
}

function grpc({ timeoutMs }: AuthSettings, call: Call): JsonObject {
  return { grpc_service: { ...grpcService(call), timeout: `${timeoutMs / 1000}s` }, transport_api_version: "V3" };
}

function http(settings: AuthSettings, { cluster }: Call, service: Service, module: ModuleDefaults): JsonObject {
  const { timeoutMs, pathPrefix, requestHeaders, responseHeaders, addedHeaders, linkerd = module.addLinkerdHeaders, tls } = settings;
  const scheme = tls === undefined ? (service.scheme ?? "http") : "https";
  const host = service.host.includes(":") ? `[${service.host}]` : service.host;
  const authority = `${host}:${service.port ?? (scheme === "https" ? 443 : 80)}`;
  const added = [...addedHeaders, ...(linkerd ? [{ key: "l5d-dst-override", value: authority }] : [])];
  return {
    http_service: {
      server_uri: { uri: `${scheme}://${authority}`, cluster, timeout: `${timeoutMs / 1000}s` },
      ...(pathPrefix === "" ? {} : { path_prefix: pathPrefix }),
      ...(added.length === 0 ? {} : { authorization_request: { headers_to_add: added } }),
      authorization_response: { allowed_upstream_headers: patterns(responseHeaders), allowed_client_headers: patterns(responseHeaders) },
    },
    allowed_headers: patterns(requestHeaders),
  };
}

function patterns(names: readonly string[]): JsonObject {
  return { patterns: names.map((exact) => ({ exact, ignore_case: true })) };
}

function conflict(first: Auth, other: Auth): PlacedFinding {
  const message = `${first.origin.label} asks in another way; what would be authorised answers 500`;
  return placed(other.origin, finding("ambassador/auth-conflict", "/spec", message, { fix: "let them differ in auth_service only" }), [
    { why: "other-definition", place: { origin: first.origin, pointer: "/spec", on: "value" } },
  ]);
}

function sidecar(): Finding {
  return finding("ambassador/edge-stack-sidecar", "/spec/auth_service", "the sidecar of Edge Stack is not asked; its policies are read");
}

/** What is said of a document that was to guard something and cannot be used. */
export function unusableGuard(label: string): Finding {
  return finding("ambassador/guard-unusable", "", `${label} cannot be used, so what it would guard is refused`);
}
