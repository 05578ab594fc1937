import type { Endpoint, EndpointSet } from "../../model/model.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, Services } from "../language.ts";
import type { AddressesSpec, AddressGroup } from "./endpoint-slice.ts";
import type { ServicePort, ServiceSpec } from "./service.ts";

/** The committed Service, if there is one. */
export function findService(services: Services, namespace: string, name: string): Checked<ServiceSpec> | undefined {
  return services.find(`Service ${namespace}/${name}`) as Checked<ServiceSpec> | undefined;
}

/**
 * The endpoints of one port of a Service, from its EndpointSlices if there are any, else from its Endpoints (ambassador.md 5.3).
 * Ordered by address and port; empty if nothing committed gives an address that can be used.
 */
export function endpointSetOf(services: Services, namespace: string, name: string, port: number): EndpointSet {
  const service = findService(services, namespace, name);
  const committed = (kind: AddressesSpec["kind"]) =>
    (services.all(`${kind} ${namespace}/${name}`) as readonly Checked<AddressesSpec>[]).filter(
      ({ spec }) => (spec?.groups ?? []).length > 0,
    );
  const slices = committed("EndpointSlice");
  const documents = slices.length > 0 ? slices : committed("Endpoints");
  const byAddress = new Map<string, Endpoint>();
  for (const group of documents.flatMap(({ spec }) => spec?.groups ?? [])) {
    const at = portOf(group, port, service?.spec);
    if (at === undefined) continue;
    for (const { ip, zone, draining } of group.addresses) {
      const key = `${ip} ${at}`;
      if (draining && byAddress.has(key)) continue;
      byAddress.set(key, { address: ip, port: at, ...(zone === undefined ? {} : { zone }), ...(draining ? { draining } : {}) });
    }
  }
  return {
    name: `k8s/${namespace}/${name}/${port}`,
    endpoints: [...byAddress.values()].sort((a, b) => byCodePoint(a.address, b.address) || a.port - b.port),
    origins: [...(service === undefined ? [] : [service]), ...documents].map(({ origin }) => origin),
  };
}

/** Which port of the group the port of the Service is: the first rule that tells one. */
function portOf({ ports }: AddressGroup, requested: number, service: ServiceSpec | undefined): number | undefined {
  const entry = service?.ports.find(({ port }) => port === requested);
  if (ports === undefined) return entry && (typeof entry.targetPort === "number" ? entry.targetPort : requested);
  const named = entry && ports.find(({ name }) => name === entry.name);
  if (named !== undefined) return named.port;
  if (ports.length === 1) return ports[0]?.port;
  const target = entry && ports.find((each) => isTarget(each, entry));
  return (target ?? ports.find(({ port }) => port === requested))?.port;
}

function isTarget({ name, port }: { readonly name: string; readonly port: number }, { targetPort }: ServicePort): boolean {
  return targetPort !== undefined && (name === targetPort || port === targetPort);
}
