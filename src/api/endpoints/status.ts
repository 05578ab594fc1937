import { createHash } from "node:crypto";
import type { Hono } from "hono";
import { statusJson } from "../json.ts";
import { longPoll } from "../long-poll.ts";
import { parameters, seconds } from "../parameters.ts";
import { versioned } from "../shapes.ts";
import type { View } from "../view.ts";

/**
 * `/status?timeout=`: everything at once, with an ETag. A request with `If-None-Match` of what is known is answered
 * as soon as something has changed, and with 304 after `timeout` seconds (0, the default: at once).
 */
export function statusEndpoint(app: Hono, view: View, closing: AbortSignal): void {
  app.get("/status", async (c) => {
    const { timeout } = parameters(c.req.query(), { timeout: seconds.default(0) });
    const known = c.req.header("if-none-match");
    const signal = AbortSignal.any([closing, c.req.raw.signal]);
    const found = await longPoll(view, () => other(view, known), timeout * 1000, signal);
    const headers = { etag: found?.etag ?? known ?? "", "content-type": "application/json" };
    return found === undefined ? c.body(null, 304, headers) : c.body(found.body, 200, headers);
  });
}

/** The status, unless it is the known one. */
function other(view: View, known: string | undefined): { readonly body: string; readonly etag: string } | undefined {
  const body = JSON.stringify(versioned(statusJson(view)));
  const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
  return etag === known ? undefined : { body, etag };
}
