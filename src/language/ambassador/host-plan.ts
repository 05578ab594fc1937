import type { ValueMatch } from "../../model/model.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, FleetSettings, HostResult, HostSlot, Services } from "../language.ts";
import { groupsOf, type Mapping } from "./group.ts";
import { reachability } from "./reachability.ts";
import { type Collected, groupRoutes, pathClashes } from "./routes.ts";
import { detailOf } from "./slot.ts";
import { variants } from "./variants.ts";

/** Plans one virtual host from the Mappings attached to it. */
export function planHost(slot: HostSlot, documents: readonly Checked[], services: Services, fleet: FleetSettings): HostResult {
  const detail = detailOf(slot);
  const collected: Collected = { upstreams: new Map(), endpointSets: new Map(), findings: [] };
  // A host that has a virtual host of its own in the table never gets here.
  const here = (documents as readonly Mapping[]).filter(({ spec: { glob } }) => glob === undefined || !detail.elsewhere.includes(glob));
  const groups = groupsOf(here);
  collected.findings.push(...pathClashes(groups));
  const routes = groups.flatMap((group) =>
    groupRoutes(group, authority(group.members[0].spec.glob, slot.host), services, fleet, collected),
  );
  collected.findings.push(...reachability(routes), ...clusterSplits(collected));
  return {
    virtualHost: { table: slot.table, host: slot.host, routes: variants(routes, detail), origins: slot.origins },
    upstreams: [...collected.upstreams.values()],
    endpointSets: [...collected.endpointSets.values()],
    findings: collected.findings,
  };
}

/** The matcher of a hostname, unless the domain of the virtual host implies it. */
function authority(glob: string | undefined, domain: string): ValueMatch | undefined {
  if (glob === undefined || glob === "*" || implies(domain, glob)) return undefined;
  const match = (kind: ValueMatch["kind"], value: string): ValueMatch => ({ name: ":authority", kind, value, ignoreCase: true });
  if (glob.startsWith("*")) return match("suffix", glob.slice(1));
  return glob.endsWith("*") ? match("prefix", glob.slice(0, -1)) : match("exact", glob);
}

/** Whether every host of the domain fits the glob. */
function implies(domain: string, glob: string): boolean {
  if (domain === glob) return true;
  if (domain.startsWith("*")) return glob.startsWith("*") && domain.slice(1).endsWith(glob.slice(1));
  if (domain.endsWith("*")) return glob.endsWith("*") && domain.startsWith(glob.slice(0, -1));
  const part = glob.replace(/^\*|\*$/g, "");
  if (glob.startsWith("*")) return domain.length > part.length && domain.endsWith(part);
  return glob.endsWith("*") && domain.length > part.length && domain.startsWith(part);
}

/** Clusters of one service that Emissary would have merged. */
function clusterSplits({ upstreams }: Collected): PlacedFinding[] {
  const byStat = Map.groupBy(upstreams.values(), (upstream) => upstream.statName);
  return [...byStat.values()].flatMap((same) => {
    const [first, second] = same.sort((a, b) => byCodePoint(a.name, b.name));
    const origin = second?.origins[0];
    if (first === undefined || second === undefined || origin === undefined) return [];
    return [
      placed(
        origin,
        finding(
          "ambassador/cluster-split",
          "/spec/service",
          `the settings for this service differ, so it has the clusters ${first.name} and ${second.name}`,
        ),
      ),
    ];
  });
}
