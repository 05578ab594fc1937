import type { Document } from "../document/document.ts";
import type { SingleKinds } from "../document/group.ts";
import type { JsonObject, JsonValue } from "../model/json.ts";
import type { EndpointSet, ListenerPlan, Route, TableName, Upstream, VirtualHost } from "../model/model.ts";
import type { Finding, Origin, PlacedFinding } from "../problem/finding.ts";

/** What one document says, decided from that document alone: a pure function of it, kept for ever by blob and index. */
export interface Checked<Spec = unknown> {
  readonly document: Document;
  /** Shared by reference by everything that is made from the document. */
  readonly origin: Origin;
  /** Typed and defaulted; absent if the document is left out. */
  readonly spec?: Spec;
  readonly labels: Readonly<Record<string, string>>;
  readonly findings: readonly Finding[];
}

/** What a Fleet document says to the languages; part of every cell's key. Without a Fleet document all defaults. */
export interface FleetSettings {
  readonly name: string;
  readonly proxy: { readonly bindAddress: string; readonly trustStore: string; readonly minEnvoyVersion: string };
  readonly services: { readonly dnsSuffix: string; readonly missing: "Error" | "Dns" };
  /** Language settings, by the language's key (`ambassador`), as checked by the language. */
  readonly languages: Readonly<Record<string, JsonValue>>;
}

/** Where a document could matter; `part`: not the document itself, but this that it becomes. */
export type Attachment = Attached & { readonly part?: Checked };

type Attached =
  /** It shapes listeners and virtual hosts: an input of the `listeners` cell. */
  | { readonly to: "listeners" }
  /** It may have routes in the hosts that its glob overlaps; `glob` undefined: only a selector can attach it. */
  | { readonly to: "hosts"; readonly glob: string | undefined }
  /** It says something about services, or what else is looked up by name: found by a name that has a slash, as `namespace/name`. */
  | { readonly to: "services"; readonly name: string }
  /** It says what is to become of requests, and changes nothing. */
  | { readonly to: "tests" };

/** One virtual host to be filled: made by the `listeners` cell, and the key of a `host` cell. */
export interface HostSlot {
  readonly table: TableName;
  readonly host: string;
  /** What the language needs to plan the cell besides the routes: plain data, part of the cell's key. */
  readonly detail: JsonObject;
  readonly origins: readonly Origin[];
}

/** What the `listeners` cell gives. Its upstreams and endpoint sets (of filters, loggers, TCP chains) are joined by name with those of the hosts. */
export interface ListenersResult {
  readonly listeners: readonly ListenerPlan[];
  readonly slots: readonly HostSlot[];
  readonly upstreams: readonly Upstream[];
  readonly endpointSets: readonly EndpointSet[];
  readonly findings: readonly PlacedFinding[];
  /** Flags of Envoy's runtime that only a bootstrap can set, by name. */
  readonly runtime?: Readonly<Record<string, number>>;
}

/** What a `host` cell gives. Upstreams and endpoint sets are joined by name over all cells: equal names, equal content. */
export interface HostResult {
  readonly virtualHost: VirtualHost;
  readonly upstreams: readonly Upstream[];
  readonly endpointSets: readonly EndpointSet[];
  readonly findings: readonly PlacedFinding[];
}

/** What a cell may look up besides its inputs; every answer becomes part of the cell's key. */
export interface Services {
  /** The document that is found by the name, if there is one. */
  find(name: string): Checked | undefined;
  /** All documents that are found by the name, in code point order of identity. */
  all(name: string): readonly Checked[];
  /** Whether some document of the fleet is in the namespace. */
  isNamespace(namespace: string): boolean;
}

/**
 * A configuration language: it checks one document at a time, says where each could matter, and plans one cell at a time.
 * All of it is pure; the caller caches by the ids of the inputs, and the language does not know.
 */
export interface Language {
  readonly name: string;
  /** The API groups it owns as a whole. */
  readonly groups: ReadonlySet<string>;
  /** By `apiVersion` the kinds that it owns of other groups. */
  readonly kinds: SingleKinds;
  /** Kinds whose absence means something of its own: a document of one that cannot be used counts as being there. */
  readonly defaulted: ReadonlySet<string>;
  /**
   * Whether a document restricts access, as far as it can be read: one that cannot be used is no reason to serve what it protects without it (delivery.md 3.1).
   */
  protects(document: Pick<Document, "identity" | "value">): boolean;
  /** Whether the plan refuses whatever the document would protect when it cannot be used: then it is enough to attach it. */
  closes(document: Pick<Document, "identity" | "value">): boolean;
  /** Checks one document of one of its groups: schema, values, expressions. Never throws on a user's mistake. */
  check(document: Document): Checked;
  /** The document as the fleet reads it, with its variables in place; the same object if nothing differs. What is wrong only then makes no version invalid. */
  fill(document: Document, fleet: FleetSettings): Document;
  /** Paths of the files of the repository that documents of the fleet may name: they are found as `File/<path>`. */
  files(fleet: FleetSettings): readonly string[];
  /** Whether the document, valid or not, is meant for this fleet; one that is not says nothing to it. */
  reads(document: Document, fleet: FleetSettings): boolean;
  /** Where the document could matter; empty for one that this fleet does not use, and for one that is left out unless its kind is {@link defaulted}. */
  attach(checked: Checked, fleet: FleetSettings): readonly Attachment[];
  /** Plans listeners, chains and virtual hosts from all documents attached to `listeners`, those included that are left out, given in code point order of identity. */
  planListeners(documents: readonly Checked[], services: Services, fleet: FleetSettings): ListenersResult;
  /** Whether a document with this glob could have routes in the slot. Cheap: asked once per slot and distinct glob. */
  overlaps(slot: HostSlot, glob: string | undefined): boolean;
  /** Whether a document whose glob overlaps does have routes in the slot (selectors). */
  accepts(slot: HostSlot, checked: Checked): boolean;
  /** Plans one virtual host from the documents it accepts, given in code point order of identity. */
  planHost(slot: HostSlot, documents: readonly Checked[], services: Services, fleet: FleetSettings): HostResult;
  /** What several documents attached to `hosts` say together that no slot can tell alone; in any order. */
  acrossHosts(documents: readonly Checked[], slots: readonly HostSlot[]): readonly PlacedFinding[];
  /** The finding for a document attached to `hosts` that no slot accepts. */
  unattached(checked: Checked, slots: readonly HostSlot[], services: Services): PlacedFinding | undefined;
  /** What the document gives by itself, other documents aside: what is held against Envoy's field rules before anything is joined. */
  own(checked: Checked, fleet: FleetSettings): Own;
}

/** What one document gives by itself. */
export interface Own {
  readonly routes: readonly Route[];
  readonly upstreams: readonly Upstream[];
  readonly listeners: readonly ListenerPlan[];
}
