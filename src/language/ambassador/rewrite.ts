import type { Forward } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import type { MappingInput } from "./mapping-schema.ts";
import { checkRegex, missingGroup, type RegexSize } from "./regex.ts";

/** How the path is rewritten: `regex_rewrite`, else `rewrite`, else to a slash; `undefined`: not at all (ambassador.md 3.2). */
export function rewriteOf(input: MappingInput, findings: Finding[], regexes: RegexSize[]): Forward["rewrite"] {
  const { rewrite: text, regex_rewrite: regex } = input;
  const plain: Forward["rewrite"] = text === "" ? undefined : { kind: "prefix", value: text ?? "/" };
  const pointer = "/spec/regex_rewrite";
  const found =
    regex === undefined
      ? undefined
      : (checkRegex(regex.pattern, `${pointer}/pattern`, regexes, { rewrite: plain }) ?? missingGroup(regex, pointer));
  if (found !== undefined) findings.push(found);
  if (regex !== undefined && found === undefined) {
    if (text !== undefined) findings.push(finding("ambassador/rewrite-conflict", "/spec/rewrite", "regex_rewrite is used", { on: "key" }));
    return { kind: "regex", ...regex };
  }
  if (text === undefined && input.prefix_regex && input.host_redirect !== true) {
    findings.push(
      finding("ambassador/regex-default-rewrite", "/spec/prefix", "the whole path is replaced by /, because rewrite is not set", {
        fix: 'write `rewrite: ""` to keep the path',
      }),
    );
  }
  return plain;
}

/** Whether the Host header becomes the name of the upstream's host. */
export function autoHostRewrite({ auto_host_rewrite: auto = false, host_rewrite: host }: MappingInput, findings: Finding[]): boolean {
  if (auto && host !== undefined)
    findings.push(finding("ambassador/host-rewrite-conflict", "/spec/auto_host_rewrite", "host_rewrite is used", { on: "key" }));
  return auto && host === undefined;
}
