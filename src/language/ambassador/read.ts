import type { Document } from "../../document/document.ts";
import type { JsonValue } from "../../model/json.ts";
import type { Finding, Origin } from "../../problem/finding.ts";
import type { Checked, FleetSettings } from "../language.ts";
import { object } from "../object.ts";
import { originOf } from "../origin.ts";
import { type LeftOutSpec, leftOut } from "./left-out.ts";
import { selects } from "./selector.ts";
import { settingsOf } from "./settings.ts";

/** What every check says of its document. */
export interface Base {
  readonly document: Document;
  readonly origin: Origin;
  readonly labels: Readonly<Record<string, string>>;
}

/** The part of a {@link Checked} that does not depend on the kind. */
export function baseOf(document: Document): Base {
  return { document, origin: originOf(document), labels: labelsOf(document) };
}

/**
 * Puts a check together. `findings` decide whether this version of the document is valid; `later` are what a later release serves,
 * which leaves the document out of this fleet's plan without making its version invalid (ambassador.md 1, containment).
 */
export function conclude<Spec>(
  base: Base,
  ids: readonly string[],
  findings: readonly Finding[],
  later: readonly Finding[],
  spec: Spec | undefined,
): Checked<Spec | LeftOutSpec> {
  const invalid = spec === undefined || findings.some((found) => found.severity === "error" && found.effect === "left-out");
  if (invalid) return { ...base, findings: [...findings, ...later] };
  return { ...base, findings, spec: later.length > 0 ? leftOut(ids, later) : spec };
}

/** What load order sorts by (2.3); a document in an annotation stands where its carrier does. */
export function loadKeyOf({ identity: { namespace, name }, carrier }: Document): string {
  if (carrier === undefined) return `${name}.${namespace}`;
  return `${carrier.name}.${carrier.namespace ?? namespace}\n${String(carrier.position).padStart(5, "0")}`;
}

/** Ids of the installations that read the document (2.3); the leading mark of converted documents is stripped. */
export function idsOf(ids: readonly string[] | null | undefined): readonly string[] {
  if (!ids?.length) return ["default"];
  return ids.map((id) => id.replace(/^--apiVersion-v3alpha1-only--/, ""));
}

/** The ids of a document whose spec is not read otherwise; older versions also write one string. */
export function looseIdsOf({ value }: Document): readonly string[] {
  const ids = object(value.spec)?.ambassador_id;
  if (typeof ids === "string") return idsOf([ids]);
  return idsOf(Array.isArray(ids) ? (ids as readonly JsonValue[]).filter((id) => typeof id === "string") : undefined);
}

/** The ids of a document that may be unusable: all there are, where not even these can be read, as of a document in an unreadable file. */
export function idsWritten(document: Document): readonly string[] {
  if (!document.identity.group.endsWith("getambassador.io")) {
    const id = object(object(document.value.metadata)?.annotations)?.["getambassador.io/ambassador-id"];
    return [typeof id === "string" ? id : "default"];
  }
  const { spec = {}, kind } = document.value;
  const ids = object(spec ?? {})?.ambassador_id ?? [];
  const isReadable = typeof ids === "string" || (Array.isArray(ids) && ids.every((id) => typeof id === "string"));
  return kind !== undefined && object(spec ?? {}) !== undefined && isReadable ? looseIdsOf(document) : ["_automatic_"];
}

/** Whether the fleet reads documents of this namespace and with these labels (1.1); what an unreadable file may hold could be any. */
export function isInput(document: Document, fleet: FleetSettings): boolean {
  const { inputNamespaces, labelSelector } = settingsOf(fleet);
  if (document.value.kind === undefined) return true;
  const { namespace } = document.identity;
  if (inputNamespaces !== undefined && namespace !== "" && !inputNamespaces.includes(namespace)) return false;
  return labelSelector === undefined || selects(labelSelector, labelsOf(document));
}

/** `metadata.labels`, those that are strings. */
function labelsOf({ value }: Document): Readonly<Record<string, string>> {
  const labels = object(object(value.metadata)?.labels) ?? {};
  return Object.fromEntries(Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
