import type { Match, Route, ValueMatch, VirtualHost } from "../../model/model.ts";
import { finding, type PlacedFinding } from "../../problem/finding.ts";
import type { Checked, FleetSettings, HostResult, HostSlot, Services } from "../language.ts";
import { guardedRoutes } from "./around/route-guards.ts";
import type { Spec } from "./check.ts";
import { mappingWithTexts, NamedFiles } from "./error-files.ts";
import { beside, type Group, groupsOf, inLoadOrder, type Mapping } from "./group.ts";
import { guarded, type Policy } from "./guard/guard.ts";
import { isWithin } from "./hostname.ts";
import { servedParts } from "./ingress/served-parts.ts";
import type { MappingSpec, MatchSpec } from "./mapping-spec.ts";
import { probeRoutes } from "./probe-routes.ts";
import { reachability } from "./reachability.ts";
import { withinLimit } from "./regex.ts";
import { groupRoutes } from "./routes.ts";
import { detailOf, type SlotDetail } from "./slot.ts";
import { Targets } from "./targets.ts";
import { variants } from "./variants.ts";

/** Plans one virtual host from the Mappings attached to it (ambassador.md 4, step 4). */
export function planHost(slot: HostSlot, attached: readonly Checked[], services: Services, fleet: FleetSettings): HostResult {
  const findings: PlacedFinding[] = [];
  const detail = detailOf(slot);
  const { module } = detail;
  const documents = servedParts(attached, services, findings).filter((document) => isCounted(document, detail));
  const files = new NamedFiles(services, fleet);
  const mappings = documents
    .filter(isMapping)
    .flatMap((mapping) => withinLimit(mapping, findings, module.regexMaxSize))
    .map((mapping) => mappingWithTexts(mapping, files, findings));
  const groups = groupsOf(mappings);
  findings.push(...clashes(groups), ...reachability(groups.filter(hasTraffic)));
  const targets = new Targets(services, module, fleet);
  const planned = groups.flatMap((group) =>
    groupRoutes(group, matchOf(group[0].spec, slot.host), { targets, module, guards: detail.guards }, findings),
  );
  const { routes: closed, findings: guards } = guarded(planned, documents.filter(isPolicy), slot.host);
  const all = [...probeRoutes(mappings, detail, fleet), ...closed];
  const routes = guardedRoutes(variants(all, detail, slot.origins), detail.guards);
  const used = new Set(routes.flatMap(upstreamsOf));
  return {
    virtualHost: { table: slot.table, host: slot.host, routes, ...altSvc(detail), origins: slot.origins },
    ...targets.upstreams(used),
    findings: [...findings, ...guards, ...targets.findings(used)],
  };
}

/** Probes are those of the Module that counts. */
function isCounted({ spec }: Checked, { probesOf }: SlotDetail): boolean {
  const { probeOf } = (spec ?? {}) as Partial<MappingSpec>;
  return probeOf === undefined || probeOf === probesOf;
}

/** A shadow alone takes no request from others. */
function hasTraffic(group: Group): boolean {
  return group.some(({ spec }) => !spec.shadow);
}

function isMapping(document: Checked): document is Mapping {
  return (document.spec as Spec | undefined)?.kind === "Mapping";
}

function isPolicy(document: Checked): document is Policy {
  return (document.spec as Spec | undefined)?.kind === "Policy";
}

function altSvc({ altSvc: value }: SlotDetail): Pick<VirtualHost, "responseHeaders"> {
  return value === undefined ? {} : { responseHeaders: [{ name: "alt-svc", value, append: true }] };
}

function upstreamsOf({ action }: Route): string[] {
  return action.kind === "forward" ? [...action.targets, ...(action.mirrors ?? [])].map(({ upstream }) => upstream) : [];
}

/** The match of a group in a virtual host; the matcher of the hostname is left away where the domain implies it (7.5). */
function matchOf({ path, caseSensitive, glob, hostRegex, headers, query }: MatchSpec, domain: string): Match {
  const implied = hostRegex === undefined && (glob === undefined || isWithin(domain, glob));
  return { path, caseSensitive, headers: implied ? headers : withAuthority(headers, authority(glob ?? "*", hostRegex)), query };
}

/** Headers by name, then the hostname, then the method (6.5). */
function withAuthority(headers: readonly ValueMatch[], host: ValueMatch): ValueMatch[] {
  const ordinary = headers.filter((match) => match.name !== ":method");
  return [...ordinary, host, ...headers.filter((match) => match.name === ":method")];
}

function authority(glob: string, regex: string | undefined): ValueMatch {
  if (regex !== undefined) return { name: ":authority", kind: "regex", value: regex, ignoreCase: false };
  const match = (kind: ValueMatch["kind"], value: string): ValueMatch => ({ name: ":authority", kind, value, ignoreCase: true });
  if (glob.startsWith("*")) return match("suffix", glob.slice(1));
  return glob.endsWith("*") ? match("prefix", glob.slice(0, -1)) : match("exact", glob);
}

/** Groups that differ in the kind of path only, which Emissary takes for one: it drops all but the first in load order (6.1). */
function clashes(groups: readonly Group[]): PlacedFinding[] {
  const byKey = new Map<string, Mapping[]>();
  for (const [first] of groups) {
    const same = byKey.get(first.spec.clashKey);
    if (same === undefined) byKey.set(first.spec.clashKey, [first]);
    else same.push(first);
  }
  return [...byKey.values()].flatMap((clashing) => {
    if (clashing.length === 1) return [];
    const [kept, ...others] = clashing.sort(inLoadOrder) as [Mapping, ...Mapping[]];
    return others.map((other) => {
      const message = `${kept.origin.label} has the same path, as ${kept.spec.path.kind}; both are served`;
      return beside(kept, other, finding("ambassador/exact-prefix-clash", "/spec/prefix", message));
    });
  });
}
