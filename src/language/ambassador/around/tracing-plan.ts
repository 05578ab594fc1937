import type { JsonObject } from "../../../model/json.ts";
import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { object } from "../../object.ts";
import { type Call, type Calls, grpcService } from "./calls.ts";
import { inLoadOrderOf } from "./documents.ts";
import type { TracingSpec } from "./tracing-service.ts";

/** `tracing` of every connection manager, of the first TracingService that there is; `undefined` without one (ambassador.md 12.4). */
export function planTracing(documents: readonly Checked[], calls: Calls, findings: PlacedFinding[]): JsonObject | undefined {
  const [first, ...others] = inLoadOrderOf<TracingSpec>(documents, "TracingService");
  for (const other of others)
    findings.push(placed(other.origin, finding("ambassador/duplicate-tracing", "", `${first?.origin.label} traces`)));
  // Envoy refuses a tracer whose cluster does not exist.
  if (first?.spec.service === undefined) return undefined;
  const { namespace, service, statsName, driver, tracing } = first.spec;
  const call = calls.of([{ origin: first.origin, namespace, service, statsName, pointer: "/spec/service" }], {
    role: "tracing",
    http2: driver === "opentelemetry",
  });
  if (call === undefined) return undefined;
  return { spawn_upstream_span: true, ...tracing, provider: provider(first.spec, call) };
}

/** Whether requests are traced to DataDog, whose identifiers an access log then holds. */
export function tracesToDatadog(tracing: JsonObject | undefined): boolean {
  return object(tracing?.provider)?.name === "envoy.tracers.datadog";
}

function provider({ driver, config }: TracingSpec, call: Call): JsonObject {
  if (driver === "datadog")
    return typed("datadog", "DatadogConfig", {
      collector_cluster: call.cluster,
      collector_hostname: call.authority,
      service_name: config.service_name ?? "ambassador",
    });
  if (driver === "opentelemetry") {
    return typed("opentelemetry", "OpenTelemetryConfig", {
      grpc_service: grpcService(call),
      service_name: config.service_name ?? "ambassador",
    });
  }
  const { collector_endpoint = "/api/v2/spans", collector_endpoint_version = "HTTP_JSON", trace_id_128bit = true } = config;
  return typed("zipkin", "ZipkinConfig", {
    collector_cluster: call.cluster,
    collector_endpoint,
    collector_endpoint_version,
    trace_id_128bit,
    collector_hostname: config.collector_hostname ?? call.authority,
    ...(config.shared_span_context === undefined ? {} : { shared_span_context: config.shared_span_context }),
  });
}

function typed(name: string, message: string, config: JsonObject): JsonObject {
  return { name: `envoy.tracers.${name}`, typed_config: { "@type": `type.googleapis.com/envoy.config.trace.v3.${message}`, ...config } };
}
