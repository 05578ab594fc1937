import type { Document } from "../../document/document.ts";
import type { HeaderEdits, Redirect, RoutePolicy, ValueMatch } from "../../model/model.ts";
import { type Finding, finding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { Checked } from "../language.ts";
import { readSpec } from "../schema.ts";
import { headerEdits } from "./headers.ts";
import { isHostGlob } from "./hostname.ts";
import { laterMappingFields, type MappingInput, mappingSchema } from "./mapping-schema.ts";
import { idsOf, labelsOf, notServed, originOf } from "./read.ts";
import { redirectOf } from "./redirect.ts";
import { checkRegex } from "./regex.ts";
import { retryOf } from "./retry.ts";
import { parseService, type Service } from "./service.ts";
import { sortKey } from "./sort-key.ts";

/** What one Mapping says, as far as it can be told from itself alone. */
export interface MappingSpec {
  readonly kind: "Mapping";
  readonly ids: readonly string[];
  readonly namespace: string;
  readonly name: string;
  /** `<name>.<namespace>`: the load order. */
  readonly loadKey: string;
  /** Glob of the hosts it wants; `undefined`: only a selector can attach it. */
  readonly glob: string | undefined;
  readonly path: { readonly kind: "prefix" | "exact" | "regex"; readonly value: string };
  /** All matchers but that of the hostname. */
  readonly headers: readonly ValueMatch[];
  readonly query: readonly ValueMatch[];
  readonly precedence: number;
  /** Equal keys form a group (6.1). */
  readonly groupKey: string;
  readonly sortKey: readonly (number | string)[];
  readonly weight: number | undefined;
  /** `undefined`: the service string is unusable, and the route fails in place. */
  readonly service: Service | undefined;
  readonly connectTimeoutMs: number;
  readonly redirect: Redirect | undefined;
  readonly rewrite: string;
  readonly hostRewrite: string | undefined;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  readonly retry: RoutePolicy["retry"];
  readonly requestHeaders: HeaderEdits;
  readonly responseHeaders: HeaderEdits;
}

/** Checks a Mapping. */
export function checkMapping(document: Document): Checked<MappingSpec> {
  const base = { document, origin: originOf(document), labels: labelsOf(document) };
  const { rest, findings: later } = notServed(document.value.spec, laterMappingFields);
  const { spec: input, findings: schema } = readSpec(mappingSchema, rest ?? {}, { pointer: "/spec", unknownField: "warning" });
  const findings: Finding[] = [...later, ...schema];
  if (input === undefined) return { ...base, findings };
  const spec = specOf(document, input, findings);
  const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
  return { ...base, ...(leftOut ? {} : { spec }), findings };
}

function specOf({ identity: { namespace, name } }: Document, input: MappingInput, findings: Finding[]): MappingSpec {
  const glob = hostGlob(input, findings);
  const path = pathOf(input, findings);
  const headers = [...valueMatches(input.headers, ":authority"), ...(input.method === undefined ? [] : [exact(":method", input.method)])];
  const query = valueMatches(input.query_parameters);
  const precedence = input.precedence ?? 0;
  const redirect = redirectOf(input, findings);
  const service = redirect === undefined ? serviceOf(input, findings) : undefined;
  return {
    kind: "Mapping",
    ids: idsOf(input.ambassador_id),
    namespace,
    name,
    loadKey: `${name}.${namespace}`,
    glob,
    path,
    headers,
    query,
    precedence,
    groupKey: JSON.stringify([
      path.kind,
      path.value,
      glob ?? null,
      headers.map(matchKey).sort(byCodePoint),
      query.map(matchKey).sort(byCodePoint),
      precedence,
    ]),
    sortKey: sortKey({ precedence, prefix: path.value, glob, headers, query }),
    weight: weightOf(input.weight, findings),
    service,
    connectTimeoutMs: input.connect_timeout_ms ?? 3000,
    redirect,
    rewrite: input.rewrite ?? "/",
    hostRewrite: input.host_rewrite,
    timeoutMs: input.timeout_ms ?? 3000,
    idleTimeoutMs: input.idle_timeout_ms,
    retry: retryOf(input.retry_policy, findings),
    requestHeaders: headerEdits("request", input.add_request_headers, input.remove_request_headers, findings),
    responseHeaders: headerEdits("response", input.add_response_headers, input.remove_response_headers, findings),
  };
}

function hostGlob({ hostname, host, headers }: MappingInput, findings: Finding[]): string | undefined {
  const authority = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === ":authority")?.[1];
  if (hostname !== undefined && host !== undefined) {
    findings.push(
      finding("ambassador/host-and-hostname", "/spec/host", "host is ignored because hostname is set", { on: "key", fix: "remove host" }),
    );
  }
  if (host !== undefined)
    findings.push(finding("document/deprecated-field", "/spec/host", "host is deprecated", { on: "key", fix: "write hostname" }));
  const glob = hostname ?? host ?? (typeof authority === "string" ? authority : undefined);
  if (glob === undefined) return undefined;
  const good = hostname === undefined ? !glob.includes("*") : isHostGlob(glob);
  if (!good) {
    const pointer = hostname !== undefined ? "/spec/hostname" : host !== undefined ? "/spec/host" : "/spec/headers";
    findings.push(finding("ambassador/bad-hostname-glob", pointer, `${glob}: a wildcard may stand at one end of a hostname only`));
  }
  return glob.toLowerCase();
}

function pathOf({ prefix, prefix_regex: regex, prefix_exact: whole, rewrite }: MappingInput, findings: Finding[]): MappingSpec["path"] {
  if (regex) {
    const mistake = checkRegex(prefix, "/spec/prefix");
    if (mistake !== undefined) findings.push(mistake);
    if (rewrite === undefined) {
      findings.push(
        finding("ambassador/regex-default-rewrite", "/spec/prefix", "the whole path is replaced by /, because rewrite is not set", {
          fix: 'write `rewrite: ""` to keep the path',
        }),
      );
    }
    return { kind: "regex", value: prefix };
  }
  if (!prefix.startsWith("/"))
    findings.push(finding("ambassador/bad-prefix", "/spec/prefix", "a prefix begins with a slash", { fix: `write /${prefix}` }));
  return { kind: whole ? "exact" : "prefix", value: prefix };
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

function matchKey({ name, kind, value }: ValueMatch): string {
  return JSON.stringify([name, kind, value]);
}

function serviceOf({ service: text }: MappingInput, findings: Finding[]): Service | undefined {
  const service = parseService(text);
  if (service === undefined) {
    findings.push(
      finding(
        "ambassador/bad-service",
        "/spec/service",
        `${text}: expected a host with an optional port from 0 to 65535; the route answers 503`,
      ),
    );
    return undefined;
  }
  if (service.scheme === "https") findings.push(finding("document/not-served", "/spec/service", "TLS to a service is not served yet"));
  if (service.strangeScheme !== undefined)
    findings.push(finding("ambassador/bad-scheme", "/spec/service", `${service.strangeScheme}:// is ignored; http and https are known`));
  if (service.extra)
    findings.push(
      finding("ambassador/service-extra", "/spec/service", "only host and port of a service count", { fix: "use rewrite for a path" }),
    );
  return service;
}

function weightOf(weight: number | undefined, findings: Finding[]): number | undefined {
  if (weight === undefined) return undefined;
  const clamped = Math.min(100, Math.max(0, weight));
  if (clamped !== weight) {
    findings.push(
      finding("document/out-of-range", "/spec/weight", `weight: ${weight} lies outside 0 to 100 and counts as ${clamped}`, {
        effect: "substituted",
      }),
    );
  }
  return clamped;
}
