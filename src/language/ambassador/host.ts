import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { leaveOutBelow } from "../mistakes.ts";
import { readSpec } from "../schema.ts";
import { isHostDomain } from "./hostname.ts";
import type { LeftOutSpec } from "./left-out.ts";
import { baseOf, conclude, idsOf, loadKeyOf, withoutLater } from "./read.ts";
import { isEmptySelector, type Selector, selectorSchema } from "./selector.ts";

/** What happens to requests that did not come by TLS. */
export type InsecureAction = "Route" | "Redirect" | "Reject";

/** What one Host says. */
export interface HostSpec {
  readonly kind: "Host";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly loadKey: string;
  /** Lower case. */
  readonly hostname: string;
  /** `undefined`: none, or one that says nothing. */
  readonly selector: Selector | undefined;
  readonly action: InsecureAction;
}

const schema = z.strictObject({
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
  previewUrl: z.unknown().optional(),
});

const laterFields: ReadonlySet<string> = new Set(["tlsSecret", "tlsContext", "tls"]);

/** With only a part of these a Host would be one for other hosts, Mappings or installations. */
const decisive = ["/spec/ambassador_id", "/spec/hostname", "/spec/mappingSelector", "/spec/selector"];

type Input = z.infer<typeof schema>;

/** Checks a Host. */
export function checkHost(document: Document): Checked<HostSpec | LeftOutSpec> {
  const { rest, later } = withoutLater(document.value.spec, laterFields);
  const { spec: input, findings: said } = readSpec(schema, rest ?? {}, { pointer: "/spec", unknownField: "warning" });
  const findings = leaveOutBelow(said, decisive);
  const spec = input === undefined ? undefined : specOf(document, input, findings, later);
  return conclude(baseOf(document), idsOf(input?.ambassador_id), findings, later, spec);
}

function specOf(document: Document, input: Input, findings: Finding[], later: Finding[]): HostSpec {
  const { namespace } = document.identity;
  const hostname = (input.hostname ?? "*").toLowerCase();
  if (!isHostDomain(hostname))
    findings.push(
      finding("ambassador/bad-hostname-glob", "/spec/hostname", `${hostname}: expected a name, *, *.rest or name.* in ASCII (xn--…)`),
    );
  const authority = input.acmeProvider?.authority;
  if (input.acmeProvider !== undefined && authority?.toLowerCase() !== "none") {
    later.push(finding("document/not-served", "/spec/acmeProvider", "certificates are not obtained", { fix: "set `authority: none`" }));
  }
  deadFields(input, findings);
  return {
    kind: "Host",
    ids: idsOf(input.ambassador_id),
    namespace,
    loadKey: loadKeyOf(document),
    hostname,
    selector: selectorOf(input, findings),
    action: input.requestPolicy?.insecure?.action ?? "Redirect",
  };
}

function deadFields({ requestPolicy, previewUrl }: Input, findings: Finding[]): void {
  for (const [value, pointer] of [
    [requestPolicy?.insecure?.additionalPort, "/spec/requestPolicy/insecure/additionalPort"],
    [previewUrl, "/spec/previewUrl"],
  ] as const) {
    if (value === undefined) continue;
    findings.push(finding("ambassador/dead-field", pointer, `${pointer.split("/").at(-1)} has no effect`, { on: "key", fix: "remove it" }));
  }
}

/** The selector that counts: `mappingSelector`, or, if that says nothing, the older `selector`. */
function selectorOf({ mappingSelector, selector }: Input, findings: Finding[]): Selector | undefined {
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
