import type { Document } from "../../document/document.ts";
import type { Attachment, Checked, Language } from "../language.ts";
import { type AddressesSpec, checkEndpointSlice } from "./endpoint-slice.ts";
import { checkEndpoints } from "./endpoints.ts";
import { checkSecret, type SecretSpec } from "./secret.ts";
import { checkService, type ServiceSpec } from "./service.ts";

type Spec = ServiceSpec | AddressesSpec | SecretSpec;

const checks: Readonly<Record<string, (document: Document) => Checked<Spec>>> = {
  Service: checkService,
  Endpoints: checkEndpoints,
  EndpointSlice: checkEndpointSlice,
  Secret: checkSecret,
};

/** The kinds of Kubernetes that say where services are (ambassador.md 14.1). Other languages look them up; they shape no virtual host themselves. */
export const kubernetes: Language = {
  name: "kubernetes",
  groups: new Set(),
  kinds: new Map([
    ["v1", new Set(["Service", "Endpoints", "Secret"])],
    ["discovery.k8s.io/v1", new Set(["EndpointSlice"])],
  ]),
  defaulted: new Set(),
  protects: () => false,
  closes: () => false,
  check: (document: Document): Checked => (checks[document.identity.kind] as (document: Document) => Checked)(document),
  fill: (document) => document,
  files: () => [],
  reads: () => true,
  attach({ document: { identity }, spec }: Checked): readonly Attachment[] {
    const known = spec as Spec | undefined;
    if (known === undefined) return [];
    const name = known.kind === "Service" || known.kind === "Secret" ? identity.name : known.service;
    return [{ to: "services", name: `${known.kind} ${identity.namespace}/${name}` }];
  },
  planListeners: () => ({ listeners: [], slots: [], upstreams: [], endpointSets: [], findings: [] }),
  overlaps: () => false,
  accepts: () => false,
  planHost() {
    throw new Error("Kubernetes has no virtual hosts");
  },
  acrossHosts: () => [],
  unattached() {
    throw new Error("nothing of Kubernetes is attached to hosts");
  },
  own: () => ({ routes: [], upstreams: [], listeners: [] }),
};
