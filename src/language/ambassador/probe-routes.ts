import type { HeaderEdits, Route } from "../../model/model.ts";
import type { FleetSettings } from "../language.ts";
import { withoutAuth } from "./around/route-guards.ts";
import type { Mapping } from "./group.ts";
import { probePrefixes } from "./module/probes.ts";
import { settingsOf } from "./settings.ts";
import type { SlotDetail } from "./slot.ts";

const none: HeaderEdits = { add: [], remove: [] };
const names: ReadonlyMap<string, string> = new Map(Object.values(probePrefixes).map((prefix) => [prefix, prefix.split("/").at(-1) ?? ""]));

/**
 * The answers to Emissary's probes, if the fleet has `probeRoutes` (ambassador.md 16): before all other routes, for everybody, so that a balancer which asks for them
 * finds the proxy ready. A Mapping of the same prefix has said otherwise.
 */
export function probeRoutes(mappings: readonly Mapping[], detail: SlotDetail, fleet: FleetSettings): Route[] {
  if (!settingsOf(fleet).probeRoutes || detail.selectors.length === 0) return [];
  return [...names].flatMap(([prefix, name]): Route[] => {
    if (mappings.some(({ spec }) => spec.path.kind === "prefix" && spec.path.value === prefix)) return [];
    return [
      {
        name: `Fleet/${fleet.name}/${name}`,
        match: { path: { kind: "prefix", value: prefix }, caseSensitive: true, headers: [], query: [] },
        action: { kind: "respond", status: 200, why: "probeRoutes" },
        policy: { requestHeaders: none, responseHeaders: none },
        perFilter: detail.guards.auth === "off" ? [] : [withoutAuth],
        origins: [],
      },
    ];
  });
}

/** Whether insecure requests get the same answer as secure ones, whatever the Host's action (7.5). */
export function isProbeRoute({ action }: Route): boolean {
  return action.kind === "respond" && action.why === "probeRoutes";
}
