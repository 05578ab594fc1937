import type { Hono } from "hono";
import { answer } from "../answer.ts";
import { convergence } from "../convergence.ts";
import { longPoll } from "../long-poll.ts";
import { commit, name, parameters, percent, seconds, selector } from "../parameters.ts";
import type { View } from "../view.ts";

/** `/wait?commit=&source=&fleet=&selector=&percent=&timeout=`: answers when the share of nodes is reached or has become impossible, or after `timeout` seconds with how far it is. */
export function waitEndpoint(app: Hono, view: View, closing: AbortSignal): void {
  app.get("/wait", async (c) => {
    const { timeout, ...wanted } = parameters(c.req.query(), {
      commit,
      source: name.optional(),
      fleet: name.optional(),
      selector: selector.optional(),
      percent: percent.default(100),
      timeout: seconds.default(0),
    });
    const signal = AbortSignal.any([closing, c.req.raw.signal]);
    const settled = async () => {
      const progress = await convergence(view, wanted);
      return progress.outcome === "waiting" ? undefined : progress;
    };
    return answer(c, (await longPoll(view, settled, timeout * 1000, signal)) ?? (await convergence(view, wanted)));
  });
}
