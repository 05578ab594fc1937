import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { findSecret } from "../kubernetes/secret.ts";
import type { Checked, Services } from "../language.ts";
import { object } from "../object.ts";
import type { HostSpec } from "./host.ts";
import type { Host } from "./host-slots.ts";
import { isHostDomain } from "./hostname.ts";
import type { Listener } from "./listener-plan.ts";
import { loadKeyOf } from "./read.ts";

/** The certificate that Emissary makes for itself where there is none. */
const fallback = "fallback-self-signed-cert";

/**
 * Where nobody has written a Host: one for every hostname that routes cleartext requests, or, with the committed Secret `fallback-self-signed-cert`, one
 * that has TLS and redirects to it (7.2). It stands where the first Listener stands.
 */
export function assumedHosts(
  listeners: readonly Listener[],
  namespace: string,
  services: Services,
  findings: PlacedFinding[],
): readonly Host[] {
  const [first] = listeners;
  if (first === undefined) return [];
  const tlsSecret = findSecret(services, { namespace, name: fallback }) && { namespace, name: fallback };
  const what =
    tlsSecret === undefined ? "which routes cleartext requests" : `with the certificate ${fallback}, which redirects cleartext requests`;
  const message = `there is no Host; one for every hostname is assumed, ${what}`;
  findings.push(placed(first.origin, finding("ambassador/no-hosts", "", message)));
  const spec: HostSpec = {
    ...bare,
    namespace,
    loadKey: `.${namespace}`,
    tlsSecret,
    action: tlsSecret === undefined ? "Route" : "Redirect",
  };
  return [{ document: first.document, origin: first.origin, labels: {}, findings: [], spec }];
}

const bare = {
  kind: "Host",
  ids: [],
  name: "",
  hostname: "*",
  selector: undefined,
  tlsSecret: undefined,
  tlsContext: undefined,
  tls: undefined,
} as const;

/** Hosts that contradict themselves: they are not served, but their hostname stays theirs, so that no wider Host takes what was meant for them. */
export function withdrawnHosts(documents: readonly Checked[]): readonly Host[] {
  return documents.flatMap((checked): readonly Host[] => {
    const { document, findings } = checked;
    if (!findings.some(({ code }) => code === "ambassador/host-tls-conflict")) return [];
    const { hostname = "*" } = object(document.value.spec) ?? {};
    if (typeof hostname !== "string" || !isHostDomain(hostname)) return [];
    const { namespace, name } = document.identity;
    const spec: HostSpec = { ...bare, namespace, name, loadKey: loadKeyOf(document), hostname: hostname.toLowerCase(), action: "Route" };
    return [{ ...checked, spec }];
  });
}
