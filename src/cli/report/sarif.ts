import { createHash } from "node:crypto";
import { type Code, codes } from "../../problem/codes.ts";
import type { Location, Problem } from "../../problem/problem.ts";

/** What a report needs besides the problems. */
export interface SarifContext {
  readonly version: string;
  /** `Kind/namespace/name` of the document at a place, if it is known. */
  document(at: Location): string | undefined;
}

const levels = { error: "error", warning: "warning", info: "note" } as const;

/** Problems as one run of SARIF 2.1.0 (delivery.md 9). Paths are relative to the root of the repository. */
export function sarifLog(problems: readonly Problem[], { version, document }: SarifContext): object {
  const rules = [...new Set(problems.map(({ code }) => code))].sort();
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "portolan", version, rules: rules.map(rule) } },
        columnKind: "unicodeCodePoints",
        results: problems.map((problem) => result(problem, rules.indexOf(problem.code), document(problem.at) ?? problem.at.path)),
      },
    ],
  };
}

function rule(code: string): object {
  const entry = codes[code as Code];
  return { id: code, shortDescription: { text: entry.meaning }, defaultConfiguration: { level: levels[entry.severity] } };
}

function result({ code, severity, message, at, fix, related }: Problem, ruleIndex: number, identity: string): object {
  const fingerprint = createHash("sha256")
    .update(`${code}\n${identity}\n${at.pointer ?? ""}`)
    .digest("hex");
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: fix === undefined ? message : `${message}; ${fix}` },
    ...(at.path === "" ? {} : { locations: [{ physicalLocation: physical(at) }] }),
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map(({ why, at: other }, id) => ({ id, message: { text: why }, physicalLocation: physical(other) })) }),
    partialFingerprints: { "portolan/v1": fingerprint },
  };
}

function physical({ path, line, column }: Location): object {
  const region = line === undefined ? {} : { region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) } };
  return { artifactLocation: { uri: path.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" }, ...region };
}
