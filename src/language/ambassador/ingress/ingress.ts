import type { Document } from "../../../document/document.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { isLeftOut, leaveOut } from "../../mistakes.ts";
import { readSpec } from "../../schema.ts";
import { type LeftOutSpec, leftOut } from "../left-out.ts";
import { baseOf } from "../read.ts";
import { type IngressUse, partsOf } from "./parts.ts";
import { ingressClassSchema, ingressSchema } from "./schema.ts";

/** An Ingress: what it becomes. */
export interface IngressSpec {
  readonly kind: "Ingress";
  readonly ids: readonly string[];
  readonly parts: readonly Checked[];
}

/** An IngressClass that is Ambassador's. */
export interface IngressClassSpec {
  readonly kind: "IngressClass";
  readonly ids: readonly string[];
  readonly name: string;
}

const controller = "getambassador.io/ingress-controller";

/** Checks an Ingress (ambassador.md 14.2); one of another class is passed over. What is wrong with a part leaves only that out. */
export function checkIngress(document: Document): Checked<IngressSpec | LeftOutSpec> {
  const base = baseOf(document);
  const { spec: input, findings: said } = readSpec(ingressSchema, document.value, { pointer: "", unknownField: "warning" });
  const findings = [...aboutName(document), ...(input === undefined ? leaveOut(said) : said)];
  if (input === undefined || isLeftOut(findings)) return { ...base, findings };
  const annotations = input.metadata.annotations ?? {};
  const isOurs = annotations["kubernetes.io/ingress.class"]?.toLowerCase() === "ambassador";
  const ingressClass = input.spec?.ingressClassName ?? "";
  if (!isOurs && ingressClass === "") return { ...base, findings: [], spec: leftOut([], []) };
  const ids = [annotations["getambassador.io/ambassador-id"] ?? "default"];
  const use: IngressUse = isOurs ? {} : { ingressClass };
  const parts = partsOf(document, input, ids, use);
  const wrong = parts.flatMap(findingsOf);
  if (isOurs || wrong.length === 0) return { ...base, findings: [...findings, ...wrong], spec: { kind: "Ingress", ids, parts } };
  // Whether anybody is told depends on whose class it is.
  const told: Checked = { ...base, findings: [], spec: { ...leftOut(ids, wrong), ingressUse: use } };
  return { ...base, findings, spec: { kind: "Ingress", ids, parts: [...parts, told] } };
}

/** What is wrong with a part, at its node; that the field is old which its host is written in is nobody's concern. */
function findingsOf({ findings, origin }: Checked): Finding[] {
  return findings
    .filter(({ code }) => code !== "document/deprecated-field")
    .map((found) => ({
      ...found,
      pointer: origin.part ?? "",
      on: "value",
      effect: found.effect === "left-out" ? "slice-dropped" : found.effect,
    }));
}

/** Checks an IngressClass; one of another controller is passed over. */
export function checkIngressClass(document: Document): Checked<IngressClassSpec | LeftOutSpec> {
  const { spec: input, findings: said } = readSpec(ingressClassSchema, document.value, { pointer: "", unknownField: "warning" });
  const findings = [...aboutName(document), ...(input === undefined ? leaveOut(said) : said)];
  if (input === undefined || isLeftOut(findings)) return { ...baseOf(document), findings };
  if (input.spec?.controller !== controller) return { ...baseOf(document), findings: [], spec: leftOut([], []) };
  const ids = [input.metadata.annotations?.["getambassador.io/ambassador-id"] ?? "default"];
  return { ...baseOf(document), findings, spec: { kind: "IngressClass", ids, name: document.identity.name } };
}

function aboutName({ identity: { name } }: Document): Finding[] {
  return name === "" ? [finding("document/missing-field", "/metadata", "metadata.name is required", { on: "key" })] : [];
}
