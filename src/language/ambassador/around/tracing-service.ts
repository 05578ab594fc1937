import { z } from "zod";
import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { leaveOutBelow } from "../../mistakes.ts";
import { readSpec } from "../../schema.ts";
import type { LeftOutSpec } from "../left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "../read.ts";
import { parseService, type Service } from "../service.ts";
import { badService } from "./calls.ts";

/** What one TracingService says. */
export interface TracingSpec {
  readonly kind: "TracingService";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly loadKey: string;
  /** `undefined`: it cannot be called, and is left out. */
  readonly service: Service | undefined;
  readonly statsName: string | undefined;
  readonly driver: "zipkin" | "datadog" | "opentelemetry";
  readonly config: TracingConfig;
  /** The rest of `HttpConnectionManager.Tracing`: sampling and tags. */
  readonly tracing: JsonObject;
}

/** Settings of zipkin. */
export interface TracingConfig {
  readonly collector_endpoint?: string | undefined;
  readonly collector_endpoint_version?: "HTTP_JSON" | "HTTP_PROTO" | undefined;
  readonly collector_hostname?: string | undefined;
  readonly trace_id_128bit?: boolean | undefined;
  readonly shared_span_context?: boolean | undefined;
  readonly service_name?: string | undefined;
}

const percent = z.number().int().min(0).max(100).optional();
const named = z.strictObject({ name: z.string().min(1), default_value: z.string().optional() });
const tag = z.strictObject({
  tag: z.string().min(1),
  literal: z.strictObject({ value: z.string().min(1) }).optional(),
  environment: named.optional(),
  request_header: named.optional(),
});

/** `spec` of a TracingService, as written. */
export const tracingServiceSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  service: z.string(),
  driver: z.enum(["zipkin", "datadog", "opentelemetry", "lightstep"]),
  sampling: z.strictObject({ client: percent, random: percent, overall: percent }).optional(),
  custom_tags: z.array(tag).optional(),
  tag_headers: z.array(z.string().min(1)).optional(),
  stats_name: z.string().optional(),
  config: z
    .strictObject({
      collector_endpoint: z.string().min(1).optional(),
      collector_endpoint_version: z.enum(["HTTP_JSON", "HTTP_PROTO"]).optional(),
      collector_hostname: z.string().optional(),
      trace_id_128bit: z.boolean().optional(),
      shared_span_context: z.boolean().optional(),
      service_name: z.string().min(1).optional(),
      collector_cluster: z.json().optional(),
      access_token_file: z.json().optional(),
      propagation_modes: z.json().optional(),
    })
    .optional(),
});

type Input = z.infer<typeof tracingServiceSchema>;

/** Checks a TracingService. */
export function checkTracingService(document: Document): Checked<TracingSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(tracingServiceSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings = leaveOutBelow(said, ["/spec/ambassador_id"]);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: Input, findings: Finding[]): TracingSpec | undefined {
  if (input.driver === "lightstep") {
    findings.push(
      finding("ambassador/removed-driver", "/spec/driver", "Envoy has no driver lightstep any more", {
        fix: "write `driver: opentelemetry`",
      }),
    );
    return undefined;
  }
  const service = parseService(input.service);
  if (service === undefined) findings.push(badService("/spec/service", input.service, "nothing is traced"));
  for (const key of ["collector_cluster", "access_token_file", "propagation_modes"] as const) {
    if (input.config?.[key] === undefined) continue;
    findings.push(finding("ambassador/dead-field", `/spec/config/${key}`, `${key} has no effect`, { on: "key", fix: "remove it" }));
  }
  const tags = tagsOf(input, findings);
  return {
    kind: "TracingService",
    ids: idsOf(input.ambassador_id),
    namespace: document.identity.namespace,
    loadKey: loadKeyOf(document),
    service,
    statsName: input.stats_name,
    driver: input.driver,
    config: input.config ?? {},
    tracing: { ...samplingOf(input), ...(tags.length === 0 ? {} : { custom_tags: tags }) },
  };
}

function samplingOf({ sampling = {} }: Input): JsonObject {
  const share = (key: "client" | "random" | "overall") =>
    sampling[key] === undefined ? {} : { [`${key}_sampling`]: { value: sampling[key] } };
  return { ...share("client"), ...share("random"), ...share("overall") };
}

function tagsOf({ custom_tags: tags, tag_headers: headers }: Input, findings: Finding[]): JsonObject[] {
  if (headers !== undefined)
    findings.push(
      finding("document/deprecated-field", "/spec/tag_headers", "tag_headers is deprecated", { on: "key", fix: "write custom_tags" }),
    );
  if (tags === undefined) return (headers ?? []).map((name) => ({ tag: name, request_header: { name } }));
  return tags.filter((one, i) => {
    const kinds = [one.literal, one.environment, one.request_header].filter((kind) => kind !== undefined);
    if (kinds.length === 1) return true;
    const message = `a tag has one of literal, environment and request_header, not ${kinds.length}; it is dropped`;
    findings.push(finding("document/bad-enum", `/spec/custom_tags/${i}`, message));
    return false;
  });
}
