import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, HostSlot } from "../language.ts";
import type { HostSpec, InsecureAction } from "./host.ts";
import { overlap } from "./hostname.ts";
import { type Listener, tableOf } from "./listener-plan.ts";
import { detail, type Surroundings } from "./slot.ts";

/** A Host that can be planned. */
export type Host = Checked<HostSpec> & { readonly spec: HostSpec };

/** Ascending by how much is refused. */
const restrictive: readonly InsecureAction[] = ["Route", "Redirect", "Reject"];

interface Shared {
  readonly hostname: string;
  /** In load order, at least one. */
  readonly hosts: readonly [Host, ...Host[]];
  readonly action: InsecureAction;
}

/** The virtual hosts in the cleartext chain of a Listener: one per hostname; Hosts of one hostname share it with the most restrictive action (7.2, 7.4). */
export function slotsOf(listener: Listener, hosts: readonly Host[], surroundings: Surroundings, findings: PlacedFinding[]): HostSlot[] {
  const { securityModel, l7Depth } = listener.spec;
  const shared = [...Map.groupBy(hosts, (host) => host.spec.hostname)].map(([hostname, same]): Shared => {
    const action = restrictive[Math.max(...same.map((host) => restrictive.indexOf(host.spec.action)))] ?? "Reject";
    return { hostname, hosts: same as [Host, ...Host[]], action };
  });
  for (const one of shared) findings.push(...sharedFindings(one, listener));
  const served = shared.filter(({ action }) => !(securityModel === "INSECURE" && action === "Reject"));
  const exact = served
    .map(({ hostname }) => hostname)
    .filter((name) => !name.includes("*"))
    .sort(byCodePoint);
  return served.map(({ hostname, hosts: same, action }) => ({
    table: tableOf(listener),
    host: hostname,
    detail: detail({
      securityModel,
      l7Depth,
      action,
      hostName: nameOf(same[0]),
      selectors: same.map((host) => host.spec.selector ?? null),
      elsewhere: exact.filter((name) => name !== hostname && overlap(hostname, name)),
      ...surroundings,
    }),
    origins: same.map((host) => host.origin),
  }));
}

function nameOf({ document: { identity } }: Host): string {
  return `${identity.namespace}/${identity.name}`;
}

function sharedFindings(
  { hostname, hosts: [first, ...others], action }: Shared,
  { spec: { securityModel, l7Depth } }: Listener,
): PlacedFinding[] {
  const twins = others.map((other) => {
    const message = `${first.origin.label} has the hostname ${hostname} too; both are served as one, with the action ${action}`;
    return placed(other.origin, finding("ambassador/duplicate-hostname", "/spec/hostname", message), [
      { why: "other-definition", place: { origin: first.origin, pointer: "/spec/hostname", on: "value" } },
    ]);
  });
  if (action !== "Redirect" || securityModel === "SECURE" || l7Depth > 0) return twins;
  const redirecting = [first, ...others].filter((host) => host.spec.action === "Redirect");
  return [...twins, ...redirecting.map(redirectWithoutTls)];
}

function redirectWithoutTls({ origin }: Host): PlacedFinding {
  const message = "requests are redirected to https, which this Host does not serve";
  return placed(
    origin,
    finding("ambassador/redirect-without-tls", "/spec", message, { fix: "set `requestPolicy: {insecure: {action: Route}}`" }),
  );
}
