import { z } from "zod";
import type { Document } from "../../../document/document.ts";
import { isIp } from "../../../model/ip.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { leaveOutBelow } from "../../mistakes.ts";
import { readSpec } from "../../schema.ts";
import { readService, weightOf } from "../action.ts";
import { clusterFieldsOf } from "../cluster-fields.ts";
import type { LeftOutSpec } from "../left-out.ts";
import type { MappingSpec } from "../mapping-spec.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "../read.ts";
import { sniOf } from "../tls/sni.ts";

/** What one TCPMapping says. */
export interface TcpMappingSpec
  extends Pick<MappingSpec, "namespace" | "cluster" | "loadBalancer" | "shadow" | "service" | "tls" | "resolver" | "weight"> {
  readonly kind: "TCPMapping";
  readonly ids: readonly string[];
  readonly loadKey: string;
  readonly port: number;
  /** `undefined`: the fleet's. */
  readonly address: string | undefined;
  /** Name that clients ask for by TLS; `undefined`: TLS is not terminated. */
  readonly host: string | undefined;
  /** Milliseconds. */
  readonly idleTimeoutMs: number | undefined;
}

/** A TCPMapping that can be planned. */
export type TcpMapping = Checked<TcpMappingSpec> & { readonly spec: TcpMappingSpec };

/** `spec` of a TCPMapping, as written. */
export const tcpMappingSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  port: z.number().int().min(1).max(65535),
  host: z.string().optional(),
  address: z.string().optional(),
  service: z.string(),
  tls: z.string().optional(),
  resolver: z.string().optional(),
  circuit_breakers: z.array(z.json()).optional(),
  enable_ipv4: z.boolean().optional(),
  enable_ipv6: z.boolean().optional(),
  cluster_tag: z.string().optional(),
  stats_name: z.string().min(1).optional(),
  weight: z.number().int().optional(),
  idle_timeout_ms: z.number().int().min(0).optional(),
  v2ExplicitTLS: z.unknown().optional(),
});

/** With only a part of these it would listen elsewhere, or without TLS. */
const decisive = ["/spec/ambassador_id", "/spec/host", "/spec/address"];

type Input = z.infer<typeof tcpMappingSchema>;

/** Checks a TCPMapping (ambassador.md 8). */
export function checkTcpMapping(document: Document): Checked<TcpMappingSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(tcpMappingSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: Input, findings: Finding[]): TcpMappingSpec {
  const { address } = input;
  const host = input.host === undefined || input.host === "" ? undefined : input.host.toLowerCase();
  if (host !== undefined && (sniOf(host) !== host || host === "*")) {
    findings.push(finding("ambassador/bad-hostname-glob", "/spec/host", `${host}: expected a name or *.rest`));
  }
  if (address !== undefined && !isIp(address)) {
    findings.push(finding("document/wrong-type", "/spec/address", `address: ${address} is no IP address`, { effect: "left-out" }));
  }
  for (const field of ["idle_timeout_ms", "stats_name"] as const) {
    if (input[field] !== undefined)
      findings.push(finding("ambassador/tcp-fields", `/spec/${field}`, `${field} is served; Emissary drops it`, { on: "key" }));
  }
  return {
    kind: "TCPMapping",
    ids: idsOf(input.ambassador_id),
    namespace: document.identity.namespace,
    loadKey: loadKeyOf(document),
    port: input.port,
    address,
    host,
    idleTimeoutMs: input.idle_timeout_ms,
    weight: weightOf(input.weight, findings),
    cluster: clusterFieldsOf(input, findings),
    loadBalancer: undefined,
    shadow: false,
    service: readService(input.service, findings),
    tls: input.tls === "" ? undefined : input.tls,
    resolver: input.resolver,
  };
}
