import type { Resource } from "../envoy/resource.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import { differing } from "./difference.ts";

/** Resources of one type by version, as long as a set of a row holds them. Taking a set in or out costs what it changes. */
export class VersionIndex {
  readonly #versions = new Map<string, { readonly resource: Resource; runs: number }>();

  get(version: string): Resource | undefined {
    return this.#versions.get(version)?.resource;
  }

  /** A set follows another at the end of a row (`undefined`: it is the first). */
  append(last: TypeSet | undefined, set: TypeSet): void {
    for (const resource of onlyIn(set, last)) {
      const known = this.#versions.get(resource.version);
      if (known === undefined) this.#versions.set(resource.version, { resource, runs: 1 });
      else known.runs++;
    }
  }

  /** The first set of a row goes; `next` becomes the first. */
  dropFirst(first: TypeSet, next: TypeSet): void {
    for (const { version } of onlyIn(first, next)) {
      const known = this.#versions.get(version);
      if (known !== undefined && --known.runs === 0) this.#versions.delete(version);
    }
  }
}

/** Resources of a set that the other does not have in the same version. */
function* onlyIn(set: TypeSet, other: TypeSet | undefined): Generator<Resource> {
  if (other === undefined) yield* set.resources.values();
  else
    for (const name of differing(other, set)) {
      const resource = set.resources.get(name);
      if (resource !== undefined) yield resource;
    }
}
