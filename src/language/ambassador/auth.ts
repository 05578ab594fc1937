import type { FilterUse } from "../../model/model.ts";
import { finding, type PlacedFinding } from "../../problem/finding.ts";
import { type RouteGuards, withoutAuth } from "./around/route-guards.ts";
import { beside, type Group, type Mapping } from "./group.ts";

/** What a route says to the filter of AuthService, where there is one: nothing is authorised if every member says so (ambassador.md 6.2). */
export function authOf({ spec }: Mapping, members: Group, { auth }: RouteGuards): FilterUse[] {
  if (auth === "off") return [];
  if (members.every((member) => member.spec.bypassAuth)) return [withoutAuth];
  if (spec.authContext === undefined) return [];
  const value = { check_settings: { context_extensions: spec.authContext } };
  return [{ filter: "ext_authz", config: { type: "envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute", value } }];
}

/** Members that disagree about authorisation: all are authorised. */
export function authMismatches(members: Group): PlacedFinding[] {
  const bypassing = members.filter(({ spec }) => spec.bypassAuth);
  const asking = members.find(({ spec }) => !spec.bypassAuth);
  if (asking === undefined) return [];
  return bypassing.map((member) => {
    const message = `${asking.origin.label} has the same match and no bypass_auth, so requests are authorised`;
    return beside(
      asking,
      member,
      finding("ambassador/canary-auth-mismatch", "/spec/bypass_auth", message, { fix: "set it on all of them" }),
    );
  });
}
