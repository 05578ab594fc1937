import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { isIp } from "../../model/ip.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { leaveOutBelow } from "../mistakes.ts";
import { readSpec } from "../schema.ts";
import type { LeftOutSpec } from "./left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "./read.ts";
import { type Selector, selectorSchema } from "./selector.ts";
import { type Stack, stackOf } from "./stack.ts";

/** Which requests of a Listener count as secure. */
export type SecurityModel = "XFP" | "SECURE" | "INSECURE";

/** What one Listener says. */
export interface ListenerSpec {
  readonly kind: "Listener";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly name: string;
  readonly loadKey: string;
  /** `undefined`: the fleet's. */
  readonly address: string | undefined;
  readonly port: number;
  readonly stack: Stack;
  readonly securityModel: SecurityModel;
  readonly l7Depth: number;
  readonly statsPrefix: string | undefined;
  readonly maxConcurrentStreams: number | undefined;
  /** Hosts of its own namespace only. */
  readonly ownNamespace: boolean;
  readonly selector: Selector | undefined;
}

const protocols = ["HTTP", "HTTPS", "HTTPPROXY", "HTTPSPROXY", "TCP", "TLS", "UDP"] as const;

/** `spec` of a Listener, as written. */
export const listenerSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  port: z.number().int().min(1).max(65535),
  protocol: z.enum(protocols).optional(),
  protocolStack: z.array(z.enum(["PROXY", "TLS", "HTTP", "TCP", "UDP"])).optional(),
  securityModel: z.enum(["XFP", "SECURE", "INSECURE"]),
  l7Depth: z.number().int().min(0).optional(),
  statsPrefix: z.string().optional(),
  http2MaxConcurrentStreams: z.number().int().min(1).max(2147483647).optional(),
  hostBinding: z.strictObject({
    namespace: z.strictObject({ from: z.enum(["SELF", "ALL"]) }).optional(),
    selector: selectorSchema.optional(),
  }),
  bind_address: z.string().optional(),
});

/** With only a part of these a Listener would be open to more than was meant: other Hosts, addresses or installations. */
const decisive = ["/spec/ambassador_id", "/spec/hostBinding", "/spec/bind_address"];

type Input = z.infer<typeof listenerSchema>;

/** Checks a Listener. */
export function checkListener(document: Document): Checked<ListenerSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(listenerSchema, document.value.spec ?? {}, {
    pointer: "/spec",
    unknownField: "warning",
  });
  const findings = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, [], spec);
}

function specOf(document: Document, input: Input, findings: Finding[]): ListenerSpec {
  const { namespace, name } = document.identity;
  const { hostBinding, bind_address: address } = input;
  const stack = stackOf(input.protocol, input.protocolStack, findings);
  if (hostBinding.namespace === undefined && hostBinding.selector === undefined) {
    findings.push(
      finding("document/missing-field", "/spec/hostBinding", "hostBinding needs namespace or selector", {
        fix: "write `namespace: {from: ALL}`",
      }),
    );
  }
  // An address that cannot be read is not dropped: the Listener would then be open on all of them.
  if (address !== undefined && !isIp(address)) {
    findings.push(
      finding("document/wrong-type", "/spec/bind_address", `bind_address: ${address} is no IP address`, { effect: "left-out" }),
    );
  }
  return {
    kind: "Listener",
    ids: idsOf(input.ambassador_id),
    namespace,
    name,
    loadKey: loadKeyOf(document),
    address,
    port: input.port,
    stack,
    securityModel: input.securityModel,
    l7Depth: input.l7Depth ?? 0,
    statsPrefix: input.statsPrefix === "" ? undefined : input.statsPrefix,
    maxConcurrentStreams: input.http2MaxConcurrentStreams,
    ownNamespace: hostBinding.namespace?.from === "SELF",
    selector: hostBinding.selector,
  };
}
