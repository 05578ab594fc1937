import type { JsonObject } from "../model/json.ts";
import type { Match, ValueMatch } from "../model/model.ts";

/** `RouteMatch`. */
export function matchMessage({ path, caseSensitive, headers, query, fraction }: Match): JsonObject {
  return {
    ...pathMatch(path),
    ...(caseSensitive ? {} : { case_sensitive: false }),
    ...(headers.length === 0 ? {} : { headers: headers.map(valueMatch) }),
    ...(query.length === 0 ? {} : { query_parameters: query.map(valueMatch) }),
    ...(fraction === undefined
      ? {}
      : {
          runtime_fraction: {
            default_value: { numerator: fraction.numerator, denominator: fraction.denominator === 100 ? "HUNDRED" : "TEN_THOUSAND" },
          },
        }),
  };
}

function pathMatch({ kind, value }: Match["path"]): JsonObject {
  if (kind === "prefix") return { prefix: value };
  if (kind === "exact") return { path: value };
  return { safe_regex: { regex: value } };
}

/** `HeaderMatcher` and `QueryParameterMatcher`, which have the same form. Envoy refuses `ignore_case` beside a regex. */
function valueMatch({ name, kind, value, ignoreCase }: ValueMatch): JsonObject {
  if (kind === "present") return { name, present_match: true };
  if (kind === "regex") return { name, string_match: { safe_regex: { regex: value } } };
  return { name, string_match: { [kind]: value, ...(ignoreCase ? { ignore_case: true } : {}) } };
}
