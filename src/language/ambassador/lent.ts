import { type Finding, finding } from "../../problem/finding.ts";
import { corsOf } from "./cors.ts";
import { errorOverridesOf } from "./error-overrides.ts";
import { labelsOf } from "./labels.ts";
import type { MappingInput } from "./mapping-schema.ts";
import type { LentSpec } from "./mapping-spec.ts";
import { retryOf } from "./retry.ts";

/** Reads what a Mapping says and lends to others of its match (ambassador.md 3.2, 6.2). */
export function lentOf(input: MappingInput, findings: Finding[]): LentSpec {
  return {
    retry_policy: retryOf(input.retry_policy, findings),
    cors: input.cors && corsOf(input.cors),
    priority: priorityOf(input.priority, findings),
    allow_upgrade: upgradesOf(input, findings),
    labels: input.labels && labelsOf(input.labels, findings),
    error_response_overrides:
      input.error_response_overrides && errorOverridesOf(input.error_response_overrides, "/spec/error_response_overrides", findings),
    bypass_error_response_overrides: input.bypass_error_response_overrides,
    add_linkerd_headers: input.add_linkerd_headers,
  };
}

function priorityOf(text: string | undefined, findings: Finding[]): LentSpec["priority"] {
  const priority = text?.toUpperCase();
  if (priority === undefined || priority === "DEFAULT" || priority === "HIGH") return priority;
  findings.push(finding("document/bad-enum", "/spec/priority", `priority: ${text} is none of DEFAULT, HIGH`));
  return undefined;
}

/** Names that are equal but for case count once, because Envoy refuses the second. */
function upgradesOf({ allow_upgrade: upgrades, use_websocket: websocket }: MappingInput, findings: Finding[]): LentSpec["allow_upgrade"] {
  if (websocket !== undefined) {
    findings.push(
      finding("document/deprecated-field", "/spec/use_websocket", "use_websocket is deprecated", {
        on: "key",
        fix: "write `allow_upgrade: [websocket]`",
      }),
    );
  }
  if (upgrades === undefined && !websocket) return undefined;
  const names = new Map<string, string>();
  for (const name of [...(upgrades ?? []), ...(websocket ? ["websocket"] : [])]) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  }
  return [...names.values()];
}
