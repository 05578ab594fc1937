import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { readSpec } from "../schema.ts";
import { isHostDomain } from "./hostname.ts";
import { idsOf, labelsOf, notServed, originOf } from "./read.ts";
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
  ambassador_id: z.array(z.string()).optional(),
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

/** Checks a Host. */
export function checkHost(document: Document): Checked<HostSpec> {
  const base = { document, origin: originOf(document), labels: labelsOf(document) };
  const { rest, findings: later } = notServed(document.value.spec, laterFields);
  const { spec: input, findings: said } = readSpec(schema, rest ?? {}, { pointer: "/spec", unknownField: "warning" });
  const findings: Finding[] = [...later, ...said];
  if (input === undefined) return { ...base, findings };
  const hostname = (input.hostname ?? "*").toLowerCase();
  if (!isHostDomain(hostname))
    findings.push(finding("ambassador/bad-hostname-glob", "/spec/hostname", `${hostname}: expected a name, *, *.rest or name.*`));
  const authority = input.acmeProvider?.authority;
  if (authority !== undefined && authority.toLowerCase() !== "none") {
    findings.push(finding("document/not-served", "/spec/acmeProvider", "certificates are not obtained", { fix: "set `authority: none`" }));
  }
  for (const [present, pointer] of [
    [input.requestPolicy?.insecure?.additionalPort !== undefined, "/spec/requestPolicy/insecure/additionalPort"],
    [input.previewUrl !== undefined, "/spec/previewUrl"],
  ] as const) {
    if (present)
      findings.push(
        finding("ambassador/dead-field", pointer, `${pointer.split("/").at(-1)} has no effect`, { on: "key", fix: "remove it" }),
      );
  }
  const written = [input.mappingSelector, input.selector].find((one) => one !== undefined && !isEmptySelector(one));
  if (written?.matchExpressions !== undefined) {
    const field = written === input.mappingSelector ? "mappingSelector" : "selector";
    findings.push(
      finding(
        "ambassador/selector-expressions",
        `/spec/${field}/matchExpressions`,
        "matchExpressions are evaluated; Emissary ignores them",
      ),
    );
  }
  const { namespace, name } = document.identity;
  const spec: HostSpec = {
    kind: "Host",
    ids: idsOf(input.ambassador_id),
    namespace,
    loadKey: `${name}.${namespace}`,
    hostname,
    selector: written,
    action: input.requestPolicy?.insecure?.action ?? "Redirect",
  };
  const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
  return { ...base, ...(leftOut ? {} : { spec }), findings };
}
