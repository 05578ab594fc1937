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
import { badService, type Calls, grpcService } from "./calls.ts";
import { inLoadOrderOf } from "./documents.ts";
import { protocolVersion } from "./protocol-version.ts";

/** What one LogService says. */
export interface LogSpec {
  readonly kind: "LogService";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly loadKey: string;
  /** `undefined`: it cannot be called, and is left out. */
  readonly service: Service | undefined;
  readonly statsName: string | undefined;
  readonly driver: "http" | "tcp";
  /** `CommonGrpcAccessLogConfig` without whom it calls. */
  readonly common: JsonObject;
  /** The rest of an `HttpGrpcAccessLogConfig`. */
  readonly headers: JsonObject;
}

/** `spec` of a LogService, as written. */
export const logServiceSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  service: z.string(),
  driver: z.enum(["http", "tcp"]),
  driver_config: z
    .strictObject({
      additional_log_headers: z
        .array(
          z.strictObject({
            header_name: z.string().min(1),
            during_request: z.boolean().optional(),
            during_response: z.boolean().optional(),
            during_trailer: z.boolean().optional(),
          }),
        )
        .optional(),
    })
    .optional(),
  flush_interval_time: z.number().int().min(1).max(315_576_000_000).optional(),
  flush_interval_byte_size: z.number().int().min(0).max(4294967295).optional(),
  protocol_version: z.string().optional(),
  grpc: z.boolean().optional(),
  stats_name: z.string().optional(),
});

type Input = z.infer<typeof logServiceSchema>;

/** Checks a LogService. */
export function checkLogService(document: Document): Checked<LogSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(logServiceSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings = leaveOutBelow(said, ["/spec/ambassador_id"]);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: Input, findings: Finding[]): LogSpec {
  const service = parseService(input.service);
  if (service === undefined) findings.push(badService("/spec/service", input.service, "nothing is sent to it"));
  const speaks = protocolVersion(input.protocol_version, "/spec/protocol_version", findings) !== undefined;
  if (input.grpc !== true)
    findings.push(finding("ambassador/log-grpc", "/spec", "logs are sent by gRPC, whatever grpc says", { fix: "write `grpc: true`" }));
  return {
    kind: "LogService",
    ids: idsOf(input.ambassador_id),
    namespace: document.identity.namespace,
    loadKey: loadKeyOf(document),
    service: speaks ? service : undefined,
    statsName: input.stats_name,
    driver: input.driver,
    common: {
      log_name: document.identity.name,
      transport_api_version: "V3",
      buffer_flush_interval: `${input.flush_interval_time ?? 1}s`,
      buffer_size_bytes: input.flush_interval_byte_size ?? 16384,
    },
    headers: headersOf(input, findings),
  };
}

function headersOf({ driver, driver_config: config }: Input, findings: Finding[]): JsonObject {
  const listed = config?.additional_log_headers ?? [];
  if (driver === "tcp") {
    const pointer = "/spec/driver_config/additional_log_headers";
    if (listed.length > 0)
      findings.push(finding("document/bad-enum", pointer, "there are no headers on the driver tcp", { on: "key", fix: "remove them" }));
    return {};
  }
  const during = (when: "during_request" | "during_response" | "during_trailer", field: string): JsonObject => {
    const names = listed.filter((header) => header[when] ?? true).map((header) => header.header_name);
    return names.length === 0 ? {} : { [field]: names };
  };
  return {
    ...during("during_request", "additional_request_headers_to_log"),
    ...during("during_response", "additional_response_headers_to_log"),
    ...during("during_trailer", "additional_response_trailers_to_log"),
  };
}

/** The access logs that are sent, in load order; a service that cannot be called is left out (ambassador.md 12.3). */
export function planLogs(documents: readonly Checked[], calls: Calls): JsonObject[] {
  return inLoadOrderOf<LogSpec>(documents, "LogService").flatMap(({ origin, spec }) => {
    const { namespace, service, statsName, driver, common, headers } = spec;
    if (service === undefined) return [];
    const call = calls.of([{ origin, namespace, service, statsName, pointer: "/spec/service" }], { role: "logging", http2: true });
    if (call === undefined) return [];
    const type = driver === "http" ? "HttpGrpcAccessLogConfig" : "TcpGrpcAccessLogConfig";
    const common_config = { ...common, grpc_service: grpcService(call) };
    return [
      {
        name: `envoy.access_loggers.${driver}_grpc`,
        typed_config: { "@type": `type.googleapis.com/envoy.extensions.access_loggers.grpc.v3.${type}`, common_config, ...headers },
      },
    ];
  });
}
