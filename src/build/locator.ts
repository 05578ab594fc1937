import { LRUCache } from "lru-cache";
import { locate } from "../document/locate.ts";
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
    return sortProblems(await Promise.all([...once.values()].map((found) => this.#problem(found))));
  }

  /** Where a document begins. */
  async origin(origin: Origin): Promise<Location> {
    return this.place({ origin, pointer: "", on: "value" });
  }

  /** Where a node of a document stands. */
  async place({ origin, pointer, on }: Place): Promise<Location> {
    const position = await this.#position(origin, pointer, on);
    return location(origin, this.#commits(origin.source), position, pointer);
  }

  async #problem(found: Unlocated): Promise<Problem> {
    const position =
      found.line === undefined
        ? await this.#position(found.origin, found.pointer, found.on)
        : { line: found.line, column: found.column ?? 1 };
    return {
      code: found.code,
      severity: found.severity,
      effect: found.effect,
      message: found.message,
      at: location(found.origin, this.#commits(found.origin.source), position, found.pointer),
      ...(found.fix === undefined ? {} : { fix: found.fix }),
      related: await Promise.all(found.related.map(async ({ why, place }) => ({ why, at: await this.place(place) }))),
    };
  }

  async #position(origin: Origin, pointer: string, on: "key" | "value"): Promise<Position | undefined> {
    const key = `${origin.blob} ${origin.index} ${on} ${pointer}`;
    const known = this.#positions.get(key);
    if (known !== undefined) return known === "none" ? undefined : known;
    const position = locate(await this.#blob(origin.blob), origin.index, pointer, on);
    this.#positions.set(key, position ?? "none");
    return position;
  }
}

function location(origin: Origin, commit: Oid | undefined, position: Position | undefined, pointer: string): Location {
  return {
    source: origin.source,
    ...(commit === undefined ? {} : { commit }),
    path: origin.path,
    ...(position ?? {}),
    ...(pointer === "" ? {} : { pointer }),
  };
}

function keyOf({ code, origin, pointer, on, message }: Unlocated): string {
  return [code, origin.source, origin.path, origin.index, pointer, on, message].join("\n");
}
