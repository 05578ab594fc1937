import { createHash } from "node:crypto";
import type { Hono } from "hono";
import type { NodeFilter } from "../../fleet/selector.ts";
import { statusJson } from "../json.ts";
import { longPoll } from "../long-poll.ts";
import { parameters, seconds, selector } from "../parameters.ts";
import { versioned } from "../shapes.ts";
import type { View } from "../view.ts";

/**
 * `/status?selector=&timeout=`: everything at once, nodes as far as they are selected, with an ETag. A request with `If-None-Match` of what is known is answered
 * as soon as something has changed, and with 304 after `timeout` seconds (0, the default: at once).
 */
export function statusEndpoint(app: Hono, view: View, closing: AbortSignal): void {
  app.get("/status", async (c) => {
    const { timeout, selector: isMeant } = parameters(c.req.query(), { selector: selector.optional(), timeout: seconds.default(0) });
    const known = c.req.header("if-none-match");
    const signal = AbortSignal.any([closing, c.req.raw.signal]);
    const found = await longPoll(view, () => other(view, isMeant, known), timeout * 1000, signal);
    const headers = { etag: found?.etag ?? known ?? "", "content-type": "application/json" };
    return found === undefined ? c.body(null, 304, headers) : c.body(found.body, 200, headers);
  });
}

/** The status, unless it is the known one. */
function other(
  view: View,
  isMeant: NodeFilter | undefined,
  known: string | undefined,
): { readonly body: string; readonly etag: string } | undefined {
  const body = JSON.stringify(versioned(statusJson(view, isMeant)));
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return etag === known ? undefined : { body, etag };
}
