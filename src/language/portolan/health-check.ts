import { z } from "zod";
import { type Finding, finding } from "../../problem/finding.ts";
import type { HealthCheck } from "../service-addresses.ts";
import { milliseconds } from "./duration.ts";

// What Envoy takes for a header value (HTTP_HEADER_VALUE), without blanks.
const headerValue = z.string().regex(/^[\x21-\x7e]+$/);
const threshold = z.number().int().min(1).max(0xffff_ffff);

/** `healthCheck` of an Upstream, as written. */
export const healthCheckSchema = z.strictObject({
  http: z
    .strictObject({
      path: z.string(),
      host: headerValue.optional(),
      expectedStatuses: z.array(z.string()).optional(),
    })
    .optional(),
  grpc: z.strictObject({ service: z.string().optional() }).optional(),
  tcp: z.strictObject({}).optional(),
  interval: z.string().optional(),
  timeout: z.string().optional(),
  unhealthy: threshold.optional(),
  healthy: threshold.optional(),
});

type Input = z.infer<typeof healthCheckSchema>;

/** What a health check says, with its defaults (delivery.md 10.4); `undefined`, with a finding, for one that cannot be made. */
export function readHealthCheck(input: Input, findings: Finding[]): HealthCheck | undefined {
  const kinds = (["http", "grpc", "tcp"] as const).filter((kind) => input[kind] !== undefined);
  if (kinds.length !== 1) {
    findings.push(finding("document/bad-enum", "/spec/healthCheck", "a health check is exactly one of http, grpc and tcp; it is dropped"));
    return undefined;
  }
  if (input.http !== undefined && !/^\/[\x21-\x7e]*$/.test(input.http.path)) {
    findings.push(
      finding(
        "document/wrong-type",
        "/spec/healthCheck/http/path",
        "healthCheck.http.path: expected a path that begins with /; the check is dropped",
      ),
    );
    return undefined;
  }
  return {
    kind: kindOf(input, findings),
    intervalMs: readTime(input, "interval", 10_000, findings),
    timeoutMs: readTime(input, "timeout", 2_000, findings),
    unhealthy: input.unhealthy ?? 3,
    healthy: input.healthy ?? 2,
  };
}

function kindOf({ http, grpc }: Input, findings: Finding[]): HealthCheck["kind"] {
  if (http !== undefined) return { http: readHttp(http, findings) };
  if (grpc === undefined) return { tcp: true };
  return { grpc: grpc.service === undefined ? {} : { service: grpc.service } };
}

function readHttp({ path, host, expectedStatuses }: NonNullable<Input["http"]>, findings: Finding[]) {
  const statuses = (expectedStatuses ?? []).flatMap((text, i) => {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(text);
    const [start, end] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match !== null && start >= 100 && end <= 599 && start <= end) return [{ start, end }];
    findings.push(
      finding(
        "document/out-of-range",
        `/spec/healthCheck/http/expectedStatuses/${i}`,
        `${JSON.stringify(text)} is no status or range of statuses from 100 to 599`,
      ),
    );
    return [];
  });
  return {
    path,
    ...(host === undefined ? {} : { host }),
    expectedStatuses: statuses.length === 0 ? [{ start: 200, end: 299 }] : statuses,
  };
}

function readTime(input: Input, field: "interval" | "timeout", otherwise: number, findings: Finding[]): number {
  const text = input[field];
  if (text === undefined) return otherwise;
  const ms = milliseconds(text);
  if (ms !== undefined && ms > 0) return ms;
  findings.push(
    finding("document/bad-duration", `/spec/healthCheck/${field}`, `${JSON.stringify(text)} is no duration above zero`, {
      fix: "write for example 250ms, 20s or 5m",
    }),
  );
  return otherwise;
}
