import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { object } from "../object.ts";
import type { HostSpec } from "./host.ts";
import type { Host } from "./host-slots.ts";
import { isHostDomain } from "./hostname.ts";
import type { Listener } from "./listener-plan.ts";
import { loadKeyOf } from "./read.ts";

/** Where nobody has written a Host: one for every hostname that routes cleartext requests (7.2). It stands where the first Listener stands. */
export function assumedHosts(listeners: readonly Listener[], namespace: string, findings: PlacedFinding[]): readonly Host[] {
  const [first] = listeners;
  if (first === undefined) return [];
  const message = "there is no Host; one for every hostname is assumed, which routes cleartext requests";
  findings.push(placed(first.origin, finding("ambassador/no-hosts", "", message)));
  const spec: HostSpec = { ...bare, namespace, loadKey: `.${namespace}`, action: "Route" };
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
