import { z } from "zod";
import type { Document } from "../../../document/document.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { leaveOutBelow } from "../../mistakes.ts";
import { object } from "../../object.ts";
import { readSpec } from "../../schema.ts";
import type { LeftOutSpec } from "../left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "../read.ts";
import { parseService, type Service } from "../service.ts";
import { badService } from "./calls.ts";
import { protocolVersion } from "./protocol-version.ts";

/** What one RateLimitService says. */
export interface RateLimitSpec {
  readonly kind: "RateLimitService";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly loadKey: string;
  /** `undefined`: it cannot be called, as if nobody answered. */
  readonly service: Service | undefined;
  readonly statsName: string | undefined;
  readonly tls: string | undefined;
  /** `undefined`: the Module's. */
  readonly domain: string | undefined;
  readonly timeoutMs: number;
  /** Requests are refused when nobody answers. */
  readonly deny: boolean;
  readonly resourceExhausted: boolean;
}

/** `spec` of a RateLimitService, as written. */
export const rateLimitServiceSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  service: z.string(),
  tls: z.string().optional(),
  stats_name: z.string().optional(),
  domain: z.string().min(1).optional(),
  timeout_ms: z.number().int().min(0).optional(),
  protocol_version: z.string().optional(),
  failure_mode_deny: z.boolean().optional(),
  grpc: z.strictObject({ use_resource_exhausted_code: z.boolean().optional() }).optional(),
});

/** With another value it would limit something else, or let through what it should not. */
const decisive = ["/spec/ambassador_id", "/spec/domain", "/spec/failure_mode_deny", "/spec/tls"];

/** Checks a RateLimitService. */
export function checkRateLimitService(document: Document): Checked<RateLimitSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(rateLimitServiceSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: z.infer<typeof rateLimitServiceSchema>, findings: Finding[]): RateLimitSpec {
  const outcome = input.failure_mode_deny ? "what has labels answers 500" : "nothing is limited";
  const service = parseService(input.service);
  if (service === undefined) findings.push(badService("/spec/service", input.service, outcome));
  const speaks = protocolVersion(input.protocol_version, "/spec/protocol_version", findings) !== undefined;
  if (input.grpc?.use_resource_exhausted_code)
    findings.push(
      finding("ambassador/resource-exhausted", "/spec/grpc/use_resource_exhausted_code", "gRPC clients get RESOURCE_EXHAUSTED", {
        on: "key",
      }),
    );
  return {
    kind: "RateLimitService",
    ids: idsOf(input.ambassador_id),
    namespace: document.identity.namespace,
    loadKey: loadKeyOf(document),
    service: speaks ? service : undefined,
    statsName: input.stats_name,
    tls: input.tls,
    domain: input.domain,
    timeoutMs: input.timeout_ms ?? 20,
    deny: input.failure_mode_deny ?? false,
    resourceExhausted: input.grpc?.use_resource_exhausted_code ?? false,
  };
}

/** Whether one that cannot be used was meant to refuse requests when nobody answers, and in which domain. */
export function wantedOf({ value }: Document): { readonly deny: boolean; readonly domain: string | undefined } {
  const { failure_mode_deny: deny, domain } = object(value.spec) ?? {};
  return { deny: deny !== undefined && deny !== false, domain: typeof domain === "string" && domain !== "" ? domain : undefined };
}
