import { z } from "zod";
import type { JsonObject, JsonValue } from "../../model/json.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { readSpec } from "../schema.ts";

/** `labels` of a Mapping, as written: by domain a list of groups, each a list of specifiers under a name that means nothing. */
export const labelsSchema = z.record(z.string(), z.array(z.record(z.string(), z.array(z.json()))));

/** By domain the groups, each a list of `RateLimit.Action`, at least one. */
export type Labels = Readonly<Record<string, readonly (readonly JsonObject[])[]>>;

// What Envoy takes for the name of a header.
const headerName = z.string().regex(/^:?[0-9A-Za-z!#$%&'*+.^_|~`-]+$/);
const text = z.string().min(1);
const keyed = z.looseObject({}).optional();
const specifier = z.strictObject({
  source_cluster: keyed,
  destination_cluster: keyed,
  remote_address: keyed,
  request_headers: z.strictObject({ key: text, header_name: headerName, omit_if_not_present: z.boolean().optional() }).optional(),
  generic_key: z.strictObject({ key: text.optional(), value: text }).optional(),
});

/** Reads the labels of a Mapping (ambassador.md 12.2); a group that cannot be read whole is dropped. */
export function labelsOf(input: z.infer<typeof labelsSchema>, findings: Finding[]): Labels {
  return Object.fromEntries(
    Object.entries(input).map(([domain, entries]) => {
      const groups = entries.flatMap((entry, i) =>
        Object.entries(entry).flatMap(([name, specifiers]) => {
          const pointer = `/spec/labels/${step(domain)}/${i}/${step(name)}`;
          const actions = specifiers.map((one, j) => actionOf(one as JsonValue, `${pointer}/${j}`, findings));
          if (actions.length === 0) findings.push(badLabel(pointer, "there is no specifier"));
          return actions.length === 0 || actions.includes(undefined) ? [] : [actions as JsonObject[]];
        }),
      );
      return [domain, groups];
    }),
  );
}

/** One specifier as `RateLimit.Action`; `undefined`, with a finding, for one that cannot be made. */
export function actionOf(value: JsonValue, pointer: string, findings: Finding[]): JsonObject | undefined {
  const { spec, findings: said } = readSpec(specifier, value, { pointer, unknownField: "error" });
  const mistake = said.find(({ severity }) => severity === "error");
  const kinds = Object.entries(spec ?? {}).filter(([, inner]) => inner !== undefined);
  if (mistake !== undefined || kinds.length !== 1) {
    findings.push(badLabel(pointer, mistake?.message ?? "a specifier has exactly one key"));
    return undefined;
  }
  const { request_headers: header, generic_key: key, destination_cluster: destination } = spec ?? {};
  if (header !== undefined) {
    if (header.omit_if_not_present === false) {
      const message = "omit_if_not_present: without the header the group counts nothing, whatever is set here";
      const options = { severity: "warning", effect: "none" } as const;
      findings.push(finding("document/bad-enum", `${pointer}/request_headers/omit_if_not_present`, message, options));
    }
    return { request_headers: { descriptor_key: header.key, header_name: header.header_name } };
  }
  if (key !== undefined) return { generic_key: { descriptor_key: key.key ?? "generic_key", descriptor_value: key.value } };
  if (destination !== undefined) {
    const message = "the service gets the name of a cluster, which is not the one that Emissary gives it";
    findings.push(finding("ambassador/cluster-name-label", `${pointer}/destination_cluster`, message, { on: "key" }));
  }
  return { [kinds[0]?.[0] ?? ""]: {} };
}

/** `rate_limits` of a route: one for each group, the Module's labels first, or only these. */
export function rateLimitsOf(groups: readonly (readonly JsonObject[])[] = [], defaults: readonly JsonObject[] = []): JsonObject[] {
  const all = groups.length === 0 && defaults.length > 0 ? [[]] : groups;
  return all.map((actions) => ({ stage: 0, actions: [...defaults, ...actions] }));
}

function badLabel(pointer: string, message: string): Finding {
  return finding("ambassador/bad-label", pointer, `${message}; what it belongs to is dropped`);
}

function step(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
