import picomatch from "picomatch";
import type { JsonObject } from "../model/json.ts";
import { type Finding, finding } from "../problem/finding.ts";

/** One entry of a fleet's `namespaces`: documents below `path` without a namespace of their own are in `namespace`. */
export interface NamespaceEntry {
  /** Glob on paths of the composed tree. */
  readonly path: string;
  /** `{n}` is what the n-th `*` of the glob matched, from 1; `**` does not count. */
  readonly namespace: string;
}

/** Gives the namespace of a document without one of its own by its path, or why there is none. */
export type NamespaceOf = (path: string) => string | Finding;

/** The namespace where nothing says otherwise. */
export const defaultNamespace = "default";

/** Whether a text is a DNS label (RFC 1123), as namespaces are. */
export function isDnsLabel(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text);
}

/** Whether documents of a kind have no namespace at all. */
export function isClusterScoped(group: string, kind: string): boolean {
  return (
    (group === "portolan.dev" && kind === "Fleet") ||
    (group === "gateway.networking.k8s.io" && kind === "GatewayClass") ||
    kind === "IngressClass"
  );
}

/** The rules of a fleet (delivery.md 10.2): the first entry whose glob matches the path decides; without one it is `default`. */
export function namespaceRules(entries: readonly NamespaceEntry[]): NamespaceOf {
  const rules = entries.map((entry) => ({ entry, matches: picomatch(entry.path, { dot: true }), stars: starPattern(entry.path) }));
  return (path) => {
    const rule = rules.find(({ matches }) => matches(path));
    if (rule === undefined) return defaultNamespace;
    const matched = rule.stars.exec(path) ?? [];
    const namespace = rule.entry.namespace.replace(/\{(\d{1,3})\}/g, (_, n: string) => (n === "0" ? "" : (matched[Number(n)] ?? "")));
    if (isDnsLabel(namespace)) return namespace;
    return finding(
      "document/bad-namespace",
      "",
      `${JSON.stringify(namespace)}, the namespace by the rule for ${rule.entry.path}, is not a DNS label`,
      {
        fix: "set metadata.namespace",
      },
    );
  };
}

/** What is wrong with the namespace that a document gives itself, if anything is. */
export function namespaceFinding(value: JsonObject): Finding | undefined {
  const metadata = value.metadata;
  if (typeof metadata !== "object" || metadata === null || !("namespace" in metadata)) return undefined;
  const { namespace } = metadata;
  if (namespace === undefined || namespace === null || namespace === "") return undefined;
  if (typeof namespace === "string" && isDnsLabel(namespace)) return undefined;
  return finding(
    "document/bad-namespace",
    "/metadata/namespace",
    "metadata.namespace: expected a DNS label (lower-case letters, digits, hyphens)",
  );
}

// What each single star has matched. Whether the glob matches at all is for picomatch to say; this only has to cut the path as it does.
function starPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/?|\*|\?|\{[^{}]*\}|\[[^\]]*\]|[^*?{[]+|./gs, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "([^/]*)";
    if (part === "?") return "[^/]";
    if (/^\{.*\}$/s.test(part))
      return `(?:${part
        .slice(1, -1)
        .split(",")
        .map((text) => RegExp.escape(text))
        .join("|")})`;
    if (/^\[.*\]$/s.test(part)) return "[^/]";
    return RegExp.escape(part);
  });
  return new RegExp(`^${source}$`, "s");
}
