import ipaddr from "ipaddr.js";
import { isIpv4 } from "../../../model/ip.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import type { FilterUse } from "../../../model/model.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { object } from "../../object.ts";

/** The Module's `ip_allow` and `ip_deny`. */
interface IpLists {
  readonly ip_allow?: JsonValue | undefined;
  readonly ip_deny?: JsonValue | undefined;
}

const actions = { ip_allow: "ALLOW", ip_deny: "DENY" } as const;
const principals = { peer: "direct_remote_ip", remote: "remote_ip" } as const;

/** Refuses requests by address: first those that no entry of `ip_allow` names, then those that an entry of `ip_deny` names. */
export function ipFilters(lists: IpLists, findings: Finding[]): FilterUse[] {
  if (lists.ip_allow !== undefined && lists.ip_deny !== undefined)
    findings.push(finding("ambassador/ip-filter-conflict", "/spec/config/ip_deny", "both lists apply, ip_allow first", { on: "key" }));
  return (["ip_allow", "ip_deny"] as const).flatMap((key) => {
    const list = lists[key];
    if (list === undefined) return [];
    const ids = readList(key, list, findings);
    // A filter that denies nobody is none; one that allows nobody refuses all.
    return ids.length === 0 && key === "ip_deny" ? [] : [rbac(key, ids)];
  });
}

/** Refuses everybody. */
export const refuseAll: FilterUse = rbac("ip_allow", []);

function rbac(key: keyof IpLists, ids: readonly JsonObject[]): FilterUse {
  const policy = { permissions: [{ any: true }], principals: ids.length === 1 ? ids : [{ or_ids: { ids } }] };
  const policies = ids.length === 0 ? {} : { [key.replace("_", "-")]: policy };
  const value = { rules: { action: actions[key], policies } };
  return { filter: "rbac", config: { type: "envoy.extensions.filters.http.rbac.v3.RBAC", value } };
}

function readList(key: keyof IpLists, list: JsonValue, findings: Finding[]): JsonObject[] {
  const invalid = (pointer: string, message: string) => findings.push(finding("ambassador/ip-filter-invalid", pointer, message));
  const outcome = key === "ip_allow" ? "it allows nobody" : "it denies nobody";
  if (!Array.isArray(list)) {
    invalid(`/spec/config/${key}`, `expected a list; ${outcome}`);
    return [];
  }
  return (list as readonly JsonValue[]).flatMap((entry, i) => {
    const id = principal(entry);
    if (id === undefined)
      invalid(`/spec/config/${key}/${i}`, `expected peer or remote with an address range such as 10.0.0.0/8; ${outcome}`);
    return id === undefined ? [] : [id];
  });
}

function principal(entry: JsonValue): JsonObject | undefined {
  const [only, ...others] = Object.entries(object(entry) ?? {});
  if (only === undefined || others.length > 0 || typeof only[1] !== "string" || !Object.hasOwn(principals, only[0])) return undefined;
  const range = cidr(only[1]);
  return range === undefined ? undefined : { [principals[only[0] as keyof typeof principals]]: range };
}

/** `CidrRange`: an address with a length, or one address. */
function cidr(text: string): JsonObject | undefined {
  const [address = "", length, ...more] = text.split("/");
  const isV4 = isIpv4(address);
  if (more.length > 0 || !(isV4 || ipaddr.IPv6.isValid(address)) || address.includes("%")) return undefined;
  const longest = isV4 ? 32 : 128;
  if (length === undefined) return { address_prefix: address, prefix_len: longest };
  return /^\d{1,3}$/.test(length) && Number(length) <= longest ? { address_prefix: address, prefix_len: Number(length) } : undefined;
}
