import type { Document } from "../../../document/document.ts";
import type { JsonObject, JsonValue } from "../../../model/json.ts";
import type { Code } from "../../../problem/codes.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import type { Checked } from "../../language.ts";
import { object } from "../../object.ts";
import { baseOf, loadKeyOf, looseIdsOf } from "../read.ts";

/** What a rule says of the requests that it matches: nothing happens to them, or they are answered with a status. */
export type Verdict = "open" | { readonly status: number; readonly why: Code };

/** One rule of a policy. Globs, in which `*` is any text. */
export interface Rule {
  readonly host: string;
  readonly path: string;
  readonly precedence: number;
  readonly verdict: Verdict;
}

/** A policy whose filters are not run here; what it guards is closed instead (ambassador.md 15). */
export interface PolicySpec {
  readonly kind: "Policy";
  /** Policies of filters decide before those of firewalls. */
  readonly by: "filter" | "firewall";
  readonly ids: readonly string[];
  readonly loadKey: string;
  readonly rules: readonly Rule[];
}

/** Kinds of policies. */
export const policyKinds: ReadonlyMap<string, PolicySpec["by"]> = new Map([
  ["FilterPolicy", "filter"],
  ["WebApplicationFirewallPolicy", "firewall"],
]);

/** Checks a policy: of its fields only those that say what is guarded are read. What of them cannot be read guards everything that it could mean. */
export function checkPolicy(document: Document): Checked<PolicySpec> {
  const by = policyKinds.get(document.identity.kind) ?? "filter";
  const findings: Finding[] = [];
  const { rules } = object(document.value.spec) ?? {};
  const spec: PolicySpec = {
    kind: "Policy",
    by,
    ids: looseIdsOf(document),
    loadKey: loadKeyOf(document),
    rules: rulesOf(rules).map((rule, i) => ruleOf(object(rule), by, `/spec/rules/${i}`, findings)),
  };
  if (rules !== undefined && rules !== null && !Array.isArray(rules)) findings.push(unreadable("/spec/rules", "rules: expected a list"));
  return { ...baseOf(document), findings, spec };
}

/** Something that is no list is one rule that nobody can read. */
function rulesOf(rules: JsonValue | undefined): readonly JsonValue[] {
  if (rules === undefined || rules === null) return [];
  return Array.isArray(rules) ? (rules as readonly JsonValue[]) : [null];
}

function ruleOf(rule: JsonObject | undefined, by: PolicySpec["by"], pointer: string, findings: Finding[]): Rule {
  const { precedence } = rule ?? {};
  return {
    host: globOf(rule, "host", pointer, findings).toLowerCase(),
    path: globOf(rule, "path", pointer, findings),
    precedence: typeof precedence === "number" ? precedence : 0,
    verdict: by === "filter" ? filterVerdict(rule) : firewallVerdict(rule),
  };
}

function globOf(rule: JsonObject | undefined, name: "host" | "path", pointer: string, findings: Finding[]): string {
  const value = rule?.[name];
  if (value === undefined || value === null || value === "") return "*";
  if (typeof value === "string") return value;
  findings.push(unreadable(`${pointer}/${name}`, `${name}: expected a string; the rule is taken for one of every ${name}`));
  return "*";
}

/** A rule without filters opens what an earlier one would close. */
function filterVerdict(rule: JsonObject | undefined): Verdict {
  const filters = rule?.filters;
  const opens = rule !== undefined && (filters === undefined || filters === null || (Array.isArray(filters) && filters.length === 0));
  return opens ? "open" : { status: 500, why: "ambassador/filter-not-served" };
}

/** A firewall lets through what it cannot look at, unless the rule says what to answer then. */
function firewallVerdict(rule: JsonObject | undefined): Verdict {
  const status = object(rule?.onError)?.statusCode;
  if (typeof status !== "number" || !Number.isInteger(status) || status < 400 || status > 599) return "open";
  return { status, why: "document/not-served" };
}

function unreadable(pointer: string, message: string): Finding {
  return finding("document/wrong-type", pointer, message, { effect: "fails-in-place" });
}
