import type { ValueMatch } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import { isHostGlob } from "./hostname.ts";
import type { MappingInput } from "./mapping-schema.ts";
import type { MatchSpec } from "./mapping-spec.ts";
import { checkRegex, type RegexSize } from "./regex.ts";

/** Where mistakes and the sizes of expressions go. */
interface Notes {
  readonly findings: Finding[];
  readonly regexes: RegexSize[];
}

/** Reads which requests a Mapping is about (ambassador.md 3.1). */
export function matchOf(input: MappingInput, findings: Finding[], regexes: RegexSize[]): MatchSpec {
  const notes = { findings, regexes };
  return {
    ...hostOf(input, notes),
    path: pathOf(input, notes),
    caseSensitive: input.case_sensitive ?? true,
    headers: [
      ...valueMatches(input.headers, ":authority"),
      ...expressions(input.regex_headers, "/spec/regex_headers", notes),
      ...methodOf(input, notes),
    ],
    query: [...valueMatches(input.query_parameters), ...expressions(input.regex_query_parameters, "/spec/regex_query_parameters", notes)],
    precedence: input.precedence ?? 0,
  };
}

/** What two Mappings have in common that Emissary takes for one match: everything but the kind of path. */
export function clashKey({ glob, hostRegex, path, headers, query, precedence }: MatchSpec): string {
  return JSON.stringify([precedence, path.value, glob ?? null, hostRegex ?? null, keysOf(headers), keysOf(query)]);
}

function hostOf({ hostname, host, host_regex: regex, headers }: MappingInput, notes: Notes): Pick<MatchSpec, "glob" | "hostRegex"> {
  const { findings } = notes;
  if (hostname !== undefined && host !== undefined) {
    findings.push(
      finding("ambassador/host-and-hostname", "/spec/host", "host is ignored because hostname is set", { on: "key", fix: "remove host" }),
    );
  } else if (host !== undefined) {
    findings.push(finding("document/deprecated-field", "/spec/host", "host is deprecated", { on: "key", fix: "write hostname" }));
  }
  if (hostname === undefined && host !== undefined && regex) {
    note(checkRegex(host, "/spec/host", notes.regexes), findings);
    // An expression may mean any host, so every Host is asked (7.3).
    return { glob: "*", hostRegex: host };
  }
  const authority = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === ":authority")?.[1];
  const glob = hostname ?? host ?? (typeof authority === "string" ? authority : undefined);
  if (glob === undefined) return { glob: undefined, hostRegex: undefined };
  const good = hostname === undefined ? glob !== "" && !glob.includes("*") : isHostGlob(glob);
  if (!good) {
    const pointer = hostname !== undefined ? "/spec/hostname" : host !== undefined ? "/spec/host" : "/spec/headers";
    findings.push(finding("ambassador/bad-hostname-glob", pointer, `${glob}: a wildcard may stand at one end of a hostname only`));
  }
  return { glob: glob.toLowerCase(), hostRegex: undefined };
}

function pathOf({ prefix, prefix_regex: regex, prefix_exact: whole }: MappingInput, { findings, regexes }: Notes): MatchSpec["path"] {
  if (prefix === "" || (!regex && !prefix.startsWith("/"))) {
    findings.push(
      finding("ambassador/bad-prefix", "/spec/prefix", regex ? "the expression is empty" : "a prefix begins with a slash", {
        fix: `write /${prefix}`,
      }),
    );
  } else if (regex) note(checkRegex(prefix, "/spec/prefix", regexes), findings);
  return { kind: regex ? "regex" : whole ? "exact" : "prefix", value: prefix };
}

function methodOf({ method, method_regex: regex }: MappingInput, { findings, regexes }: Notes): ValueMatch[] {
  if (method === undefined) return [];
  if (!regex) return [match(":method", "exact", method)];
  note(checkRegex(method, "/spec/method", regexes), findings);
  return [match(":method", "regex", method)];
}

/** Matchers of a map, by name in code point order; `except` is read elsewhere. */
function valueMatches(map: MappingInput["headers"], except?: string): ValueMatch[] {
  return Object.entries(map ?? {})
    .filter(([name]) => name.toLowerCase() !== except)
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([name, value]) => (value === true ? match(name, "present", "") : match(name, "exact", value)));
}

/** Matchers of a map of expressions, by name in code point order. */
function expressions(map: MappingInput["regex_headers"], pointer: string, { findings, regexes }: Notes): ValueMatch[] {
  return Object.entries(map ?? {})
    .sort((a, b) => byCodePoint(a[0], b[0]))
    .map(([name, value]) => {
      note(checkRegex(value, `${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`, regexes), findings);
      return match(name, "regex", value);
    });
}

function match(name: string, kind: ValueMatch["kind"], value: string): ValueMatch {
  return { name, kind, value, ignoreCase: false };
}

function note(found: Finding | undefined, findings: Finding[]): void {
  if (found !== undefined) findings.push(found);
}

function keysOf(matches: readonly ValueMatch[]): string[] {
  return matches.map(({ name, kind, value }) => JSON.stringify([name, kind, value])).sort(byCodePoint);
}
