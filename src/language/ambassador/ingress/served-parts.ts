import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import { findService } from "../../kubernetes/endpoint-set.ts";
import type { Checked, Services } from "../../language.ts";
import type { MappingSpec } from "../mapping-spec.ts";
import { nameKey } from "../named.ts";
import type { IngressUse } from "./parts.ts";

/** Whether the document is no part of an Ingress whose class is another's. */
export function isOfOurClass({ spec }: Pick<Checked, "spec">, services: Services): boolean {
  const { ingressClass } = useOf(spec);
  return ingressClass === undefined || services.find(nameKey("IngressClass", ingressClass)) !== undefined;
}

/** The documents without the parts of Ingresses of other classes; a Mapping with the port that its Ingress names, or none it can be sent to. */
export function servedParts(documents: readonly Checked[], services: Services, findings: PlacedFinding[]): readonly Checked[] {
  return documents.flatMap((document) => {
    if (!isOfOurClass(document, services)) return [];
    const { port: wanted } = useOf(document.spec);
    if (wanted === undefined) return [document];
    const spec = document.spec as MappingSpec;
    const port = findService(services, wanted.namespace, wanted.service)?.spec?.ports.find(({ name }) => name === wanted.name)?.port;
    if (port !== undefined && spec.service !== undefined) return [{ ...document, spec: { ...spec, service: { ...spec.service, port } } }];
    const message = `no committed Service ${wanted.namespace}/${wanted.service} has a port ${wanted.name}; the route answers 503`;
    findings.push(
      placed(document.origin, finding("ambassador/unknown-port", "", message, { fix: "commit the Service, or write the number" })),
    );
    return [{ ...document, spec: { ...spec, service: undefined } }];
  });
}

function useOf(spec: unknown): IngressUse {
  return (spec as { readonly ingressUse?: IngressUse } | undefined)?.ingressUse ?? {};
}
