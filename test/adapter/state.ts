import type { TypeUrl } from "../../src/envoy/resource.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { NewestForAll } from "../support/newest-for-all.ts";
import { filled } from "./content.ts";

/** A name of a type. */
export interface Name {
  readonly type: TypeUrl;
  readonly name: string;
}

/** What one node shall have: a label, and the revision of each resource. */
interface Wanted {
  label: string;
  readonly revisions: Map<string, Name & { readonly revision: number }>;
}

/** What the nodes shall have, each in a fleet of its own, published as the server publishes: only git and translation are passed by. */
export class AdapterState {
  readonly delivery = new NewestForAll();
  readonly pool = new SnapshotPool();
  readonly #wanted = new Map<string, Wanted>();
  readonly #labels = new WeakMap<Snapshot, string>();
  readonly #published: () => void;
  #commits = 0;

  /** `published` is called when targets have changed. */
  constructor(published: () => void) {
    this.#published = published;
  }

  /** What responses made from the snapshot say as their version. */
  label(snapshot: Snapshot): string {
    return this.#labels.get(snapshot) ?? "";
  }

  /** Gives a node exactly these resources. */
  set(node: string, label: string, names: readonly Name[]): void {
    this.#wanted.set(node, { label, revisions: new Map(names.map((one) => [key(one), { ...one, revision: 0 }])) });
    this.#publish(node);
  }

  /** Gives a node one more. */
  add(node: string, label: string, name: Name): void {
    this.#change(node, label, (wanted) => wanted.set(key(name), { ...name, revision: 0 }));
  }

  /** Changes the content of a resource. Gives whether there is one. */
  update(node: string, label: string, name: Name): boolean {
    const known = this.#wanted.get(node)?.revisions.get(key(name));
    if (known === undefined) return false;
    this.#change(node, label, (wanted) => wanted.set(key(name), { ...name, revision: known.revision + 1 }));
    return true;
  }

  /** Takes one away. Gives whether there was one. */
  remove(node: string, label: string, name: Name): boolean {
    const known = this.#wanted.get(node)?.revisions.has(key(name)) === true;
    this.#change(node, label, (wanted) => wanted.delete(key(name)));
    return known;
  }

  #change(node: string, label: string, change: (revisions: Wanted["revisions"]) => void): void {
    const wanted = this.#wanted.get(node) ?? { label, revisions: new Map() };
    wanted.label = label;
    change(wanted.revisions);
    this.#wanted.set(node, wanted);
    this.#publish(node);
  }

  #publish(node: string): void {
    const { label = "", revisions } = this.#wanted.get(node) ?? {};
    const resources = [...(revisions?.values() ?? [])].flatMap(({ type, name, revision }) => filled(type, name, revision) ?? []);
    const commit = (++this.#commits).toString(16).padStart(40, "0");
    const snapshot = snapshotOf(commit, node, resources);
    this.#labels.set(snapshot, label);
    this.delivery.setFleets([...this.#wanted.keys()].map((name) => ({ name, matches: ({ id }) => id === name })));
    this.delivery.publish(snapshot);
    this.pool.add(snapshot);
    this.#published();
  }
}

function key({ type, name }: Name): string {
  return `${type}\n${name}`;
}
