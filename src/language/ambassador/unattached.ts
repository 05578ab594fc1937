import { distance } from "fastest-levenshtein";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked, HostSlot, Services } from "../language.ts";
import type { Spec } from "./check.ts";
import { overlap } from "./hostname.ts";
import { isOfOurClass } from "./ingress/served-parts.ts";
import type { MappingSpec } from "./mapping-spec.ts";

/** The finding for a Mapping on no Host of any Listener: it names the nearest Hosts and what is missing (ambassador.md 4). */
export function unattached({ spec, origin, document }: Checked, slots: readonly HostSlot[], services: Services): PlacedFinding | undefined {
  const { kind } = document.identity;
  if (!isOfOurClass({ spec }, services)) return undefined;
  if ((spec as Spec).kind === "Policy")
    return placed(origin, finding("document/not-served", "/kind", `${kind} is not served; there is no Host`));
  const { glob, probeOf } = spec as MappingSpec;
  // Without a Host nobody asks for a probe.
  if (probeOf !== undefined) return undefined;
  const pointer = glob === undefined ? "/spec" : "/spec/hostname";
  const say = (why: string, fix: string) =>
    placed(origin, finding("route/unattached", pointer, `nothing reaches this Mapping: ${why}`, { fix }));
  const hosts = [...new Set(slots.map((slot) => slot.host))];
  if (hosts.length === 0) return say("no Listener serves any Host", "add a Listener and a Host");
  if (glob === undefined) {
    return say("it has no hostname, and no Host selects it by its labels", `set hostname; there are Hosts for ${nearest(hosts, "")}`);
  }
  const fitting = hosts.filter((host) => overlap(host, glob));
  if (fitting.length > 0) {
    return say(
      `${nearest(fitting, glob)} fits its hostname, but the Host selects Mappings by labels that it lacks`,
      "add the labels of the Host's mappingSelector",
    );
  }
  return say(`no Host fits the hostname ${glob}`, `add a Host for ${glob}; there are Hosts for ${nearest(hosts, glob)}`);
}

/** Up to three names, the most similar first. */
function nearest(hosts: readonly string[], glob: string): string {
  return hosts
    .map((host) => ({ host, far: glob === "" ? 0 : distance(host, glob) }))
    .sort((a, b) => a.far - b.far || byCodePoint(a.host, b.host))
    .slice(0, 3)
    .map(({ host }) => host)
    .join(", ");
}
