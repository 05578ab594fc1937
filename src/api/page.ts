import { RequestError } from "./request-error.ts";

/** Which part of a list is wanted. */
export interface PageRequest {
  readonly limit: number;
  /** From the page before; absent: the beginning. */
  readonly cursor?: string;
}

/** A part of a list and how to ask for the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent: this is the last page. */
  readonly next?: string;
}

/**
 * Cuts a page out of a list. A cursor holds the key of the last item that was given, so that items added or removed before it shift nothing.
 * Throws a {@link RequestError}: `bad-parameter` for a cursor that no page gave, `gone` if its item is no longer in the list.
 */
export function page<Item>(items: readonly Item[], keyOf: (item: Item) => string, request: PageRequest): Page<Item> {
  const start = request.cursor === undefined ? 0 : after(items, keyOf, decodeCursor(request.cursor));
  const cut = items.slice(start, start + request.limit);
  const last = cut.at(-1);
  if (last === undefined || start + cut.length >= items.length) return { items: cut };
  return { items: cut, next: encodeCursor(keyOf(last)) };
}

function after<Item>(items: readonly Item[], keyOf: (item: Item) => string, key: string): number {
  const index = items.findIndex((item) => keyOf(item) === key);
  if (index < 0)
    throw new RequestError("gone", "the list has changed and the item this cursor stands at is gone; start again without a cursor");
  return index + 1;
}

/** A cursor that stands at a key. */
export function encodeCursor(key: string): string {
  return Buffer.from(`1${key}`, "utf8").toString("base64url");
}

/** The key that a cursor stands at. Throws a {@link RequestError} for a cursor that no page gave. */
export function decodeCursor(cursor: string): string {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith("1")) throw new RequestError("bad-parameter", "cursor: not a cursor of this API");
  return text.slice(1);
}
