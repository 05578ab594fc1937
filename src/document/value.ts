import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { JsonValue } from "../model/json.ts";
import { limits } from "./limits.ts";

/** Something about a node that JSON cannot say, or says otherwise. */
export interface Blemish {
  readonly kind: "duplicate-key" | "complex-key" | "proto-key" | "ill-formed" | "nesting";
  /** JSON pointer to the node. */
  readonly pointer: string;
}

/** The key of a pair as JSON writes it; undefined if it is no scalar. */
export function keyOf(pair: Pair): string | undefined {
  const key: unknown = pair.key;
  if (!isScalar(key)) return key === null ? "" : undefined;
  return typeof key.value === "string" ? key.value : key.value === null ? "" : String(key.value);
}

/** A key or index as a step of a JSON pointer (RFC 6901). */
export function pointerStep(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Turns nodes into plain values and collects what is wrong with them. */
export class Values {
  readonly blemishes: Blemish[] = [];
  readonly #path: (string | number)[] = [];

  /**
   * The value of a node. Of equal keys the last counts; a key `__proto__` is an own property like any other;
   * numbers that JSON does not have (`.inf`, `.nan`) stay the strings they are written as.
   */
  of(node: Node | null): JsonValue {
    if (isScalar(node)) return this.#scalar(node.value, node.source);
    if (!isMap(node) && !isSeq(node)) return null;
    if (this.#path.length >= limits.nesting) {
      this.#blemish("nesting");
      return null;
    }
    return isSeq(node) ? this.#sequence(node.items) : this.#mapping(node.items as Pair[]);
  }

  #sequence(items: readonly unknown[]): JsonValue {
    return items.map((item, i) => this.#at(i, item));
  }

  #mapping(pairs: readonly Pair[]): JsonValue {
    const object: Record<string, JsonValue> = {};
    for (const pair of pairs) {
      const key = keyOf(pair);
      if (key === undefined) {
        this.#blemish("complex-key");
        continue;
      }
      const value = this.#at(key, pair.value);
      if (!key.isWellFormed()) this.#blemish("ill-formed");
      if (Object.hasOwn(object, key)) this.#blemish("duplicate-key", pointerStep(key));
      if (key === "__proto__") {
        this.#blemish("proto-key", pointerStep(key));
        Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
      } else object[key] = value;
    }
    return object;
  }

  #scalar(value: unknown, source: string | undefined): JsonValue {
    if (typeof value === "string") {
      if (!value.isWellFormed()) this.#blemish("ill-formed");
      return value;
    }
    if (typeof value === "number") {
      // JSON has no negative zero either, and a value must be the same before and after it was stored.
      if (Number.isFinite(value)) return value === 0 ? 0 : value;
      return source ?? String(value);
    }
    return typeof value === "boolean" ? value : null;
  }

  #at(key: string | number, node: unknown): JsonValue {
    this.#path.push(key);
    const value = this.of(node as Node | null);
    this.#path.pop();
    return value;
  }

  #blemish(kind: Blemish["kind"], below = ""): void {
    this.blemishes.push({ kind, pointer: this.#path.map(pointerStep).join("") + below });
  }
}
