import { LRUCache } from "lru-cache";
import { locateIn } from "../document/locate.ts";
import type { Oid } from "../git/object.ts";
import type { Origin, Place, PlacedFinding } from "../problem/finding.ts";
import { sortProblems } from "../problem/order.ts";
import type { Location, Problem } from "../problem/problem.ts";

/** A finding about a document or, with a line of its own, about a file that could not be read. */
export type Unlocated = PlacedFinding & { readonly line?: number; readonly column?: number };

type Position = { readonly line: number; readonly column: number };

/** Turns places named by document and pointer into lines and columns, by parsing that one file again. */
export class Locator {
  readonly #blob: (oid: Oid) => Promise<Uint8Array>;
  readonly #commits: (source: string) => Oid | undefined;
  readonly #documents = new WeakMap<Location, string>();
  readonly #positions = new LRUCache<string, Position | "none">({ max: 50_000 });

  /** `blob` reads a file's content, `commits` names the commit that a source is read at. */
  constructor(blob: (oid: Oid) => Promise<Uint8Array>, commits: (source: string) => Oid | undefined) {
    this.#blob = blob;
    this.#commits = commits;
  }

  /** Problems without repetition, in the one order of problems. */
  async problems(findings: Iterable<Unlocated>): Promise<Problem[]> {
    const once = new Map<string, Unlocated>();
    for (const found of findings) once.set(keyOf(found), found);
    const wanted = [...once.values()];
    const places = wanted.flatMap((found) => [
      ...(found.line === undefined ? [found] : []),
      ...found.related.map(({ place }): Place => place),
    ]);
    const at = await this.#locate(places);
    return sortProblems(wanted.map((found) => this.#problem(found, at)));
  }

  /** `Kind/namespace/name` of the document that a problem of this locator is at; `undefined` for any other place. */
  document(at: Location): string | undefined {
    return this.#documents.get(at);
  }

  /** Where a document begins. */
  async origin(origin: Origin): Promise<Location> {
    return this.place({ origin, pointer: "", on: "value" });
  }

  /** Where nodes of documents stand; each file is read once. */
  async places(places: readonly Place[]): Promise<readonly Location[]> {
    const at = await this.#locate(places);
    return places.map(at);
  }

  /** Where a node of a document stands. */
  async place(place: Place): Promise<Location> {
    return (await this.#locate([place]))(place);
  }

  #problem(found: Unlocated, at: (place: Place) => Location): Problem {
    const { code, severity, effect, message, origin, line, column, pointer, fix, related } = found;
    const place = line === undefined ? at(found) : location(origin, this.#commits(origin.source), { line, column: column ?? 1 }, pointer);
    this.#documents.set(place, origin.label);
    return {
      code,
      severity,
      effect,
      message,
      at: place,
      ...(fix === undefined ? {} : { fix }),
      related: related.map(({ why, place }) => ({ why, at: at(place) })),
    };
  }

  /** Reads every file once that has a place which is not known yet; gives the location of each of the places. */
  async #locate(places: readonly Place[]): Promise<(place: Place) => Location> {
    const positions = new Map<string, Position | undefined>();
    const unknown: Place[] = [];
    for (const place of places) {
      const known = this.#positions.get(placeKey(place));
      if (known === undefined) unknown.push(place);
      else positions.set(placeKey(place), known === "none" ? undefined : known);
    }
    for (const [blob, inFile] of Map.groupBy(unknown, ({ origin }) => origin.blob)) {
      const locate = locateIn(await this.#blob(blob));
      for (const place of inFile) {
        const position = locate(place.origin.index, pointerOf(place), place.on);
        positions.set(placeKey(place), position);
        this.#positions.set(placeKey(place), position ?? "none");
      }
    }
    return (place) => location(place.origin, this.#commits(place.origin.source), positions.get(placeKey(place)), pointerOf(place));
  }
}

function placeKey(place: Place): string {
  return `${place.origin.blob} ${place.origin.index} ${place.on} ${pointerOf(place)}`;
}

function pointerOf({ origin, pointer }: Place): string {
  return origin.part ?? pointer;
}

function location(origin: Origin, built: Oid | undefined, position: Position | undefined, pointer: string): Location {
  const commit = origin.commit ?? built;
  return {
    source: origin.source,
    ...(commit === undefined ? {} : { commit }),
    path: origin.path,
    ...(position ?? {}),
    ...(pointer === "" ? {} : { pointer }),
  };
}

function keyOf({ code, origin, pointer, on, message }: Unlocated): string {
  return [code, origin.source, origin.commit ?? "", origin.path, origin.index, origin.part ?? pointer, on, message].join("\n");
}
