import type { Document } from "../../../document/document.ts";
import type { JsonObject } from "../../../model/json.ts";
import type { Origin } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { checkHost } from "../host.ts";
import { checkMapping } from "../mapping.ts";
import { baseOf } from "../read.ts";
import type { Backend, IngressInput } from "./schema.ts";

/** What else has to be there for a part of an Ingress; it is looked up when the part is planned. */
export interface IngressUse {
  /** Name of an IngressClass that has to be Ambassador's. */
  readonly ingressClass?: string;
  /** Name of the port of a Service, to be found in its document. */
  readonly port?: { readonly namespace: string; readonly service: string; readonly name: string };
}

const selected = "a10r-k8s-ingress";

/** The Hosts and Mappings that an Ingress becomes, each at the node it comes from (ambassador.md 14.2). */
export function partsOf(document: Document, { spec }: IngressInput, ids: readonly string[], use: IngressUse): Checked[] {
  const { namespace, name } = document.identity;
  const { labels: own } = baseOf(document);
  const hasTls = (spec?.tls ?? []).length > 0;
  const mark = { [selected]: `a10r-ingress-${name}-${namespace}` };
  const ambassador_id = [...ids];
  const part = (kind: "Host" | "Mapping", suffix: string, pointer: string, fields: JsonObject, more: IngressUse = {}) =>
    partOf(
      document,
      { kind, suffix, pointer, fields: { ambassador_id, ...fields }, labels: hasTls && kind === "Mapping" ? { ...own, ...mark } : own },
      { ...use, ...more },
    );

  const hosts = (spec?.tls ?? []).flatMap(({ hosts, secretName }, i) =>
    secretName
      ? (hosts ?? ["*"]).map((hostname, j) =>
          part("Host", `${i}-${j}`, hosts ? `/spec/tls/${i}/hosts/${j}` : `/spec/tls/${i}`, {
            hostname,
            tlsSecret: { name: secretName },
            requestPolicy: { insecure: { action: "Route" } },
            mappingSelector: { matchLabels: mark },
          }),
        )
      : [],
  );
  const mappings = (spec?.rules ?? []).flatMap(({ host, http }, i) =>
    (http?.paths ?? []).map(({ path, pathType, backend }, j) => {
      const { service, port } = serviceOf(backend, namespace);
      const fields = {
        ...hostOf(host ?? "", hasTls),
        prefix: path || "/",
        ...(pathType === "Exact" ? { prefix_exact: true, precedence: 1 } : {}),
        service,
      };
      return part("Mapping", `${i}-${j}`, `/spec/rules/${i}/http/paths/${j}`, fields, port);
    }),
  );
  const field = spec?.defaultBackend ? "defaultBackend" : "backend";
  const fallback = spec?.[field];
  if (!fallback) return [...hosts, ...mappings];
  const { service, port } = serviceOf(fallback, namespace);
  return [...hosts, ...mappings, part("Mapping", "default-backend", `/spec/${field}`, { hostname: "*", prefix: "/", service }, port)];
}

interface Part {
  readonly kind: "Host" | "Mapping";
  readonly suffix: string;
  readonly pointer: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly fields: JsonObject;
}

function partOf(ingress: Document, { kind, suffix, pointer, labels, fields }: Part, ingressUse: IngressUse): Checked {
  const name = `${ingress.identity.name}-${suffix}`;
  const { namespace } = ingress.identity;
  const document: Document = {
    ...ingress,
    version: "v3alpha1",
    identity: { group: "getambassador.io", kind, namespace, name },
    value: { apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name, namespace, labels }, spec: fields },
  };
  const checked: Checked = kind === "Host" ? checkHost(document) : checkMapping(document);
  const origin: Origin = Object.freeze({ ...baseOf(ingress).origin, part: pointer });
  const { spec } = checked;
  return { ...checked, origin, ...(spec === undefined ? {} : { spec: { ...spec, ingressUse } }) };
}

function serviceOf(backend: Backend, namespace: string): { readonly service: string; readonly port: IngressUse } {
  const name = backend.service?.name ?? backend.serviceName ?? "";
  const written = backend.service?.port?.number ?? backend.service?.port?.name ?? backend.servicePort ?? undefined;
  const host = name === "" ? "" : `${name}.${namespace}`;
  if (written === undefined) return { service: host, port: {} };
  if (typeof written === "number" || /^\d+$/.test(written)) return { service: `${host}:${written}`, port: {} };
  return { service: host, port: { port: { namespace, service: name, name: written } } };
}

/** Without a host all hosts are meant; those of an Ingress with TLS are told by its label. */
function hostOf(host: string, hasTls: boolean): JsonObject {
  if (host === "") return hasTls ? {} : { hostname: "*" };
  if (!host.startsWith("*.")) return { hostname: host };
  return { host: `^[a-z0-9]([-a-z0-9]*[a-z0-9])?${host.slice(1).replaceAll(".", "\\.")}$`, host_regex: true };
}
