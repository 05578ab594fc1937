import type { TlsPlan } from "../../../model/tls.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Services } from "../../language.ts";
import { byName } from "../named.ts";
import type { Service } from "../service.ts";
import { withCommittedAuthorities } from "./committed-authorities.ts";
import type { TlsContext } from "./tls-context.ts";
import { certificateOf, namesOf, tlsPlan } from "./tls-plan.ts";

/** TLS to a service. */
export interface Origination {
  readonly plan: TlsPlan;
  /** What stands in the name of the cluster: `+tls`, with the context if there is one. */
  readonly mark: string;
  /** File with the authorities that the name of the service is checked by as well; absent: no file. */
  readonly trustStore?: string;
  readonly findings: readonly Finding[];
}

/** What a service is asked to speak, and what the answer depends on. */
export interface OriginationLookup {
  readonly services: Services;
  /** The language's own namespace. */
  readonly own: string;
  /** Whether the last dot of a secret's name separates its namespace, unless a context says otherwise. */
  readonly dotted: boolean;
  /** File with authorities, where upstreams without a context that names others are verified; absent: they are not. */
  readonly trustStore?: string;
}

/** Where in a document the service and its context stand. */
export interface OriginationPlace {
  readonly namespace: string;
  readonly service: string;
  readonly tls: string;
}

/**
 * TLS to a service: by the context it names, whatever its scheme, else plain for `https` (ambassador.md 5.1). `undefined`: it is cleartext.
 * A context that is not there fails the use in place: the service is never contacted in another way than was meant.
 */
export function originationOf(
  { scheme }: Service,
  context: string | undefined,
  place: OriginationPlace,
  lookup: OriginationLookup,
): Origination | { readonly failed: Finding } | undefined {
  if (context === undefined) {
    if (scheme !== "https") return undefined;
    return { plan: { alpn: [], parameters: {} }, mark: "+tls", ...verification(undefined, lookup, place) };
  }
  const view = { namespace: place.namespace, own: lookup.own };
  const { found, ambiguous } = byName<TlsContext>(lookup.services, "TLSContext", context, view, place.tls);
  if (found === undefined || found.spec.settings.unusable) {
    const why = found === undefined ? `there is no TLSContext ${context}` : `${found.origin.label} cannot be used`;
    return { failed: ambiguous ?? finding("ambassador/missing-tlscontext", place.tls, `${why}; requests are answered with 503`) };
  }
  const { spec } = found;
  const names = namesOf(spec, lookup.dotted);
  const made = tlsPlan(spec.settings, certificateOf(spec, names), names);
  const { requireClientCertificate: _, ...plan } = withCommittedAuthorities(made, lookup.services);
  return { plan, mark: `+tls.${spec.name}.${spec.namespace}`, ...verification(plan, lookup, place) };
}

/** Without authorities in the context: those of the machine if the fleet wants that, else nothing is verified, and that is said. */
function verification(
  plan: TlsPlan | undefined,
  { trustStore }: OriginationLookup,
  { service }: OriginationPlace,
): Pick<Origination, "trustStore" | "findings"> {
  if (plan?.authorities !== undefined) return { findings: [] };
  if (trustStore !== undefined) return { trustStore, findings: [] };
  const message = "the certificate of this service is not verified";
  const fix = "name a TLSContext with ca_secret, or set verifyUpstreams in the Fleet";
  return { findings: [finding("ambassador/upstream-unverified", service, message, { fix })] };
}
