import type { Redirect } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { MappingInput } from "./mapping-schema.ts";
import { checkRegex, missingGroup, type RegexSize } from "./regex.ts";
import type { Service } from "./service.ts";

const codes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const pathFields = ["path_redirect", "prefix_redirect", "regex_redirect"] as const;

/** The redirect of a Mapping with `host_redirect`; `undefined` for one that forwards, or whose target is unusable. */
export function redirectOf(
  input: MappingInput,
  target: Service | undefined,
  findings: Finding[],
  regexes: RegexSize[],
): Redirect | undefined {
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
  const code = codeOf(input.redirect_response_code, findings);
  if (target === undefined) return undefined;
  if (target.scheme !== undefined)
    findings.push(finding("ambassador/redirect-scheme", "/spec/service", `requests are redirected to ${target.scheme}`));
  const whole: Redirect = {
    kind: "redirect",
    code,
    ...(target.scheme === "https" ? { https: true } : {}),
    ...(target.scheme === "http" ? { scheme: "http" } : {}),
    host: target.host.includes(":") ? `[${target.host}]` : target.host,
    ...(target.port === undefined ? {} : { port: target.port }),
  };
  const path = pathOf(input, whole, findings, regexes);
  return path === undefined ? whole : { ...whole, path };
}

function pathOf(
  { path_redirect: full, prefix_redirect: prefix, regex_redirect: regex }: MappingInput,
  redirect: Redirect,
  findings: Finding[],
  regexes: RegexSize[],
): Redirect["path"] {
  if (full !== undefined) return { kind: "full", value: full };
  if (prefix !== undefined) return { kind: "prefix", value: prefix };
  if (regex === undefined) return undefined;
  const pointer = "/spec/regex_redirect";
  const found = checkRegex(regex.pattern, `${pointer}/pattern`, regexes, { redirect }) ?? missingGroup(regex, pointer);
  if (found === undefined) return { kind: "regex", ...regex };
  findings.push(found);
  return undefined;
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
