import ipaddr from "ipaddr.js";
import picomatch from "picomatch";
import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { isDnsLabel, type NamespaceEntry } from "../../document/namespace.ts";
import type { JsonObject } from "../../model/json.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import { ambassadorSettings } from "../ambassador/settings.ts";
import type { Checked, FleetSettings } from "../language.ts";
import { readSpec } from "../schema.ts";

/** Which nodes belong to a fleet: all lists that are given must match. */
export interface NodeSelector {
  readonly id?: readonly string[] | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly region?: readonly string[] | undefined;
  readonly zone?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a Fleet document says; plain data. */
export interface FleetDocument {
  readonly name: string;
  readonly nodes: NodeSelector;
  /** Globs of the paths it reads. */
  readonly documents: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly namespaces: readonly NamespaceEntry[];
  readonly settings: FleetSettings;
}

/** What a selector looks at of a node. */
export interface SelectableNode {
  readonly id: string;
  readonly cluster: string;
  readonly region: string;
  readonly zone: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const globs = z.array(z.string());
const schema = z.strictObject({
  nodes: z.strictObject({
    id: globs.optional(),
    cluster: globs.optional(),
    region: globs.optional(),
    zone: globs.optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
  documents: z.strictObject({ include: globs.optional(), exclude: globs.optional() }).optional(),
  namespaces: z.array(z.strictObject({ path: z.string(), namespace: z.string() })).optional(),
  proxy: z
    .strictObject({
      bindAddress: z.string().optional(),
      trustStore: z.string().optional(),
      minEnvoyVersion: z
        .string()
        .regex(/^\d+\.\d+$/)
        .optional(),
    })
    .optional(),
  services: z.strictObject({ dnsSuffix: z.string().optional(), missing: z.enum(["Error", "Dns"]).optional() }).optional(),
  ambassador: ambassadorSettings.optional(),
});

const laterFields: ReadonlySet<string> = new Set(["rollout", "containment", "groups", "blastGuard", "gatewayApi"]);

const defaults: FleetSettings = {
  name: "default",
  proxy: { bindAddress: "0.0.0.0", trustStore: "/etc/ssl/certs/ca-certificates.crt", minEnvoyVersion: "1.31" },
  services: { dnsSuffix: "", missing: "Error" },
  languages: {},
};

/** The fleet of all nodes and all documents, while there is no Fleet document. */
export const defaultFleet: FleetDocument = {
  name: "default",
  nodes: {},
  documents: { include: ["**"], exclude: [] },
  namespaces: [],
  settings: defaults,
};

/** Checks a Fleet (delivery.md 10.2). */
export function checkFleet(document: Document, origin: Origin): Checked<FleetDocument> {
  const base = { document, origin, labels: {} };
  const { served, findings: later } = servedFields(document.value.spec as JsonObject | undefined);
  const { spec: input, findings: said } = readSpec(schema, served, { pointer: "/spec", unknownField: "error" });
  const findings: Finding[] = [...later, ...said];
  if (input === undefined) return { ...base, findings };
  const address = input.proxy?.bindAddress;
  if (address !== undefined && !ipaddr.isValid(address)) {
    findings.push(
      finding("document/wrong-type", "/spec/proxy/bindAddress", `bindAddress: ${address} is no IP address`, { effect: "left-out" }),
    );
  }
  for (const [i, { namespace }] of (input.namespaces ?? []).entries()) {
    if (!isDnsLabel(namespace.replaceAll(/\{\d+\}/g, "x")))
      findings.push(finding("document/bad-namespace", `/spec/namespaces/${i}/namespace`, `${namespace} is no DNS label`));
  }
  const { name } = document.identity;
  const spec: FleetDocument = {
    name,
    nodes: input.nodes,
    documents: { include: input.documents?.include ?? ["**"], exclude: input.documents?.exclude ?? [] },
    namespaces: input.namespaces ?? [],
    settings: {
      name,
      proxy: { ...defaults.proxy, ...input.proxy },
      services: { ...defaults.services, ...input.services },
      languages: input.ambassador === undefined ? {} : { ambassador: input.ambassador },
    } as FleetSettings,
  };
  const leftOut = findings.some((found) => found.severity === "error" && found.effect === "left-out");
  return { ...base, ...(leftOut ? {} : { spec }), findings };
}

/** Whether the selector admits the node. */
export function matchesNode(selector: NodeSelector, node: SelectableNode): boolean {
  const fits = (wanted: readonly string[] | undefined, value: string) =>
    wanted === undefined || wanted.some((glob) => picomatch.isMatch(value, glob, { dot: true }));
  return (
    fits(selector.id, node.id) &&
    fits(selector.cluster, node.cluster) &&
    fits(selector.region, node.region) &&
    fits(selector.zone, node.zone) &&
    Object.entries(selector.metadata ?? {}).every(([key, value]) => node.metadata[key] === value)
  );
}

function servedFields(spec: JsonObject | undefined): { served: JsonObject; findings: Finding[] } {
  const findings: Finding[] = [];
  const served = Object.fromEntries(
    Object.entries(spec ?? {}).filter(([key]) => {
      if (!laterFields.has(key)) return true;
      findings.push(finding("document/not-served", `/spec/${key}`, `${key} is not served yet`, { on: "key", effect: "field-ignored" }));
      return false;
    }),
  );
  return { served, findings };
}
