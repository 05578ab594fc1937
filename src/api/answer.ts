import type { Context } from "hono";
import { type Page, type PageRequest, page } from "./page.ts";
import { type ListJson, versioned } from "./shapes.ts";

/** One thing as an answer. */
export function answer(c: Context, value: object): Response {
  return c.json(versioned(value));
}

/** One page of a list as an answer. */
export function answerList<Item, Json>(
  c: Context,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  request: PageRequest,
  toJson: (item: Item) => Json,
): Response {
  return answerPage(c, page(items, keyOf, request), toJson);
}

/** A page that was cut already as an answer. */
export function answerPage<Item, Json>(c: Context, cut: Page<Item>, toJson: (item: Item) => Json): Response {
  const body: ListJson<Json> = versioned({ items: cut.items.map(toJson), next_cursor: cut.next ?? null, complete: true });
  return c.json(body);
}
