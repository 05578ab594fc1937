import type { JsonObject } from "../../model/json.ts";
import type { HeaderEdits, RoutePolicy } from "../../model/model.ts";
import { finding, type PlacedFinding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { ErrorOverride } from "./error-overrides.ts";
import { beside, type Group, type Mapping } from "./group.ts";
import type { Labels } from "./labels.ts";
import type { LentSpec, MappingSpec } from "./mapping-spec.ts";
import type { ModuleDefaults } from "./module/module-settings.ts";

/** The settings that members of a group lend to one another. */
export interface SharedSettings extends Pick<RoutePolicy, "retry" | "requestHeaders" | "responseHeaders"> {
  readonly cors: JsonObject | undefined;
  readonly priority: "DEFAULT" | "HIGH";
  readonly upgrades: readonly string[];
  readonly linkerd: boolean;
  readonly labels: Labels;
  readonly overrides: readonly ErrorOverride[];
}

type Side = "request" | "response";

/**
 * A member's own value, else that of the last member in load order that sets it, else the Module's; headers to add are merged by name this way,
 * and the Module's count where no member sets any (6.2).
 */
export function sharedSettings(member: Mapping, members: Group, module: ModuleDefaults): SharedSettings {
  const lent = <F extends keyof LentSpec>(field: F): LentSpec[F] =>
    member.spec.lent[field] ?? members.findLast(({ spec }) => spec.lent[field] !== undefined)?.spec.lent[field];
  const own = lent("error_response_overrides");
  const overrides = own?.length === 0 ? undefined : own;
  const retry = lent("retry_policy") ?? module.retry;
  return {
    ...(retry === undefined ? {} : { retry }),
    cors: lent("cors") ?? module.cors,
    priority: lent("priority") ?? "DEFAULT",
    upgrades: lent("allow_upgrade") ?? [],
    labels: lent("labels") ?? {},
    overrides: overrides ?? (lent("bypass_error_response_overrides") ? [] : (module.errorOverrides ?? [])),
    linkerd: lent("add_linkerd_headers") ?? module.addLinkerdHeaders ?? false,
    requestHeaders: {
      add: added(member, members, "request") ?? module.addRequestHeaders ?? [],
      remove: lent("remove_request_headers") ?? module.removeRequestHeaders ?? [],
    },
    responseHeaders: {
      add: added(member, members, "response") ?? module.addResponseHeaders ?? [],
      remove: lent("remove_response_headers") ?? module.removeResponseHeaders ?? [],
    },
  };
}

function added(member: Mapping, members: Group, side: Side): HeaderEdits["add"] | undefined {
  if (members.length === 1) return member.spec.adds[side];
  if (members.every(({ spec }) => spec.adds[side] === undefined)) return undefined;
  const byName = new Map(members.flatMap(({ spec }) => (spec.adds[side] ?? []).map((edit) => [edit.name, edit] as const)));
  for (const edit of member.spec.adds[side] ?? []) byName.set(edit.name, edit);
  return [...byName.values()].sort((a, b) => byCodePoint(a.name, b.name));
}

/** Where two members set different values: each is served with its own, but Emissary serves all with the last (6.2). */
export function conflicts(members: Group): PlacedFinding[] {
  if (members.length === 1) return [];
  const findings: PlacedFinding[] = [];
  const first = new Map<string, { readonly member: Mapping; readonly value: string }>();
  for (const member of members) {
    for (const [field, value] of settings(member.spec)) {
      const text = JSON.stringify(value);
      const known = first.get(field);
      if (known === undefined) first.set(field, { member, value: text });
      else if (known.value !== text) {
        const message = `${field.replace("/", " ")} differs from that of ${known.member.origin.label}; each is served with its own`;
        findings.push(beside(known.member, member, finding("ambassador/canary-field-conflict", `/spec/${pointer(field)}`, message)));
      }
    }
  }
  return findings;
}

/** Everything that the Mapping sets of what is shared, by field; headers to add by name. */
function settings({ lent, adds }: MappingSpec): [string, unknown][] {
  const edits = (["request", "response"] as const).flatMap((side) =>
    (adds[side] ?? []).map((edit): [string, unknown] => [`add_${side}_headers/${edit.name}`, edit]),
  );
  return [...Object.entries(lent).filter(([, value]) => value !== undefined), ...edits];
}

function pointer(field: string): string {
  const [name = "", ...rest] = field.split("/");
  return rest.length === 0 ? name : `${name}/${rest.join("/").replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
