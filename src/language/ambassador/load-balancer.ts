import { z } from "zod";
import type { JsonObject } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { durationMs } from "./duration.ts";

/** `load_balancer` of a Mapping or of the Module, as written. */
export const loadBalancerSchema = z.strictObject({
  policy: z.enum(["round_robin", "least_request", "ring_hash", "maglev"]),
  cookie: z.strictObject({ name: z.string().min(1), path: z.string().optional(), ttl: z.string().optional() }).optional(),
  header: z.string().min(1).optional(),
  source_ip: z.boolean().optional(),
});

/** How requests are spread over the endpoints. */
export interface LoadBalancer {
  readonly policy: "round_robin" | "least_request" | "ring_hash" | "maglev";
  /** `RouteAction.HashPolicy` of the policies that hash. */
  readonly hash?: JsonObject | undefined;
}

/** Reads a load balancer (ambassador.md 3.2); one that hashes needs exactly one thing to hash, and is round robin without. */
export function loadBalancerOf(input: z.infer<typeof loadBalancerSchema>, pointer: string, findings: Finding[]): LoadBalancer {
  const { policy, cookie, header, source_ip: sourceIp } = input;
  if (policy === "round_robin" || policy === "least_request") return { policy };
  const keys: JsonObject[] = [
    ...(cookie === undefined ? [] : [{ cookie: cookieOf(cookie, `${pointer}/cookie`, findings) }]),
    ...(header === undefined ? [] : [{ header: { header_name: header } }]),
    ...(sourceIp ? [{ connection_properties: { source_ip: true } }] : []),
  ];
  const [hash] = keys;
  if (keys.length === 1) return { policy, hash };
  const message = `${policy} needs exactly one of cookie, header and source_ip: true; round_robin is used`;
  findings.push(finding("ambassador/bad-load-balancer", pointer, message));
  return { policy: "round_robin" };
}

type Cookie = NonNullable<z.infer<typeof loadBalancerSchema>["cookie"]>;

function cookieOf({ name, path, ttl }: Cookie, pointer: string, findings: Finding[]): JsonObject {
  const ms = ttl === undefined ? undefined : durationMs(ttl);
  if (ttl !== undefined && (ms === undefined || ms < 0)) {
    const code = ms === undefined ? "document/bad-duration" : "document/out-of-range";
    findings.push(finding(code, `${pointer}/ttl`, `ttl: ${ttl} is no duration`, { fix: "write a number with ms, s, m or h" }));
  }
  return {
    name,
    ...(path === undefined ? {} : { path }),
    ...(ms === undefined || ms < 0 ? {} : { ttl: `${ms / 1000}s` }),
  };
}
