import type { HeaderEdits, RoutePolicy } from "../../model/model.ts";
import { finding, type PlacedFinding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import { beside, type Group, type Mapping } from "./group.ts";
import type { MappingSpec } from "./mapping-spec.ts";

/** The settings that members of a group lend to one another. */
export type SharedSettings = Pick<RoutePolicy, "retry" | "requestHeaders" | "responseHeaders">;

type Side = "request" | "response";

/** A member's own value, else that of the last member in load order that sets it; headers to add are merged by name this way (6.2). */
export function sharedSettings(member: Mapping, members: Group): SharedSettings {
  const { retry, requestHeaders, responseHeaders } = member.spec;
  if (members.length === 1) return { ...(retry === undefined ? {} : { retry }), requestHeaders, responseHeaders };
  const lent = retry ?? members.findLast(({ spec }) => spec.retry !== undefined)?.spec.retry;
  return {
    ...(lent === undefined ? {} : { retry: lent }),
    requestHeaders: edits(member, members, "request"),
    responseHeaders: edits(member, members, "response"),
  };
}

function edits(member: Mapping, members: Group, side: Side): HeaderEdits {
  const added = new Map(members.flatMap(({ spec }) => headersOf(spec, side).add.map((edit) => [edit.name, edit] as const)));
  for (const edit of headersOf(member.spec, side).add) added.set(edit.name, edit);
  const removing = member.spec.removes[side] ? member : members.findLast(({ spec }) => spec.removes[side]);
  return {
    add: [...added.values()].sort((a, b) => byCodePoint(a.name, b.name)),
    remove: removing === undefined ? [] : headersOf(removing.spec, side).remove,
  };
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
function settings(spec: MappingSpec): [string, unknown][] {
  const set: [string, unknown][] = spec.retry === undefined ? [] : [["retry_policy", spec.retry]];
  for (const side of ["request", "response"] as const) {
    const { add, remove } = headersOf(spec, side);
    for (const edit of add) set.push([`add_${side}_headers/${edit.name}`, edit]);
    if (spec.removes[side]) set.push([`remove_${side}_headers`, remove]);
  }
  return set;
}

function headersOf(spec: MappingSpec, side: Side): HeaderEdits {
  return side === "request" ? spec.requestHeaders : spec.responseHeaders;
}

function pointer(field: string): string {
  const [name = "", ...rest] = field.split("/");
  return rest.length === 0 ? name : `${name}/${rest.join("/").replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
