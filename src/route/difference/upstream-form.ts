import type { JsonObject } from "../../model/json.ts";
import type { Discovery, Endpoint } from "../../model/model.ts";
import type { FleetPlan } from "../../model/plan.ts";
import { secretName } from "../../model/secret.ts";
import type { TlsPlan } from "../../model/tls.ts";
import { durationText, fragmentForm } from "./form.ts";

/** What people call an upstream: its name without the hash of its settings. */
export function upstreamLabel(name: string): string {
  return name.replace(/~[0-9a-f]{8}$/, "");
}

/** What an upstream is: its addresses, how they are spoken to, and its settings. One that the plan lacks has none. */
export function upstreamForm(name: string, { upstreams, endpointSets }: Pick<FleetPlan, "upstreams" | "endpointSets">): JsonObject {
  const upstream = upstreams.get(name);
  if (upstream === undefined) return {};
  const { discovery, protocol, connectTimeoutMs, tls, settings } = upstream;
  return {
    ...discoveryForm(discovery, endpointSets),
    protocol,
    connect_timeout: durationText(connectTimeoutMs),
    ...(tls === undefined ? {} : { tls: tlsForm(tls) }),
    ...Object.assign({}, ...settings.map(fragmentForm)),
  };
}

function discoveryForm(discovery: Discovery, endpointSets: FleetPlan["endpointSets"]): JsonObject {
  if (discovery.kind === "eds") return { addresses: addressesOf(endpointSets.get(discovery.endpointSet)?.endpoints ?? []) };
  const addresses = addressesOf(discovery.endpoints);
  return discovery.kind === "static" ? { addresses } : { addresses, dns: `${discovery.family}${discovery.logical ? ", logical" : ""}` };
}

function addressesOf(endpoints: readonly Endpoint[]): readonly string[] {
  return endpoints.map(
    ({ address, port, zone, draining }) =>
      `${address.includes(":") ? `[${address}]` : address}:${port}${zone === undefined ? "" : ` in ${zone}`}${draining === true ? ", draining" : ""}`,
  );
}

/** TLS by the names of its secrets. */
export function tlsForm({ certificate, authorities, trustStore, requireClientCertificate, alpn, sni, parameters }: TlsPlan): JsonObject {
  return {
    ...(certificate === undefined ? {} : { certificate: secretName(certificate) }),
    ...(authorities === undefined ? {} : { authorities: secretName(authorities) }),
    ...(trustStore === undefined ? {} : { trust_store: trustStore.path, verified_name: trustStore.host }),
    ...(requireClientCertificate === undefined ? {} : { require_client_certificate: requireClientCertificate }),
    ...(alpn.length === 0 ? {} : { alpn }),
    ...(sni === undefined ? {} : { sni }),
    ...(parameters as JsonObject),
  };
}
