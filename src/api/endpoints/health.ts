import type { Hono } from "hono";
import { answer } from "../answer.ts";
import type { View } from "../view.ts";

/** `/healthz`, `/readyz`, `/version` and `/metrics`: what stands outside the versioned API. */
export function healthEndpoints(app: Hono, view: View): void {
  app.get("/healthz", (c) => c.text("ok\n"));
  app.get("/readyz", (c) => (view.ready() ? c.text("ok\n") : c.text("not every fleet has a snapshot to serve yet\n", 503)));
  app.get("/version", (c) => answer(c, { version: view.version, instance: view.instance }));
  app.get("/metrics", async (c) => c.body(await view.metrics(), 200, { "content-type": "text/plain; version=0.0.4; charset=utf-8" }));
}
