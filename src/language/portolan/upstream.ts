import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { readSpec } from "../schema.ts";
import type { HealthCheck, ServiceAddress, ServiceAddresses } from "../service-addresses.ts";
import { milliseconds } from "./duration.ts";

const duration = z.string();
const healthCheckSchema = z.strictObject({
  http: z.strictObject({ path: z.string(), host: z.string().optional(), expectedStatuses: z.array(z.string()).optional() }).optional(),
  grpc: z.strictObject({ service: z.string().optional() }).optional(),
  tcp: z.strictObject({}).optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  unhealthy: z.number().int().min(1).optional(),
  healthy: z.number().int().min(1).optional(),
});

const schema = z.strictObject({
  addresses: z.array(z.union([z.string(), z.strictObject({ address: z.string(), zone: z.string().optional() })])).min(1),
  healthCheck: healthCheckSchema.optional(),
});

/** Checks an Upstream (delivery.md 10.4). */
export function checkUpstream(document: Document, origin: Origin): Checked<ServiceAddresses> {
  const base = { document, origin, labels: {} };
  const { spec: input, findings: said } = readSpec(schema, document.value.spec ?? {}, { pointer: "/spec", unknownField: "error" });
  const findings: Finding[] = [...said];
  if (input === undefined) return { ...base, findings };
  const addresses = new Map<string, ServiceAddress>();
  for (const [i, written] of input.addresses.entries()) {
    const { address, zone } = typeof written === "string" ? { address: written, zone: undefined } : written;
    const read = parseAddress(address);
    if (read === undefined) {
      const pointer = `/spec/addresses/${i}${typeof written === "string" ? "" : "/address"}`;
      findings.push(
        finding("document/wrong-type", pointer, `${address}: expected host:port`, {
          effect: "left-out",
          fix: "write an IP address or DNS name, a colon, and a port",
        }),
      );
    } else if (!addresses.has(address)) addresses.set(address, { ...read, ...(zone === undefined ? {} : { zone }) });
  }
  const healthCheck = input.healthCheck === undefined ? undefined : readHealthCheck(input.healthCheck, findings);
  const spec: ServiceAddresses = { addresses: [...addresses.values()], ...(healthCheck === undefined ? {} : { healthCheck }) };
  const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
  return { ...base, ...(leftOut ? {} : { spec }), findings };
}

/** Reads `host:port`, IPv6 in brackets; `undefined` if it is none. */
function parseAddress(text: string): ServiceAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port < 1 || port > 65535) return undefined;
  if (match?.[1] !== undefined) return ipaddr.IPv6.isValid(host) ? { host, port, ip: true } : undefined;
  if (ipaddr.IPv4.isValidFourPartDecimal(host)) return { host, port, ip: true };
  const isName =
    /^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?)*\.?$/.test(host) && !/^[\d.]+$/.test(host);
  return isName ? { host: host.toLowerCase(), port, ip: false } : undefined;
}

function readHealthCheck(input: z.infer<typeof healthCheckSchema>, findings: Finding[]): HealthCheck | undefined {
  const kinds = (["http", "grpc", "tcp"] as const).filter((kind) => input[kind] !== undefined);
  if (kinds.length !== 1) {
    findings.push(finding("document/bad-enum", "/spec/healthCheck", "a health check is exactly one of http, grpc and tcp; it is dropped"));
    return undefined;
  }
  const time = (field: "interval" | "timeout", otherwise: number): number => {
    const text = input[field];
    const ms = text === undefined ? otherwise : milliseconds(text);
    if (ms !== undefined && ms > 0) return ms;
    findings.push(
      finding("document/bad-duration", `/spec/healthCheck/${field}`, `${text} is no duration`, {
        fix: "write for example 250ms, 20s or 5m",
      }),
    );
    return otherwise;
  };
  const statuses = (input.http?.expectedStatuses ?? []).flatMap((text, i) => {
    const match = /^(\d{3})(?:-(\d{3}))?$/.exec(text);
    const [start, end] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match !== null && start >= 100 && end <= 599 && start <= end) return [{ start, end }];
    findings.push(
      finding("document/out-of-range", `/spec/healthCheck/http/expectedStatuses/${i}`, `${text} is no range of statuses from 100 to 599`),
    );
    return [];
  });
  const { http, grpc } = input;
  const kind =
    http !== undefined
      ? { http: { path: http.path, ...(http.host === undefined ? {} : { host: http.host }), expectedStatuses: statuses } }
      : grpc !== undefined
        ? { grpc: { service: grpc.service ?? "" } }
        : { tcp: true as const };
  return {
    kind,
    intervalMs: time("interval", 10_000),
    timeoutMs: time("timeout", 2_000),
    unhealthy: input.unhealthy ?? 3,
    healthy: input.healthy ?? 2,
  };
}
