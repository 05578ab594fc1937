import type { TableName } from "../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, HostSlot } from "../language.ts";
import type { HostSpec, InsecureAction } from "./host.ts";
import { overlap } from "./hostname.ts";
import type { SecurityModel } from "./listener.ts";
import type { Listener } from "./listener-plan.ts";
import { detail, type Proto, type Surroundings } from "./slot.ts";

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

/** One route table of a Listener, as its virtual hosts see it. */
export interface Table {
  readonly name: TableName;
  readonly securityModel: SecurityModel;
  readonly proto: Proto;
  readonly surroundings: Surroundings;
  /** Hosts that are also served over HTTP/3, and what to tell their clients. */
  readonly altSvc: ReadonlyMap<Host, string>;
}

/**
 * The virtual hosts of a route table: one per hostname; Hosts of one hostname share it with the most restrictive action (7.2, 7.4).
 * `withdrawn` leave an empty one each, so that no wider Host takes what was meant for them.
 */
export function slotsOf(table: Table, hosts: readonly Host[], withdrawn: readonly Host[]): HostSlot[] {
  const {
    securityModel,
    proto,
    surroundings: { module, guards, loose, probesOf },
    altSvc,
  } = table;
  const served = sharedBy(hosts).filter(({ action }) => !(securityModel === "INSECURE" && action === "Reject"));
  const names = new Set(served.map(({ hostname }) => hostname));
  const tombs = sharedBy(withdrawn).filter(({ hostname }) => !names.has(hostname));
  const exact = [...served, ...tombs]
    .map(({ hostname }) => hostname)
    .filter((name) => !name.includes("*"))
    .sort(byCodePoint);
  const slot = ({ hostname, hosts: same, action }: Shared, isTomb: boolean): HostSlot => {
    const alt = same.map((host) => altSvc.get(host)).find((value) => value !== undefined);
    return {
      table: table.name,
      host: hostname,
      detail: detail({
        securityModel,
        proto,
        action,
        hostName: nameOf(same[0]),
        selectors: isTomb ? [] : same.map((host) => host.spec.selector ?? null),
        elsewhere: exact.filter((name) => name !== hostname && overlap(hostname, name)),
        module,
        guards,
        ...(loose ? { loose } : {}),
        ...(probesOf === undefined ? {} : { probesOf }),
        ...(alt === undefined ? {} : { altSvc: alt }),
      }),
      origins: same.map((host) => host.origin),
    };
  };
  return [...served.map((one) => slot(one, false)), ...tombs.map((one) => slot(one, true))];
}

/** What is worth saying about the Hosts of a Listener. */
export function hostFindings({ spec: { securityModel, l7Depth } }: Listener, hosts: readonly Host[]): PlacedFinding[] {
  return sharedBy(hosts).flatMap(({ hostname, hosts: [first, ...others], action }) => {
    const twins = others.map((other) => {
      const message = `${first.origin.label} has the hostname ${hostname} too; both are served as one, with the action ${action}`;
      return placed(other.origin, finding("ambassador/duplicate-hostname", "/spec/hostname", message), [
        { why: "other-definition", place: { origin: first.origin, pointer: "/spec/hostname", on: "value" } },
      ]);
    });
    if (action !== "Redirect" || securityModel === "SECURE" || l7Depth > 0) return twins;
    const redirecting = [first, ...others].filter(({ spec }) => spec.action === "Redirect" && spec.tlsSecret === undefined);
    return [...twins, ...redirecting.map(redirectWithoutTls)];
  });
}

function sharedBy(hosts: readonly Host[]): Shared[] {
  return [...Map.groupBy(hosts, (host) => host.spec.hostname)].map(([hostname, same]) => {
    const action = restrictive[Math.max(...same.map((host) => restrictive.indexOf(host.spec.action)))] ?? "Reject";
    return { hostname, hosts: same as [Host, ...Host[]], action };
  });
}

function nameOf({ document: { identity } }: Host): string {
  return `${identity.namespace}/${identity.name}`;
}

function redirectWithoutTls({ origin }: Host): PlacedFinding {
  const message = "requests are redirected to https, which this Host does not serve";
  return placed(
    origin,
    finding("ambassador/redirect-without-tls", "/spec", message, { fix: "set `requestPolicy: {insecure: {action: Route}}`" }),
  );
}
