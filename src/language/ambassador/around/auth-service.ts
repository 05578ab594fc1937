import { z } from "zod";
import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { byCodePoint } from "../../../problem/order.ts";
import type { Checked } from "../../language.ts";
import { leaveOutBelow } from "../../mistakes.ts";
import { readSpec } from "../../schema.ts";
import { type CircuitBreaker, circuitBreakersOf } from "../cluster-fields.ts";
import type { LeftOutSpec } from "../left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "../read.ts";
import { parseService, type Service } from "../service.ts";
import { badService } from "./calls.ts";
import { protocolVersion } from "./protocol-version.ts";
import { statusCodes } from "./status.ts";

/** What one AuthService says. */
export interface AuthSpec {
  readonly kind: "AuthService";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly loadKey: string;
  /** `undefined`: it cannot be called, so everything is refused. */
  readonly service: Service | undefined;
  readonly statsName: string | undefined;
  /** Everything but whom it calls: AuthServices that are equal in this share the traffic. */
  readonly settings: AuthSettings;
}

/** How it is asked. */
export interface AuthSettings {
  readonly tls: string | undefined;
  readonly proto: "http" | "grpc";
  /** `undefined`: those of the Module. */
  readonly circuitBreakers: readonly CircuitBreaker[] | undefined;
  readonly timeoutMs: number;
  readonly pathPrefix: string;
  /** Lower case, sorted. */
  readonly requestHeaders: readonly string[];
  readonly responseHeaders: readonly string[];
  /** `HeaderValue` messages. */
  readonly addedHeaders: readonly JsonObject[];
  readonly linkerd: boolean | undefined;
  /** The rest of the `ExtAuthz` message. */
  readonly filter: JsonObject;
}

/** `spec` of an AuthService, as written. */
export const authServiceSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  auth_service: z.string(),
  tls: z.string().optional(),
  stats_name: z.string().optional(),
  circuit_breakers: z.array(z.json()).optional(),
  proto: z.enum(["http", "grpc"]).optional(),
  protocol_version: z.string().optional(),
  timeout_ms: z.number().int().min(0).optional(),
  path_prefix: z.string().optional(),
  allowed_request_headers: z.array(z.string().min(1)).optional(),
  allowed_authorization_headers: z.array(z.string().min(1)).optional(),
  add_auth_headers: z
    .record(z.string(), z.union([z.string(), z.strictObject({ value: z.string() }).transform(({ value }) => value)]))
    .optional(),
  add_linkerd_headers: z.boolean().optional(),
  include_body: z.strictObject({ max_bytes: z.number().int().min(1).max(4294967295), allow_partial: z.boolean() }).optional(),
  allow_request_body: z.boolean().optional(),
  failure_mode_allow: z.boolean().optional(),
  status_on_error: z.strictObject({ code: z.number().int() }).optional(),
});

type Input = z.infer<typeof authServiceSchema>;

const alwaysAsked = `authorization cookie from proxy-authorization user-agent x-forwarded-for x-forwarded-host x-forwarded-proto`.split(
  " ",
);
const alwaysAnswered = `location authorization proxy-authenticate set-cookie www-authenticate`.split(" ");

/** Without these it would be another one's, or ask somebody else in another way. */
const decisive = ["/spec/ambassador_id", "/spec/proto", "/spec/tls"];

/** Checks an AuthService. */
export function checkAuthService(document: Document): Checked<AuthSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(authServiceSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: Input, findings: Finding[]): AuthSpec {
  const { proto = "http" } = input;
  const outcome = "what would be authorised answers 500";
  const service = parseService(input.auth_service);
  if (service === undefined) findings.push(badService("/spec/auth_service", input.auth_service, outcome));
  const speaks = proto === "http" || protocolVersion(input.protocol_version, "/spec/protocol_version", findings) !== undefined;
  return {
    kind: "AuthService",
    ids: idsOf(input.ambassador_id),
    namespace: document.identity.namespace,
    loadKey: loadKeyOf(document),
    service: speaks ? service : undefined,
    statsName: input.stats_name,
    settings: {
      tls: input.tls,
      proto,
      circuitBreakers: input.circuit_breakers && circuitBreakersOf(input.circuit_breakers, "/spec/circuit_breakers", findings),
      timeoutMs: input.timeout_ms ?? 5000,
      pathPrefix: pathPrefix(input.path_prefix, findings),
      requestHeaders: names(alwaysAsked, input.allowed_request_headers),
      responseHeaders: names(alwaysAnswered, input.allowed_authorization_headers),
      addedHeaders: Object.entries(input.add_auth_headers ?? {})
        .map(([key, value]) => ({ key, value }))
        .sort((a, b) => byCodePoint(a.key, b.key)),
      linkerd: input.add_linkerd_headers,
      filter: { ...requestBody(input), ...onError(input, findings) },
    },
  };
}

function names(always: readonly string[], more: readonly string[] = []): readonly string[] {
  return [...new Set([...always, ...more.map((name) => name.toLowerCase())])].sort(byCodePoint);
}

function pathPrefix(prefix: string | undefined, findings: Finding[]): string {
  if (prefix === undefined || prefix === "" || prefix.startsWith("/")) return prefix ?? "";
  const fix = `write /${prefix}`;
  findings.push(finding("ambassador/auth-path-prefix", "/spec/path_prefix", `${prefix} is taken for /${prefix}`, { fix }));
  return `/${prefix}`;
}

function requestBody({ include_body: body, allow_request_body: simple }: Input): JsonObject {
  if (body !== undefined) return { with_request_body: { max_request_bytes: body.max_bytes, allow_partial_message: body.allow_partial } };
  return simple ? { with_request_body: { max_request_bytes: 4096, allow_partial_message: true } } : {};
}

function onError({ failure_mode_allow: allow, status_on_error: status }: Input, findings: Finding[]): JsonObject {
  const isKnown = status !== undefined && statusCodes.has(status.code);
  if (status !== undefined && !isKnown)
    findings.push(finding("document/out-of-range", "/spec/status_on_error/code", `${status.code} is no status that Envoy answers with`));
  return { ...(allow ? { failure_mode_allow: true } : {}), ...(isKnown ? { status_on_error: { code: status.code } } : {}) };
}
