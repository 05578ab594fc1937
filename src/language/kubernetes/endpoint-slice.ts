import ipaddr from "ipaddr.js";
import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { isIpv4 } from "../../model/ip.ts";
import type { Checked } from "../language.ts";
import { checked } from "./read.ts";

/** Addresses that have their ports in common: an EndpointSlice, or a subset of Endpoints. */
export interface AddressGroup {
  /** TCP ports; `undefined`: it names none at all, so that every port is meant. */
  readonly ports: readonly { readonly name: string; readonly port: number }[] | undefined;
  /** Those that take requests, or finish those that they have. */
  readonly addresses: readonly { readonly ip: string; readonly zone?: string; readonly draining: boolean }[];
}

/** What is read of an EndpointSlice or Endpoints. */
export interface AddressesSpec {
  readonly kind: "EndpointSlice" | "Endpoints";
  /** Name of the Service in the same namespace. */
  readonly service: string;
  readonly groups: readonly AddressGroup[];
}

/** A port of an EndpointSlice or of Endpoints. */
export const portSchema = z.looseObject({
  name: z.string().nullish(),
  port: z.number().int().min(1).max(65535).nullish(),
  protocol: z.string().nullish(),
});

const bool = z.boolean().nullish();

const schema = z.looseObject({
  metadata: z.looseObject({ labels: z.looseObject({ "kubernetes.io/service-name": z.string().nullish() }).nullish() }),
  addressType: z.string(),
  endpoints: z
    .array(
      z.looseObject({
        addresses: z.array(z.string()),
        conditions: z.looseObject({ ready: bool, serving: bool, terminating: bool }).nullish(),
        zone: z.string().nullish(),
      }),
    )
    .nullish(),
  ports: z.array(portSchema).nullish(),
});

type Endpoint = NonNullable<z.infer<typeof schema>["endpoints"]>[number];

/** Checks an EndpointSlice; one of DNS names gives no addresses (ambassador.md 5.3). */
export function checkEndpointSlice(document: Document): Checked<AddressesSpec> {
  return checked(document, schema, ({ metadata, addressType, endpoints, ports }) => ({
    kind: "EndpointSlice",
    service: metadata.labels?.["kubernetes.io/service-name"] ?? "",
    groups: addressType === "FQDN" ? [] : [{ ports: tcpPorts(ports), addresses: (endpoints ?? []).flatMap(addressOf) }],
  }));
}

/** The TCP ports that have a number; `undefined` if there is no port at all. */
export function tcpPorts(ports: readonly z.infer<typeof portSchema>[] | null | undefined): AddressGroup["ports"] {
  if (ports === null || ports === undefined || ports.length === 0) return undefined;
  return ports.flatMap(({ name, port, protocol }) =>
    typeof port === "number" && (protocol ?? "TCP") === "TCP" ? [{ name: name ?? "", port }] : [],
  );
}

/** The address as Envoy takes it, in its shortest form; `undefined` if it is no IP address. */
export function ipOf(text: string): string | undefined {
  if (isIpv4(text)) return text;
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text).toString() : undefined;
}

/** Only the first address of an endpoint has a meaning (Kubernetes API, `Endpoint.addresses`). */
function addressOf({ addresses: [first = ""], conditions, zone }: Endpoint): AddressGroup["addresses"][number][] {
  const { ready, serving, terminating } = conditions ?? {};
  const ip = ipOf(first);
  const draining = terminating === true && serving === true;
  if (ip === undefined || (!draining && ready === false && serving !== true)) return [];
  return [{ ip, ...(zone ? { zone } : {}), draining }];
}
