import { parse } from "yaml";
import { languages } from "../../src/build/languages.ts";
import { owners } from "../../src/build/owners.ts";
import type { Document } from "../../src/document/document.ts";
import { ambassador } from "../../src/language/ambassador/ambassador.ts";
import type { Checked, FleetSettings, HostResult, Language, ListenersResult } from "../../src/language/language.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { Route, Upstream, ValueMatch } from "../../src/model/model.ts";
import type { Finding } from "../../src/problem/finding.ts";
import { byCodePoint } from "../../src/problem/order.ts";

/** The settings of a fleet without a Fleet document. */
export const fleet: FleetSettings = {
  name: "default",
  proxy: { bindAddress: "0.0.0.0", trustStore: "/etc/ssl/certs/ca-certificates.crt", minEnvoyVersion: "1.31" },
  services: { dnsSuffix: "", missing: "Error" },
  languages: {},
};

const listener = `"Listener http": {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}`;
const host = `"Host any": {hostname: "*", requestPolicy: {insecure: {action: Route}}}`;

/** Everything that a language makes of a set of documents. */
export interface Plan {
  readonly listeners: ListenersResult["listeners"];
  readonly slots: ListenersResult["slots"];
  /** By domain; of several tables that have it one. */
  readonly hosts: ReadonlyMap<string, HostResult>;
  /** By the name of the virtual host: `<table>/<domain>`. */
  readonly tables: ReadonlyMap<string, HostResult>;
  readonly upstreams: readonly Upstream[];
  readonly endpointSets: HostResult["endpointSets"];
  /** Each finding once, as `code label`. */
  readonly problems: readonly string[];
  /** Every finding with its document, each once. */
  readonly findings: readonly (Finding & { readonly label: string })[];
}

/**
 * Checks and plans documents in the shorthand of ambassador.md 19: `"Kind name[.namespace] (labels a=b)": spec`, a flow mapping without braces.
 * Without a Listener there is `http`, without a Host `any`.
 */
export function plan(text: string, settings: FleetSettings = fleet): Plan {
  const listed = /["{ \n]Listener /.test(` ${text}`) ? text : `${listener},\n${text}`;
  const all = /["{ \n]Host /.test(` ${text}`) ? listed : `${host},\n${listed}`;
  return planDocuments(documents(all), settings);
}

/** The documents of a text in shorthand. */
export function documents(text: string): Document[] {
  const entries = Object.entries(parse(`{${text}}`) as Record<string, JsonObject>);
  return entries.map(([head, spec], index) => {
    const match = /^(\S+) ([^.\s]+)(?:\.(\S+))?(?: \(labels (.*)\))?$/.exec(head);
    if (match === null) throw new Error(`no such head: ${head}`);
    const [, kind = "", name = "", namespace = "default", labels] = match;
    return documentOf(kind, name, namespace, spec, Object.fromEntries((labels ?? "").split(" ").flatMap(pair)), index);
  });
}

function pair(text: string): [string, string][] {
  const [key = "", value = ""] = text.split("=");
  return key === "" ? [] : [[key, value]];
}

const companions: Readonly<Record<string, readonly [string, string]>> = {
  Upstream: ["portolan.dev", "v1alpha1"],
  Service: ["", "v1"],
  Endpoints: ["", "v1"],
  EndpointSlice: ["discovery.k8s.io", "v1"],
  Ingress: ["networking.k8s.io", "v1"],
  IngressClass: ["networking.k8s.io", "v1"],
};

/** Kinds without a spec. */
const topLevel: ReadonlySet<string> = new Set(["Endpoints", "EndpointSlice"]);

/** One document as the document stage would hand it over. */
export function documentOf(
  kind: string,
  name: string,
  namespace: string,
  spec: JsonObject,
  labels: Readonly<Record<string, string>> = {},
  index = 0,
): Document {
  const [group = "", version = ""] = (Object.hasOwn(companions, kind) ? companions[kind] : undefined) ?? ["getambassador.io", "v3alpha1"];
  return {
    id: { blob: "0".repeat(40), index },
    path: "routes.yaml",
    source: "main",
    version,
    identity: { group, kind, namespace, name },
    value: {
      apiVersion: group === "" ? version : `${group}/${version}`,
      kind,
      metadata: { name, namespace, labels },
      ...(topLevel.has(kind) ? spec : { spec }),
    },
  };
}

function languageOf({ identity }: Document): Language {
  return owners(languages)(identity) ?? ambassador;
}

/** Plans documents, given in any order. */
export function planDocuments(all: readonly Document[], settings: FleetSettings = fleet): Plan {
  const found = new Map<string, Finding & { readonly label: string }>();
  const note = (label: string, finding: Finding) => found.set(JSON.stringify([label, finding]), { ...finding, label });
  const checked = all.map((one) => languageOf(one).check(one));
  for (const one of checked) for (const finding of one.findings) note(one.origin.label, finding);

  const sorted = [...checked].sort((a, b) => byCodePoint(identity(a), identity(b)));
  const shapers: Checked[] = [];
  const routing: { readonly glob: string | undefined; readonly checked: Checked }[] = [];
  const services = new Map<string, Checked[]>();
  for (const one of sorted) {
    for (const at of languageOf(one.document).attach(one, settings)) {
      if (at.to === "listeners") shapers.push(at.part ?? one);
      else if (at.to === "hosts") routing.push({ glob: at.glob, checked: at.part ?? one });
      else if (at.to === "services") services.set(at.name, [...(services.get(at.name) ?? []), one]);
    }
  }
  const isNamespace = (namespace: string) => all.some((one) => one.identity.namespace === namespace);
  const known = { find: (name: string) => services.get(name)?.[0], all: (name: string) => services.get(name) ?? [], isNamespace };
  const { listeners, slots, findings, ...planned } = ambassador.planListeners(shapers, known, settings);
  for (const finding of findings) note(finding.origin.label, finding);

  const across = ambassador.acrossHosts(
    routing.map((one) => one.checked),
    slots,
  );
  for (const finding of across) note(finding.origin.label, finding);
  const hosts = new Map<string, HostResult>();
  const tables = new Map<string, HostResult>();
  const attached = new Set<Checked>();
  for (const slot of slots) {
    const members = routing.filter((one) => ambassador.overlaps(slot, one.glob) && ambassador.accepts(slot, one.checked));
    for (const member of members) attached.add(member.checked);
    const documents = members.map((member) => member.checked);
    const result = ambassador.planHost(slot, documents, known, settings);
    for (const finding of result.findings) note(finding.origin.label, finding);
    hosts.set(slot.host, result);
    tables.set(`${slot.table}/${slot.host}`, result);
  }
  for (const { checked: one } of routing) {
    const finding = ambassador.unattached(one, slots, known);
    if (finding !== undefined && !attached.has(one)) note(finding.origin.label, finding);
  }
  const upstreams = new Map([planned, ...hosts.values()].flatMap((host) => host.upstreams.map((one) => [one.name, one] as const)));
  const sets = new Map([planned, ...hosts.values()].flatMap((host) => host.endpointSets.map((one) => [one.name, one] as const)));
  return {
    listeners,
    slots,
    hosts,
    tables,
    upstreams: [...upstreams.values()],
    endpointSets: [...sets.values()],
    findings: [...found.values()],
    problems: [...found.values()].map(({ code, label }) => `${code} ${label}`).sort(byCodePoint),
  };
}

function identity({ document: { identity: id } }: Checked): string {
  return [id.group, id.kind, id.namespace, id.name].join("\n");
}

/** The routes of a virtual host, by its domain or name (of the only one, if none is named) in short; what has the value of ambassador.md 17 is left away. */
export function routes(from: Plan, host?: string): unknown[] {
  const [only] = from.hosts.keys();
  const found = from.tables.get(host ?? "") ?? from.hosts.get(host ?? only ?? "");
  return (found?.virtualHost.routes ?? []).map(short);
}

/** A route in short, names aside: `{prefix, headers, to}`. */
function short({ match, action, policy, perFilter }: Route): unknown {
  const target = ({ upstream, weight }: { upstream: string; weight: number }) => [upstream, weight] as const;
  return plain({
    [match.path.kind]: match.path.value,
    anyCase: match.caseSensitive ? undefined : true,
    headers: match.headers.map(shortMatch),
    query: match.query.map(shortMatch),
    fraction: match.fraction && `${match.fraction.numerator}/${match.fraction.denominator}`,
    ...(action.kind === "forward"
      ? {
          to: action.targets.length === 1 ? action.targets[0]?.upstream : Object.fromEntries(action.targets.map(target)),
          rewrite:
            action.rewrite === undefined ? "none" : action.rewrite.kind === "prefix" && action.rewrite.value === "/" ? [] : action.rewrite,
          host: action.hostRewrite,
          mirrors: action.mirrors?.map(({ upstream, percent }) => `${upstream} ${percent}%`),
          settings: action.settings && Object.assign({}, ...action.settings.map(({ value }) => value)),
          timeout: policy.timeoutMs === 3000 ? undefined : policy.timeoutMs,
        }
      : action.kind === "redirect"
        ? { redirect: plain({ ...action, kind: undefined, code: action.code === 301 ? undefined : action.code }) }
        : { respond: action.status, timeout: policy.timeoutMs }),
    filters: perFilter.length === 0 ? undefined : Object.fromEntries(perFilter.map(({ filter, config }) => [filter, config.value])),
    idle: policy.idleTimeoutMs,
    retry: policy.retry,
    add: policy.requestHeaders.add.map(({ name, value, append }) => `${name}${append ? "+" : "="}${value}`),
    remove: policy.requestHeaders.remove,
    addToResponse: policy.responseHeaders.add.map(({ name, value, append }) => `${name}${append ? "+" : "="}${value}`),
    removeFromResponse: policy.responseHeaders.remove,
  });
}

function shortMatch({ name, kind, value, ignoreCase }: ValueMatch): string {
  return `${name} ${kind}${value === "" ? "" : ` ${value}`}${ignoreCase ? " (any case)" : ""}`;
}

/** Without what is undefined or empty. */
function plain(value: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && !(Array.isArray(one) && one.length === 0)));
}
