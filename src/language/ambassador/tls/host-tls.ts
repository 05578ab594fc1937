import type { SecretId, SecretReference } from "../../../model/secret.ts";
import type { TlsPlan } from "../../../model/tls.ts";
import { finding, type PlacedFinding, placed } from "../../../problem/finding.ts";
import type { Services } from "../../language.ts";
import type { Host } from "../host-slots.ts";
import { byName } from "../named.ts";
import { withCommittedAuthorities } from "./committed-authorities.ts";
import { sniOf } from "./sni.ts";
import type { TlsContext } from "./tls-context.ts";
import { namesOf, secretId, tlsPlan } from "./tls-plan.ts";

/** How a Host terminates TLS; `off`: it wants to, and cannot; `none`: it does not want to. */
export type HostTls = TlsPlan | "off" | "none";

/** What contexts and secrets are found by. */
export interface TlsLookup {
  readonly services: Services;
  /** The language's own namespace. */
  readonly own: string;
  /** Whether the last dot of a secret's name separates its namespace, unless a context says otherwise. */
  readonly dotted: boolean;
}

/** The TLS of a Host by its context, its own `tls`, a context of its name, or its secret alone, the first there is (ambassador.md 9.3). */
export function hostTls(host: Host, lookup: TlsLookup, findings: PlacedFinding[]): HostTls {
  const tls = contextTls(host, lookup, findings);
  return typeof tls === "string" ? tls : withCommittedAuthorities(tls, lookup.services);
}

function contextTls(host: Host, lookup: TlsLookup, findings: PlacedFinding[]): HostTls {
  const { tlsSecret: secret, tlsContext, tls, name, hostname, namespace } = host.spec;
  if (secret === undefined) return "none";
  if (sniOf(hostname) === undefined) return "off";
  const certificate: SecretReference = { kind: "tls", secret };
  const view = { namespace, own: lookup.own };
  if (tlsContext !== undefined) {
    const { found, ambiguous } = byName<TlsContext>(lookup.services, "TLSContext", tlsContext, view, "/spec/tlsContext/name");
    if (found !== undefined) return byContext(host, secret, found, lookup, findings);
    findings.push(placed(host.origin, ambiguous ?? missing(tlsContext)));
    return "off";
  }
  if (tls !== undefined) return tls.unusable ? "off" : tlsPlan(tls, certificate, { namespace, dotted: lookup.dotted });
  const { found } = byName<TlsContext>(lookup.services, "TLSContext", `${name}-context`, view, "/spec");
  if (found === undefined) return { certificate, alpn: [], parameters: {} };
  const message = `${found.origin.label} is used because of its name`;
  const fix = `write \`tlsContext: {name: ${found.spec.name}}\``;
  findings.push(placed(host.origin, finding("document/deprecated-field", "/spec", message, { fix })));
  return byContext(host, secret, found, lookup, findings);
}

function byContext(host: Host, secret: SecretId, { spec: context, origin }: TlsContext, lookup: TlsLookup, findings: PlacedFinding[]) {
  const names = namesOf(context, lookup.dotted);
  const related = [{ why: "target", place: { origin, pointer: "/spec", on: "value" } }] as const;
  const own = context.secret === undefined ? secret : secretId(context.secret, names);
  const isOther = own.name !== secret.name || own.namespace !== secret.namespace || context.settings.files !== undefined;
  if (isOther) {
    const message = `${origin.label} has another certificate than this Host`;
    findings.push(placed(host.origin, finding("ambassador/tlscontext-secret-mismatch", "/spec/tlsSecret", message), related));
    return "off";
  }
  if (context.hosts.length > 0 && !context.hosts.includes(host.spec.hostname) && !context.hosts.includes(host.spec.name)) {
    const message = `the hosts of ${origin.label} contain neither ${host.spec.hostname} nor ${host.spec.name}`;
    findings.push(placed(host.origin, finding("ambassador/tlscontext-hosts-mismatch", "/spec/hostname", message), related));
  }
  return context.settings.unusable ? "off" : tlsPlan(context.settings, { kind: "tls", secret }, names);
}

function missing(name: string) {
  return finding("ambassador/missing-tlscontext", "/spec/tlsContext/name", `there is no TLSContext ${name}; TLS is not terminated`, {
    effect: "slice-dropped",
  });
}
