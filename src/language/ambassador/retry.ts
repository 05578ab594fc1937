import type { RoutePolicy } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { durationMs } from "./duration.ts";
import type { MappingInput } from "./mapping-schema.ts";

const conditions = new Set(["5xx", "gateway-error", "connect-failure", "retriable-4xx", "refused-stream", "retriable-status-codes"]);

/** The retry policy; the whole of it is dropped for a condition that does not exist. */
export function retryOf(input: MappingInput["retry_policy"], findings: Finding[], pointer = "/spec/retry_policy"): RoutePolicy["retry"] {
  if (input === undefined) return undefined;
  const tokens = input.retry_on.split(",").map((token) => token.trim());
  const unknown = tokens.find((token) => !conditions.has(token));
  if (unknown !== undefined) {
    findings.push(
      finding(
        "document/bad-enum",
        `${pointer}/retry_on`,
        `retry_on: ${unknown === "" ? "nothing" : unknown} is none of ${[...conditions].join(", ")}; nothing is retried`,
      ),
    );
    return undefined;
  }
  if (tokens.length > 1)
    findings.push(
      finding("ambassador/retry-on-list", `${pointer}/retry_on`, "a list of conditions is served; Emissary would delete the route"),
    );
  const perTryTimeoutMs = perTryTimeout(input.per_try_timeout, findings, `${pointer}/per_try_timeout`);
  return { on: tokens.join(","), retries: input.num_retries ?? 1, ...(perTryTimeoutMs === undefined ? {} : { perTryTimeoutMs }) };
}

function perTryTimeout(text: string | undefined, findings: Finding[], pointer: string): number | undefined {
  if (text === undefined) return undefined;
  const ms = durationMs(text);
  if (ms === undefined) {
    findings.push(
      finding("document/bad-duration", pointer, `per_try_timeout: ${text} is no duration`, { fix: "write a number with ms, s, m or h" }),
    );
  } else if (ms < 0) findings.push(finding("document/out-of-range", pointer, "per_try_timeout: must be at least 0"));
  else return ms;
  return undefined;
}
