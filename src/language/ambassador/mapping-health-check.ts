import { z } from "zod";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import type { Fragment } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { readSpec } from "../schema.ts";
import { durationMs } from "./duration.ts";
import { headerEdits } from "./headers.ts";

/** `envoy.config.core.v3.HealthCheck` in canonical JSON. */
export type HealthCheckSpec = JsonObject;

const headerEdit = z.union([z.string(), z.strictObject({ value: z.string(), append: z.boolean().optional() })]);
const threshold = z.number().int().min(1).max(0xffff_ffff).optional();
const status = z.number().int();
const schema = z.strictObject({
  timeout: z.string().optional(),
  interval: z.string().optional(),
  unhealthy_threshold: threshold,
  healthy_threshold: threshold,
  health_check: z.strictObject({
    http: z
      .strictObject({
        path: z.string().min(1),
        hostname: z.string().optional(),
        add_request_headers: z.record(z.string(), headerEdit).optional(),
        remove_request_headers: z.array(z.string()).optional(),
        expected_statuses: z.array(z.strictObject({ min: status, max: status })).optional(),
      })
      .optional(),
    grpc: z.strictObject({ upstream_name: z.string(), authority: z.string().optional() }).optional(),
  }),
});

type Input = z.infer<typeof schema>;

/** The health check of a Mapping's cluster: the first entry; Envoys before 1.40 refuse a cluster with several. */
export function healthChecksOf(entries: readonly JsonValue[], isGrpc: boolean, findings: Finding[]): HealthCheckSpec | undefined {
  const pointer = "/spec/health_checks";
  const [first, ...others] = entries;
  for (const i of others.keys())
    findings.push(finding("ambassador/health-check-multiple", `${pointer}/${i + 1}`, "only the first health check is made"));
  if (first === undefined) return undefined;
  const { spec, findings: said } = readSpec(schema, first, { pointer: `${pointer}/0`, unknownField: "warning" });
  findings.push(...said);
  return spec === undefined ? undefined : checkOf(spec, `${pointer}/0`, isGrpc, findings);
}

function checkOf(input: Input, pointer: string, isGrpc: boolean, findings: Finding[]): HealthCheckSpec | undefined {
  const { http, grpc } = input.health_check;
  if ((http === undefined) === (grpc === undefined)) {
    const message = "a health check is exactly one of http and grpc; it is dropped";
    findings.push(finding("document/bad-enum", `${pointer}/health_check`, message));
    return undefined;
  }
  if (grpc !== undefined && !isGrpc) {
    findings.push(notGrpc(`${pointer}/health_check/grpc`));
    return undefined;
  }
  return {
    timeout: time(input.timeout, 3000, `${pointer}/timeout`, findings),
    interval: time(input.interval, 5000, `${pointer}/interval`, findings),
    unhealthy_threshold: input.unhealthy_threshold ?? 2,
    healthy_threshold: input.healthy_threshold ?? 1,
    ...(http === undefined ? {} : { http_health_check: httpCheck(http, `${pointer}/health_check/http`, findings) }),
    ...(grpc === undefined
      ? {}
      : {
          grpc_health_check: {
            service_name: grpc.upstream_name,
            ...(grpc.authority === undefined ? {} : { authority: grpc.authority }),
          },
        }),
  };
}

/** The health check as a setting of its cluster. */
export function healthChecks(check: HealthCheckSpec): Fragment {
  return { type: "envoy.config.cluster.v3.Cluster", value: { health_checks: [check] } };
}

/** Envoy refuses a gRPC health check of a cluster without HTTP/2. */
export function notGrpc(pointer: string): Finding {
  return finding("ambassador/health-check-grpc", pointer, "a gRPC health check needs `grpc: true`; it is dropped", {
    fix: "add `grpc: true`, or check by http",
  });
}

function httpCheck(input: NonNullable<Input["health_check"]["http"]>, pointer: string, findings: Finding[]): JsonObject {
  const { add, remove } = headerEdits("request", input.add_request_headers, input.remove_request_headers, findings, pointer);
  const statuses = (input.expected_statuses ?? []).filter(({ min, max }, i) => {
    const good = min >= 100 && max <= 599 && min <= max;
    if (!good) {
      const message = `${min} to ${max} is no range of statuses from 100 to 599`;
      findings.push(finding("document/out-of-range", `${pointer}/expected_statuses/${i}`, message));
    }
    return good;
  });
  return {
    path: input.path,
    ...(input.hostname === undefined ? {} : { host: input.hostname }),
    ...(add.length === 0
      ? {}
      : {
          request_headers_to_add: add.map(({ name, value, append }) => ({
            header: { key: name, value },
            append_action: append ? "APPEND_IF_EXISTS_OR_ADD" : "OVERWRITE_IF_EXISTS_OR_ADD",
          })),
        }),
    ...(remove.length === 0 ? {} : { request_headers_to_remove: [...remove] }),
    // Envoy's ranges do not hold their end.
    ...(statuses.length === 0 ? {} : { expected_statuses: statuses.map(({ min, max }) => ({ start: String(min), end: String(max + 1) })) }),
  };
}

function time(text: string | undefined, otherwise: number, pointer: string, findings: Finding[]): string {
  const ms = text === undefined ? otherwise : durationMs(text);
  if (ms !== undefined && ms > 0) return `${ms / 1000}s`;
  const code = ms === undefined ? "document/bad-duration" : "document/out-of-range";
  findings.push(finding(code, pointer, `${text} is no duration above zero`, { fix: "write for example 250ms, 20s or 5m" }));
  return `${otherwise / 1000}s`;
}
