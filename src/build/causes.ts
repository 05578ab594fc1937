import { LRUCache } from "lru-cache";
import type { ResourceKey } from "../envoy/resource.ts";
import type { Oid } from "../git/object.ts";
import type { Origin } from "../problem/finding.ts";
import type { FleetOutcome } from "./fleet-build.ts";
import { causeKey } from "./fleet-build.ts";

/** How many changes of one resource are remembered: proxies that are further behind get the oldest of them. */
const remembered = 8;

/** A change of a resource: the commit that made it and the documents that were new in it. */
export interface Cause {
  readonly commit: Oid;
  readonly origins: readonly Origin[];
}

/** Remembers which documents changed a resource, so that a rejection leads back to them. */
export class Causes {
  readonly #byResource = new LRUCache<string, Cause[]>({ max: 100_000 });
  readonly #order = new LRUCache<Oid, number>({ max: 1000 });
  #builds = 0;

  /** Takes what a build of this commit has changed. */
  record(commit: Oid, outcomes: readonly FleetOutcome[]): void {
    this.#order.set(commit, this.#builds++);
    for (const { fleet, causes } of outcomes) {
      for (const [key, origins] of causes) {
        const id = `${fleet}\n${key}`;
        const known = this.#byResource.get(id) ?? [];
        this.#byResource.set(id, [...known.filter((cause) => cause.commit !== commit), { commit, origins }].slice(-remembered));
      }
    }
  }

  /** The last change of the resource at or before the commit; the newest one if the commit is not known. */
  find(fleet: string, key: ResourceKey, commit: Oid): Cause | undefined {
    const causes = this.#byResource.get(`${fleet}\n${causeKey(key)}`) ?? [];
    const at = this.#order.get(commit) ?? Number.POSITIVE_INFINITY;
    return causes.findLast((cause) => (this.#order.get(cause.commit) ?? -1) <= at) ?? causes.at(-1);
  }
}
