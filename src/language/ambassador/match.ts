import type { ValueMatch } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import { isHostGlob } from "./hostname.ts";
import type { MappingInput } from "./mapping-schema.ts";
import type { MatchSpec } from "./mapping-spec.ts";
import { checkRegex } from "./regex.ts";

/** Reads which requests a Mapping is about (ambassador.md 3.1). */
export function matchOf(input: MappingInput, findings: Finding[], later: Finding[]): MatchSpec {
  const method: ValueMatch[] = input.method === undefined ? [] : [exact(":method", input.method)];
  return {
    glob: hostGlob(input, findings),
    path: pathOf(input, findings, later),
    headers: [...valueMatches(input.headers, ":authority"), ...method],
    query: valueMatches(input.query_parameters),
    precedence: input.precedence ?? 0,
  };
}

/** What two Mappings have in common that Emissary takes for one match: everything but the kind of path. */
export function clashKey({ glob, path, headers, query, precedence }: MatchSpec): string {
  return JSON.stringify([precedence, path.value, glob ?? null, keysOf(headers), keysOf(query)]);
}

function hostGlob({ hostname, host, headers }: MappingInput, findings: Finding[]): string | undefined {
  const authority = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === ":authority")?.[1];
  if (hostname !== undefined && host !== undefined) {
    findings.push(
      finding("ambassador/host-and-hostname", "/spec/host", "host is ignored because hostname is set", { on: "key", fix: "remove host" }),
    );
  } else if (host !== undefined) {
    findings.push(finding("document/deprecated-field", "/spec/host", "host is deprecated", { on: "key", fix: "write hostname" }));
  }
  const glob = hostname ?? host ?? (typeof authority === "string" ? authority : undefined);
  if (glob === undefined) return undefined;
  const good = hostname === undefined ? glob !== "" && !glob.includes("*") : isHostGlob(glob);
  if (!good) {
    const pointer = hostname !== undefined ? "/spec/hostname" : host !== undefined ? "/spec/host" : "/spec/headers";
    findings.push(finding("ambassador/bad-hostname-glob", pointer, `${glob}: a wildcard may stand at one end of a hostname only`));
  }
  return glob.toLowerCase();
}

function pathOf(
  { prefix, prefix_regex: regex, prefix_exact: whole }: MappingInput,
  findings: Finding[],
  later: Finding[],
): MatchSpec["path"] {
  if (prefix === "" || (!regex && !prefix.startsWith("/"))) {
    findings.push(
      finding("ambassador/bad-prefix", "/spec/prefix", regex ? "the expression is empty" : "a prefix begins with a slash", {
        fix: `write /${prefix}`,
      }),
    );
  } else if (regex) {
    const { mistake, tooLarge } = checkRegex(prefix, "/spec/prefix");
    if (mistake !== undefined) findings.push(mistake);
    // The limit of 200 is a setting of the fleet, so no version of the document becomes invalid by it.
    if (tooLarge !== undefined) later.push(tooLarge);
  }
  return { kind: regex ? "regex" : whole ? "exact" : "prefix", value: prefix };
}

/** Matchers of a map, by name in code point order; `except` is read elsewhere. */
function valueMatches(map: MappingInput["headers"], except?: string): ValueMatch[] {
  return Object.entries(map ?? {})
    .filter(([name]) => name.toLowerCase() !== except)
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([name, value]) => (value === true ? { name, kind: "present", value: "", ignoreCase: false } : exact(name, value)));
}

function exact(name: string, value: string): ValueMatch {
  return { name, kind: "exact", value, ignoreCase: false };
}

function keysOf(matches: readonly ValueMatch[]): string[] {
  return matches.map(({ name, kind, value }) => JSON.stringify([name, kind, value])).sort(byCodePoint);
}
