import type { JsonObject, JsonValue } from "../../../model/json.ts";

/** A spec on its way to another version: what it holds, and where what was moved stands in the document. */
export class SpecEdit {
  readonly #fields: { [key: string]: JsonValue | undefined };
  readonly #moved = new Map<string, string>();

  constructor(spec: JsonObject) {
    this.#fields = { ...spec };
  }

  /** The spec as it is now. */
  get spec(): JsonObject {
    return this.#fields;
  }

  /** JSON pointers below the spec that have moved: new ones with those of the document. */
  get moved(): ReadonlyMap<string, string> {
    return this.#moved;
  }

  get(name: string): JsonValue | undefined {
    return this.#fields[name];
  }

  /** Replaces a field by another of a new name; one of that name that is there already stays. */
  rename(from: string, to: string): void {
    const value = this.#fields[from];
    if (value === undefined) return;
    delete this.#fields[from];
    if (this.#fields[to] === undefined) this.set(to, value, from);
  }

  /** Sets a field; problems of it are problems of the field `from`. */
  set(name: string, value: JsonValue, from = name): void {
    this.#fields[name] = value;
    if (from !== name) this.#moved.set(`/${name}`, `/${from}`);
  }

  remove(name: string): void {
    delete this.#fields[name];
  }

  /** Changes a field that is there. */
  change(name: string, to: (value: JsonValue) => JsonValue): void {
    const value = this.#fields[name];
    if (value !== undefined) this.#fields[name] = to(value);
  }
}
