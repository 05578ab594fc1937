import picomatch from "picomatch";
import type { Document } from "../../document/document.ts";
import { isDnsLabel, type NamespaceEntry } from "../../document/namespace.ts";
import type { JsonObject } from "../../model/json.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Checked, FleetSettings } from "../language.ts";
import { isLeftOut, leaveOut, leaveOutBelow } from "../mistakes.ts";
import { readSpec } from "../schema.ts";
import { notServed, withoutLater } from "./fleet-later.ts";
import { fleetSchema } from "./fleet-schema.ts";

/** Which nodes belong to a fleet: everything that is given must match; globs are alternatives. */
export interface NodeSelector {
  readonly id?: readonly string[] | undefined;
  readonly cluster?: readonly string[] | undefined;
  readonly region?: readonly string[] | undefined;
  readonly zone?: readonly string[] | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What a selector looks at of a node. */
export interface SelectableNode {
  readonly id: string;
  readonly cluster: string;
  readonly region: string;
  readonly zone: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** How a broken document is kept from the rest (delivery.md 3.2). */
export interface Containment {
  /** How far is looked back for a valid version: commits, and distinct versions of one document. */
  readonly lookBack: { readonly commits: number; readonly versions: number };
  /** Sources that are read at their newest commit of which all documents are valid. */
  readonly hold: readonly string[];
}

/** How many nodes may reject a candidate and not stop it: a number, or `5%` of the connected ones. */
export type MaxRejected = number | string;

/** What a Fleet document says; plain data. */
export interface FleetDocument {
  readonly name: string;
  readonly nodes: NodeSelector;
  /** Globs of the paths it reads, in the composed tree. */
  readonly documents: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  readonly namespaces: readonly NamespaceEntry[];
  readonly containment: Containment;
  readonly settings: FleetSettings;
  readonly rollout: { readonly maxRejected: MaxRejected; readonly routeTests: "hold" | "warn" };
}

/** The fleet of all nodes and all documents, while there is no Fleet document. */
export const defaultFleet: FleetDocument = {
  name: "default",
  nodes: {},
  documents: { include: ["**"], exclude: [] },
  namespaces: [],
  containment: { lookBack: { commits: 1000, versions: 20 }, hold: [] },
  settings: {
    name: "default",
    proxy: { bindAddress: "0.0.0.0", trustStore: "/etc/ssl/certs/ca-certificates.crt", minEnvoyVersion: "1.31" },
    services: { dnsSuffix: "", missing: "Error" },
    languages: {},
  },
  rollout: { maxRejected: "5%", routeTests: "hold" },
};

/**
 * Checks a Fleet (delivery.md 10.2). It is left out by any mistake in what says which nodes and documents it has and where its proxies listen,
 * because it would then have others than were meant; of anything else a wrong field has no effect.
 */
export function checkFleet(document: Document, origin: Origin): Checked<FleetDocument> {
  const later: Finding[] = [];
  const served = withoutLater(document.value.spec ?? {}, "", later);
  const { spec: input, findings } = readSpec(fleetSchema, served, { pointer: "/spec", unknownField: "error" });
  const said = [
    ...later,
    ...leaveOutBelow(input === undefined ? leaveOut(findings) : findings, [
      "/spec/nodes",
      "/spec/documents",
      "/spec/namespaces",
      "/spec/proxy/bindAddress",
      "/spec/ambassador",
    ]),
    ...aboutNamespaces(input?.namespaces ?? []),
    ...(input?.rollout?.strategy === "waves" ? [notServed("/rollout/strategy", "ignore")] : []),
  ];
  const { name } = document.identity;
  const { documents, settings, containment } = defaultFleet;
  const spec: FleetDocument | undefined = input && {
    name,
    nodes: input.nodes,
    documents: { include: input.documents?.include ?? documents.include, exclude: input.documents?.exclude ?? documents.exclude },
    namespaces: input.namespaces ?? [],
    containment: {
      lookBack: { ...containment.lookBack, ...given(input.containment?.lookBack) },
      hold: input.containment?.hold ?? containment.hold,
    },
    settings: {
      name,
      proxy: { ...settings.proxy, ...given(input.proxy) },
      services: { ...settings.services, ...given(input.services) },
      languages: input.ambassador === undefined ? {} : { ambassador: given(input.ambassador) },
    },
    rollout: {
      maxRejected: input.rollout?.maxRejected ?? defaultFleet.rollout.maxRejected,
      routeTests: input.rollout?.gates?.routeTests ?? defaultFleet.rollout.routeTests,
    },
  };
  return { document, origin, labels: {}, ...(spec === undefined || isLeftOut(said) ? {} : { spec }), findings: said };
}

/** Whether the selector admits the node. An empty selector admits every node, an empty list of globs none. */
export function matchesNode(selector: NodeSelector, node: SelectableNode): boolean {
  const fits = (globs: readonly string[] | undefined, value: string) =>
    globs === undefined || globs.some((glob) => picomatch.isMatch(value, glob, { dot: true }));
  return (
    fits(selector.id, node.id) &&
    fits(selector.cluster, node.cluster) &&
    fits(selector.region, node.region) &&
    fits(selector.zone, node.zone) &&
    Object.entries(selector.metadata ?? {}).every(([key, value]) => Object.hasOwn(node.metadata, key) && node.metadata[key] === value)
  );
}

function aboutNamespaces(entries: readonly NamespaceEntry[]): Finding[] {
  return entries.flatMap(({ namespace }, i) =>
    isDnsLabel(namespace.replaceAll(/\{[1-9]\d*\}/g, "x"))
      ? []
      : [finding("document/bad-namespace", `/spec/namespaces/${i}/namespace`, `${JSON.stringify(namespace)} gives no DNS label`)],
  );
}

/** The fields that are there: an absent one must not hide its default. */
function given<T extends object>(fields: T | undefined): JsonObject & { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as JsonObject & {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
