import { z } from "zod";
import type { Document } from "../../document/document.ts";
import type { SecretId } from "../../model/secret.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { leaveOutBelow } from "../mistakes.ts";
import { readSpec } from "../schema.ts";
import { isHostDomain } from "./hostname.ts";
import type { LeftOutSpec } from "./left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf } from "./read.ts";
import { isEmptySelector, type Selector, selectorSchema } from "./selector.ts";
import { hostTlsOf, snakeCaseTls } from "./tls/host-fields.ts";
import { type TlsSettings, tlsFields } from "./tls/tls-settings.ts";

/** What happens to requests that did not come by TLS. */
export type InsecureAction = "Route" | "Redirect" | "Reject";

/** What one Host says. */
export interface HostSpec {
  readonly kind: "Host";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly name: string;
  readonly loadKey: string;
  /** Lower case. */
  readonly hostname: string;
  /** `undefined`: none, or one that says nothing. */
  readonly selector: Selector | undefined;
  readonly action: InsecureAction;
  /** With it TLS is terminated. */
  readonly tlsSecret: SecretId | undefined;
  /** Name of a TLSContext. */
  readonly tlsContext: string | undefined;
  readonly tls: TlsSettings | undefined;
}

/** `spec` of a Host, as written. */
export const hostSchema = z.strictObject({
  ambassador_id: z.array(z.string()).nullish(),
  hostname: z.string().optional(),
  mappingSelector: selectorSchema.optional(),
  selector: selectorSchema.optional(),
  requestPolicy: z
    .strictObject({
      insecure: z
        .strictObject({ action: z.enum(["Redirect", "Reject", "Route"]).optional(), additionalPort: z.unknown().optional() })
        .optional(),
    })
    .optional(),
  acmeProvider: z.looseObject({ authority: z.string().optional() }).optional(),
  tlsSecret: z.strictObject({ name: z.string().optional(), namespace: z.string().optional() }).optional(),
  tlsContext: z.strictObject({ name: z.string().optional() }).optional(),
  tls: z.strictObject(tlsFields).optional(),
  previewUrl: z.unknown().optional(),
});

/** With only a part of these a Host would be one for other hosts, Mappings or installations. */
const decisive = ["ambassador_id", "hostname", "mappingSelector", "selector", "tlsSecret", "tlsContext", "tls"].map(
  (field) => `/spec/${field}`,
);

/** A Host's spec as it is written. */
export type HostInput = z.infer<typeof hostSchema>;

/** Checks a Host. */
export function checkHost(document: Document): Checked<HostSpec | LeftOutSpec> {
  const { value, restore } = snakeCaseTls(document.value.spec ?? {});
  const { spec: input, findings: said } = readSpec(hostSchema, value, { pointer: "/spec", unknownField: "warning" });
  const findings = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings.map(restore), [], spec);
}

function specOf(document: Document, input: HostInput, findings: Finding[]): HostSpec {
  const { namespace, name } = document.identity;
  const hostname = (input.hostname ?? "*").toLowerCase();
  if (!isHostDomain(hostname))
    findings.push(
      finding("ambassador/bad-hostname-glob", "/spec/hostname", `${hostname}: expected a name, *, *.rest or name.* in ASCII (xn--…)`),
    );
  deadFields(input, findings);
  return {
    kind: "Host",
    ids: idsOf(input.ambassador_id),
    namespace,
    name,
    loadKey: loadKeyOf(document),
    hostname,
    selector: selectorOf(input, findings),
    action: input.requestPolicy?.insecure?.action ?? "Redirect",
    ...hostTlsOf(input, hostname, namespace, findings),
  };
}

function deadFields({ requestPolicy, previewUrl }: HostInput, findings: Finding[]): void {
  for (const [value, pointer] of [
    [requestPolicy?.insecure?.additionalPort, "/spec/requestPolicy/insecure/additionalPort"],
    [previewUrl, "/spec/previewUrl"],
  ] as const) {
    if (value === undefined) continue;
    findings.push(finding("ambassador/dead-field", pointer, `${pointer.split("/").at(-1)} has no effect`, { on: "key", fix: "remove it" }));
  }
}

/** The selector that counts: `mappingSelector`, or, if that says nothing, the older `selector`. */
function selectorOf({ mappingSelector, selector }: HostInput, findings: Finding[]): Selector | undefined {
  if (selector !== undefined) {
    findings.push(
      finding("document/deprecated-field", "/spec/selector", "selector is deprecated", { on: "key", fix: "write mappingSelector" }),
    );
  }
  const counts = [mappingSelector, selector].find((one) => one !== undefined && !isEmptySelector(one));
  if (counts?.matchExpressions !== undefined && counts.matchExpressions.length > 0) {
    const field = counts === mappingSelector ? "mappingSelector" : "selector";
    findings.push(
      finding(
        "ambassador/selector-expressions",
        `/spec/${field}/matchExpressions`,
        "matchExpressions are evaluated; Emissary ignores them",
      ),
    );
  }
  return counts;
}
