import { type EncodedHost, encodeVirtualHost } from "../envoy/virtual-host.ts";
import type {
  Attachment,
  Checked,
  FleetSettings,
  HostResult,
  HostSlot,
  Language,
  ListenersResult,
  Services,
} from "../language/language.ts";
import type { Route, VirtualHost } from "../model/model.ts";
import type { Origin, PlacedFinding } from "../problem/finding.ts";
import { byCodePoint } from "../problem/order.ts";
import { encodeRoute } from "./route-bytes.ts";

/** One virtual host: its inputs, by reference, and what came of them. Equal references are equal inputs, because all values are immutable. */
interface Cell {
  readonly slot: HostSlot;
  readonly documents: readonly Checked[];
  readonly lookups: Lookups;
  readonly result: HostResult;
  readonly encoded: EncodedHost;
  readonly routeBytes: ReadonlyMap<string, Uint8Array>;
}

/** Everything that was looked up while planning, with the answers: what is found by a name with a slash, a namespace by its name. */
type Lookups = ReadonlyMap<string, readonly Checked[] | boolean>;

/** What a rebuild has changed. */
export interface CellChanges {
  /** The listeners, if they were planned anew. */
  readonly listeners?: ListenersResult;
  /** Keys of the virtual hosts that were made anew or are gone, with the route table that each stands in. */
  readonly hosts: ReadonlyMap<string, string>;
  /** By route table: the documents that are new in it. */
  readonly causes: ReadonlyMap<string, readonly Origin[]>;
}

/** A document as the cells know it: by its identity. */
interface Touched {
  readonly glob: string | undefined;
  readonly document: Checked;
}

/**
 * The cells of one language in one fleet: one for the listeners, one for each virtual host. A cell is planned again only if one of its inputs is another one.
 * `dirty = affected(changes)`, and nothing more general than that.
 */
export class Cells {
  readonly #language: Language;
  readonly #fleet: FleetSettings;
  readonly #services: Services;
  readonly #shapers = new Map<string, Checked>();
  readonly #byGlob = new Map<string | undefined, Map<string, Checked>>();
  readonly #cells = new Map<string, Cell>();
  readonly #lookedUpBy = new Map<string, Set<string>>();
  readonly #attached = new Map<string, number>();
  #slots = new Map<string, HostSlot>();
  #plan: ListenersResult = { listeners: [], slots: [], upstreams: [], endpointSets: [], findings: [] };
  #planLookups: Lookups = new Map();
  #reshaped = true;
  #touched: Touched[] = [];
  #answersTouched = new Set<string>();

  constructor(language: Language, fleet: FleetSettings, services: Services) {
    this.#language = language;
    this.#fleet = fleet;
    this.#services = services;
  }

  /** The language that plans these cells. */
  get language(): Language {
    return this.#language;
  }

  /** The listeners as planned last. */
  get plan(): ListenersResult {
    return this.#plan;
  }

  /** Puts a document where it could matter. */
  attach(id: string, document: Checked, to: Attachment): void {
    if (to.to === "listeners") {
      this.#shapers.set(id, document);
      this.#reshaped = true;
    } else if (to.to === "hosts") {
      let bucket = this.#byGlob.get(to.glob);
      if (bucket === undefined) {
        bucket = new Map();
        this.#byGlob.set(to.glob, bucket);
      }
      bucket.set(id, document);
      this.#touched.push({ glob: to.glob, document });
    }
  }

  /** Takes a document away from where {@link attach} has put it. */
  detach(id: string, document: Checked, from: Attachment): void {
    if (from.to === "listeners") {
      this.#shapers.delete(id);
      this.#reshaped = true;
    } else if (from.to === "hosts") {
      const bucket = this.#byGlob.get(from.glob);
      bucket?.delete(id);
      if (bucket?.size === 0) this.#byGlob.delete(from.glob);
      this.#touched.push({ glob: from.glob, document });
    }
  }

  /** Says that other documents, or none, are found by this name, or that a namespace came or went. */
  answerChanged(name: string): void {
    this.#answersTouched.add(name);
  }

  /** Plans and encodes what has to be, and says what that was. */
  rebuild(): CellChanges {
    const dirty = new Set<string>();
    const hosts = new Map<string, string>();
    const replanned = this.#reshaped || !this.#sameAnswers(this.#planLookups);
    if (replanned) this.#replan(dirty, hosts);
    for (const { glob, document } of this.#touched) {
      for (const [key, slot] of this.#slots) {
        if (!dirty.has(key) && this.#language.overlaps(slot, glob) && this.#language.accepts(slot, document)) dirty.add(key);
      }
    }
    for (const name of this.#answersTouched) for (const key of this.#lookedUpBy.get(name) ?? []) dirty.add(key);
    this.#touched = [];
    this.#answersTouched = new Set();

    const causes = new Map<string, Origin[]>();
    for (const key of [...dirty].sort(byCodePoint)) {
      const slot = this.#slots.get(key);
      if (slot === undefined) continue;
      const fresh = this.#rebuildCell(key, slot);
      if (fresh === undefined) continue;
      hosts.set(key, slot.table);
      causes.set(slot.table, [...(causes.get(slot.table) ?? []), ...fresh]);
    }
    return { ...(replanned ? { listeners: this.#plan } : {}), hosts, causes };
  }

  /** What a virtual host became; `undefined` for one that is gone. */
  result(key: string): HostResult | undefined {
    return this.#cells.get(key)?.result;
  }

  /** The encoded virtual hosts of a table. */
  encoded(table: string): EncodedHost[] {
    const hosts: EncodedHost[] = [];
    for (const [key, slot] of this.#slots) {
      const cell = this.#cells.get(key);
      if (slot.table === table && cell !== undefined) hosts.push(cell.encoded);
    }
    return hosts;
  }

  /** All virtual hosts, by table and host in code point order. */
  virtualHosts(): VirtualHost[] {
    return [...this.#cells.keys()].sort(byCodePoint).map((key) => (this.#cells.get(key) as Cell).result.virtualHost);
  }

  /** All documents that have a part in a table, without repetition. */
  origins(table: string): readonly Origin[] {
    const origins = new Set<Origin>();
    for (const key of [...this.#slots.keys()].sort(byCodePoint)) {
      const cell = this.#cells.get(key);
      if (cell?.slot.table !== table) continue;
      for (const origin of cell.result.virtualHost.origins) origins.add(origin);
      for (const route of cell.result.virtualHost.routes) for (const origin of route.origins) origins.add(origin);
    }
    return [...origins];
  }

  /** For each route of a virtual host, in order, the documents that took part in it. */
  routeOrigins(table: string, host: string): readonly (readonly Origin[])[] {
    return this.#cells.get(slotKey({ table, host }))?.result.virtualHost.routes.map(({ origins }) => origins) ?? [];
  }

  /** How many virtual hosts and routes there are. */
  counts(): { virtualHosts: number; routes: number } {
    let routes = 0;
    for (const cell of this.#cells.values()) routes += cell.result.virtualHost.routes.length;
    return { virtualHosts: this.#cells.size, routes };
  }

  /** Everything that planning has found, in no particular order; a document in several virtual hosts may repeat a finding. */
  *findings(): Generator<PlacedFinding> {
    yield* this.#plan.findings;
    for (const cell of this.#cells.values()) yield* cell.result.findings;
    yield* this.#language.acrossHosts(this.#routing(), this.#plan.slots);
    const slots = this.#plan.slots;
    for (const bucket of this.#byGlob.values()) {
      for (const [id, document] of bucket) {
        const found = this.#attached.has(id) ? undefined : this.#language.unattached(document, slots, this.#services);
        if (found !== undefined) yield found;
      }
    }
  }

  /** All documents attached to hosts. */
  #routing(): Checked[] {
    return [...this.#byGlob.values()].flatMap((bucket) => [...bucket.values()]);
  }

  #replan(dirty: Set<string>, hosts: Map<string, string>): void {
    this.#reshaped = false;
    const { services, lookups } = this.#noting();
    this.#plan = this.#language.planListeners(sorted(this.#shapers), services, this.#fleet);
    this.#planLookups = lookups;
    const before = this.#slots;
    this.#slots = new Map(this.#plan.slots.map((slot) => [slotKey(slot), slot]));
    for (const [key, slot] of before) {
      if (this.#slots.has(key)) continue;
      hosts.set(key, slot.table);
      this.#forget(key);
    }
    for (const [key, slot] of this.#slots) {
      const old = before.get(key);
      if (old !== undefined && sameSlot(old, slot)) this.#slots.set(key, old);
      else dirty.add(key);
    }
  }

  /** Plans and encodes one cell; gives the documents that are new in it, or `undefined` if no input has changed. */
  #rebuildCell(key: string, slot: HostSlot): readonly Origin[] | undefined {
    const members = this.#members(slot);
    const documents = members.map(([, document]) => document);
    const old = this.#cells.get(key);
    if (old !== undefined && old.slot === slot && sameItems(old.documents, documents) && this.#sameAnswers(old.lookups)) return undefined;

    const { services, lookups } = this.#noting();
    const result = this.#language.planHost(slot, documents, services, this.#fleet);
    const routeBytes = new Map<string, Uint8Array>();
    const encoded = encodeVirtualHost(result.virtualHost, (route: Route) => encodeRoute(route, old?.routeBytes, routeBytes));
    this.#forget(key);
    this.#cells.set(key, { slot, documents, lookups, result, encoded, routeBytes });
    for (const name of lookups.keys()) addTo(this.#lookedUpBy, name, key);
    for (const [id] of members) this.#attached.set(id, (this.#attached.get(id) ?? 0) + 1);
    this.#memberIds.set(
      key,
      members.map(([id]) => id),
    );
    const known = new Set(old?.documents);
    return documents.filter((document) => !known.has(document)).map((document) => document.origin);
  }

  /** The services, and what was asked of them. */
  #noting(): { readonly services: Services; readonly lookups: Lookups } {
    const lookups = new Map<string, readonly Checked[] | boolean>();
    const noted = <T extends readonly Checked[] | boolean>(name: string, answer: T): T => {
      lookups.set(name, answer);
      return answer;
    };
    const services: Services = {
      find: (name) => noted(name, this.#services.all(name))[0],
      all: (name) => noted(name, this.#services.all(name)),
      isNamespace: (namespace) => noted(namespace, this.#services.isNamespace(namespace)),
    };
    return { services, lookups };
  }

  readonly #memberIds = new Map<string, readonly string[]>();

  #forget(key: string): void {
    const cell = this.#cells.get(key);
    if (cell === undefined) return;
    for (const name of cell.lookups.keys()) removeFrom(this.#lookedUpBy, name, key);
    for (const id of this.#memberIds.get(key) ?? []) {
      const count = (this.#attached.get(id) ?? 0) - 1;
      if (count > 0) this.#attached.set(id, count);
      else this.#attached.delete(id);
    }
    this.#memberIds.delete(key);
    this.#cells.delete(key);
  }

  #members(slot: HostSlot): [string, Checked][] {
    const members: [string, Checked][] = [];
    for (const [glob, bucket] of this.#byGlob) {
      if (!this.#language.overlaps(slot, glob)) continue;
      for (const entry of bucket) if (this.#language.accepts(slot, entry[1])) members.push(entry);
    }
    return members.sort((a, b) => byCodePoint(a[0], b[0]));
  }

  #sameAnswers(lookups: Lookups): boolean {
    for (const [name, answer] of lookups) {
      const same = typeof answer === "boolean" ? this.#services.isNamespace(name) === answer : sameItems(this.#services.all(name), answer);
      if (!same) return false;
    }
    return true;
  }
}

/** The key of a virtual host's cell within a fleet. */
export function slotKey(slot: { readonly table: string; readonly host: string }): string {
  return `${slot.table}\n${slot.host}`;
}

function sorted(documents: ReadonlyMap<string, Checked>): Checked[] {
  return [...documents].sort((a, b) => byCodePoint(a[0], b[0])).map(([, document]) => document);
}

function sameSlot(a: HostSlot, b: HostSlot): boolean {
  return JSON.stringify(a.detail) === JSON.stringify(b.detail) && sameItems(a.origins, b.origins);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}

function addTo(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name);
  if (keys === undefined) index.set(name, new Set([key]));
  else keys.add(key);
}

function removeFrom(index: Map<string, Set<string>>, name: string, key: string): void {
  const keys = index.get(name);
  keys?.delete(key);
  if (keys?.size === 0) index.delete(name);
}
