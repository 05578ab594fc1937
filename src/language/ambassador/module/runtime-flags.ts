import type { JsonValue } from "../../../model/json.ts";
import { type Finding, finding } from "../../../problem/finding.ts";
import { didYouMean } from "../../suggestion.ts";

const known = [
  "http.max_requests_per_io_cycle",
  "overload.premature_reset_min_stream_lifetime_seconds",
  "overload.premature_reset_total_stream_count",
];
const gone = "envoy.restart_features.send_goaway_for_premature_rst_streams";

/** By name the runtime flags that a bootstrap of the fleet has to have (ambassador.md 10.3); those that are wrong are none. */
export function runtimeOf(flags: Readonly<Record<string, JsonValue>> = {}): Readonly<Record<string, number>> {
  const right = known.flatMap((flag) => {
    const value = Object.hasOwn(flags, flag) ? flags[flag] : undefined;
    return isCount(value) ? [[flag, value] as const] : [];
  });
  return Object.fromEntries(right);
}

function isCount(value: JsonValue | undefined): value is number {
  return Number.isInteger(value) && Number(value) >= 1;
}

/** What is said of the Module's `runtime_flags`: an Envoy has those that its bootstrap gave it, and no xDS carries any (ambassador.md 10.3). */
export function runtimeFlagFindings(flags: Readonly<Record<string, JsonValue>> = {}): Finding[] {
  return Object.entries(flags).map(([flag, value]) => {
    const pointer = `/spec/config/runtime_flags/${flag.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (flag === gone)
      return finding("ambassador/dead-field", pointer, `${flag} has no effect: Envoy does not know it any more`, {
        on: "key",
        fix: "remove it",
      });
    if (!known.includes(flag))
      return finding("document/unknown-field", pointer, `unknown runtime flag ${flag}`, {
        on: "key",
        severity: "warning",
        fix: didYouMean(flag, known) ?? "remove it",
      });
    if (!isCount(value))
      return finding("document/out-of-range", pointer, `${flag}: must be a whole number above 0`, { effect: "field-ignored" });
    return finding(
      "ambassador/runtime-flag-bootstrap",
      pointer,
      `${flag} belongs in the bootstrap; running proxies keep what theirs says`,
      {
        on: "key",
        fix: "show the bootstrap by `portolan bootstrap --documents`",
      },
    );
  });
}
