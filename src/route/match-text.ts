import type { Match, ValueMatch } from "../model/model.ts";

/** A match for people: `/cart/`, `= /exact`, `~ /v[0-9]/`, and its other conditions; without its share of the requests. */
export function matchText({ path, caseSensitive, headers, query }: Match): string {
  const mark = { prefix: "", exact: "= ", regex: "~ " }[path.kind];
  const conditions = [...headers.map((one) => conditionText(one)), ...query.map((one) => `?${conditionText(one)}`)];
  return [`${mark}${path.value}`, ...conditions, ...(caseSensitive ? [] : ["(any case)"])].join(" ");
}

function conditionText({ name, kind, value, ignoreCase }: ValueMatch): string {
  const text = { exact: `=${value}`, prefix: `=${value}*`, suffix: `=*${value}`, regex: `~${value}`, present: "" }[kind];
  return `${name}${text}${ignoreCase ? " (any case)" : ""}`;
}
