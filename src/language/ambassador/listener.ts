import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { readSpec } from "../schema.ts";
import { idsOf, labelsOf, originOf } from "./read.ts";
import { type Selector, selectorSchema } from "./selector.ts";

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
  readonly securityModel: SecurityModel;
  readonly l7Depth: number;
  readonly statsPrefix: string | undefined;
  readonly maxConcurrentStreams: number | undefined;
  /** Hosts of its own namespace only. */
  readonly ownNamespace: boolean;
  readonly selector: Selector | undefined;
}

const protocols = ["HTTP", "HTTPS", "HTTPPROXY", "HTTPSPROXY", "TCP", "TLS", "UDP"] as const;

const schema = z.strictObject({
  ambassador_id: z.array(z.string()).optional(),
  port: z.number().int().min(1).max(65535),
  protocol: z.enum(protocols).optional(),
  protocolStack: z.array(z.enum(["PROXY", "TLS", "HTTP", "TCP", "UDP"])).optional(),
  securityModel: z.enum(["XFP", "SECURE", "INSECURE"]),
  l7Depth: z.number().int().min(0).optional(),
  statsPrefix: z.string().optional(),
  http2MaxConcurrentStreams: z.number().int().min(1).max(2147483647).optional(),
  hostBinding: z.strictObject({
    namespace: z.strictObject({ from: z.enum(["SELF", "ALL"]).optional() }).optional(),
    selector: selectorSchema.optional(),
  }),
  bind_address: z.string().optional(),
});

type Input = z.infer<typeof schema>;

/** Checks a Listener. */
export function checkListener(document: Document): Checked<ListenerSpec> {
  const base = { document, origin: originOf(document), labels: labelsOf(document) };
  const { spec: input, findings: said } = readSpec(schema, document.value.spec ?? {}, { pointer: "/spec", unknownField: "warning" });
  const findings: Finding[] = [...said];
  if (input === undefined) return { ...base, findings };
  checkStack(input, findings);
  const { hostBinding } = input;
  if (hostBinding.namespace === undefined && hostBinding.selector === undefined) {
    findings.push(
      finding("document/missing-field", "/spec/hostBinding", "hostBinding needs namespace or selector", {
        fix: "write `namespace: {from: ALL}`",
      }),
    );
  }
  if (input.bind_address !== undefined && !ipaddr.isValid(input.bind_address)) {
    findings.push(
      finding("document/wrong-type", "/spec/bind_address", `bind_address: ${input.bind_address} is no IP address`, { effect: "left-out" }),
    );
  }
  const { namespace, name } = document.identity;
  const spec: ListenerSpec = {
    kind: "Listener",
    ids: idsOf(input.ambassador_id),
    namespace,
    name,
    loadKey: `${name}.${namespace}`,
    address: input.bind_address,
    port: input.port,
    securityModel: input.securityModel,
    l7Depth: input.l7Depth ?? 0,
    statsPrefix: input.statsPrefix,
    maxConcurrentStreams: input.http2MaxConcurrentStreams,
    ownNamespace: hostBinding.namespace?.from === "SELF",
    selector: hostBinding.selector,
  };
  const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
  return { ...base, ...(leftOut ? {} : { spec }), findings };
}

/** HTTP over TCP is served; other stacks are not yet, or make no sense. */
function checkStack({ protocol, protocolStack: stack }: Input, findings: Finding[]): void {
  if (stack === undefined && protocol === undefined) {
    findings.push(
      finding("document/missing-field", "/spec", "a Listener needs protocol or protocolStack", { fix: "write `protocol: HTTP`" }),
    );
    return;
  }
  if (stack === undefined) {
    if (protocol === "UDP")
      findings.push(
        finding("document/bad-enum", "/spec/protocol", "UDP has no protocol of its own; use protocolStack", { effect: "left-out" }),
      );
    else if (protocol !== "HTTP") findings.push(finding("document/not-served", "/spec/protocol", `${protocol} is not served yet`));
    return;
  }
  if (protocol !== undefined) {
    findings.push(
      finding("ambassador/protocol-and-stack", "/spec/protocol", "protocol is ignored because protocolStack is set", {
        on: "key",
        fix: "remove protocol",
      }),
    );
  }
  const last = stack.at(-1);
  const wellFormed =
    (last === "TCP" || last === "UDP") &&
    stack.slice(0, -1).every((one) => one !== "TCP" && one !== "UDP") &&
    new Set(stack).size === stack.length &&
    (last !== "UDP" || stack.includes("HTTP"));
  if (!wellFormed) findings.push(finding("ambassador/bad-stack", "/spec/protocolStack", `${stack.join(" over ")} cannot be`));
  else if (stack.join() !== "HTTP,TCP")
    findings.push(finding("document/not-served", "/spec/protocolStack", `${stack.join(" over ")} is not served yet`));
}
