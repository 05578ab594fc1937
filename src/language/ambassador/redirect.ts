import type { Redirect } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { MappingInput } from "./mapping-schema.ts";
import { checkRegex, groupCount } from "./regex.ts";
import type { Service } from "./service.ts";

const codes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const pathFields = ["path_redirect", "prefix_redirect", "regex_redirect"] as const;

/** The redirect of a Mapping with `host_redirect`; `undefined` for one that forwards, or whose target is unusable. */
export function redirectOf(input: MappingInput, target: Service | undefined, findings: Finding[]): Redirect | undefined {
  const written = pathFields.filter((field) => input[field] !== undefined);
  if (input.host_redirect !== true) {
    for (const field of [...written, ...(input.redirect_response_code === undefined ? [] : ["redirect_response_code"])]) {
      findings.push(
        finding("ambassador/dead-field", `/spec/${field}`, `${field} has no effect without host_redirect`, {
          on: "key",
          fix: "add `host_redirect: true`",
        }),
      );
    }
    return undefined;
  }
  for (const field of written.slice(1)) {
    findings.push(
      finding("ambassador/redirect-conflict", `/spec/${field}`, `${field} is ignored because ${written[0]} is set`, { on: "key" }),
    );
  }
  const path = pathOf(input, findings);
  const code = codeOf(input.redirect_response_code, findings);
  if (target === undefined) return undefined;
  if (target.scheme !== undefined)
    findings.push(finding("ambassador/redirect-scheme", "/spec/service", `requests are redirected to ${target.scheme}`));
  return {
    kind: "redirect",
    code,
    ...(target.scheme === "https" ? { https: true } : {}),
    ...(target.scheme === "http" ? { scheme: "http" } : {}),
    host: target.host.includes(":") ? `[${target.host}]` : target.host,
    ...(target.port === undefined ? {} : { port: target.port }),
    ...(path === undefined ? {} : { path }),
  };
}

function pathOf(
  { path_redirect: full, prefix_redirect: prefix, regex_redirect: regex }: MappingInput,
  findings: Finding[],
): Redirect["path"] {
  if (full !== undefined) return { kind: "full", value: full };
  if (prefix !== undefined) return { kind: "prefix", value: prefix };
  if (regex === undefined) return undefined;
  const { mistake, tooLarge } = checkRegex(regex.pattern, "/spec/regex_redirect/pattern", { effect: "field-ignored" });
  const found = mistake ?? tooLarge ?? missingGroup(regex);
  if (found === undefined) return { kind: "regex", ...regex };
  findings.push(found);
  return undefined;
}

/** Envoy takes a group that the pattern lacks without a word, and then rewrites nothing. */
function missingGroup({ pattern, substitution }: { pattern: string; substitution: string }): Finding | undefined {
  const groups = groupCount(pattern);
  const missing = [...substitution.matchAll(/\\(\d|.|$)/g)].find(
    ([, after = ""]) => after !== "\\" && !(/\d/.test(after) && Number(after) <= groups),
  );
  if (missing === undefined) return undefined;
  return finding("document/out-of-range", "/spec/regex_redirect/substitution", `${missing[0]} names no group: the pattern has ${groups}`);
}

function codeOf(code: number | undefined, findings: Finding[]): Redirect["code"] {
  if (code === undefined) return 301;
  if (codes.has(code)) return code as Redirect["code"];
  findings.push(
    finding("document/bad-enum", "/spec/redirect_response_code", `${code} is none of ${[...codes].join(", ")}; 301 is sent`, {
      effect: "substituted",
    }),
  );
  return 301;
}
