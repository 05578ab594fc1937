import ipaddr from "ipaddr.js";
import { decode } from "../codec/decode.ts";
import { fields, text } from "../codec/wire.ts";
import type { Resource, ResourceKey } from "../envoy/resource.ts";
import { LDS, RDS, SDS, shortName } from "../envoy/type-url.ts";
import type { JsonObject } from "../model/json.ts";
import type { Snapshot } from "./snapshot.ts";

/** What is wrong with a resource beside others, although it keeps Envoy's field rules by itself. */
export interface Flaw {
  readonly resource: ResourceKey;
  readonly message: string;
}

/**
 * What Envoy refuses beyond its field rules (xds.md 8): two virtual hosts of one domain in a route configuration, two listeners of one address;
 * and what leads nowhere: names of resources that the snapshot lacks, secrets aside. Ordered by type and name.
 */
export function lint(snapshot: Snapshot): readonly Flaw[] {
  const flaws: Flaw[] = [];
  const addresses = new Map<string, string>();
  for (const [type, set] of snapshot.types) {
    for (const resource of set.resources.values()) {
      const tell = (message: string) => flaws.push({ resource: { type, name: resource.name }, message });
      if (type === RDS) for (const domain of repeatedDomains(resource)) tell(`two virtual hosts have the domain ${domain}`);
      if (type === LDS) {
        const address = addressOf(resource);
        const other = addresses.get(address);
        if (other !== undefined) tell(`listener ${other} has the address ${address} too`);
        else if (!address.endsWith(" port 0")) addresses.set(address, resource.name);
      }
      for (const ref of resource.refs) {
        // Secrets are no part of a snapshot: whether they exist shows elsewhere.
        if (ref.type !== SDS && snapshot.types.get(ref.type)?.resources.has(ref.name) !== true)
          tell(`${shortName(ref.type)} ${ref.name} does not exist`);
      }
    }
  }
  return flaws;
}

/** Domains that stand twice; Envoy compares them without regard to case. Reads the wire format, so that routes cost nothing. */
function repeatedDomains({ body }: Resource): Set<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const table of parts(body, anyValue)) {
    for (const host of parts(table, virtualHosts)) {
      for (const bytes of parts(host, domains)) {
        const domain = text(bytes).toLowerCase();
        if (seen.has(domain)) repeated.add(domain);
        seen.add(domain);
      }
    }
  }
  return repeated;
}

/** Field numbers: `Any.value`, `RouteConfiguration.virtual_hosts`, `VirtualHost.domains`. */
const anyValue = 2;
const virtualHosts = 2;
const domains = 2;

function* parts(message: Uint8Array, number: number): Generator<Uint8Array> {
  for (const field of fields(message)) if (field.number === number) yield field.bytes;
}

/** Address, protocol and port of a listener, however the address is spelt. */
function addressOf({ body }: Resource): string {
  const { address } = decode("google.protobuf.Any", body) as { readonly address?: { readonly socket_address?: JsonObject } };
  const { address: ip = "", port_value: port = 0, protocol = "TCP" } = address?.socket_address ?? {};
  return `${ipaddr.isValid(String(ip)) ? ipaddr.parse(String(ip)).toString() : ip} ${protocol} port ${port}`;
}
