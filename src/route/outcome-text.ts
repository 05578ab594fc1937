import type { Route } from "../model/model.ts";
import { upstreamLabel } from "./difference/upstream-form.ts";
import type { Mismatch } from "./match.ts";
import type { Outcome } from "./router.ts";

/** What becomes of a request, in one sentence without its end: `forwarded to cart (90 %) or cart2 (10 %) as /items`. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "forward":
      return `forwarded to ${targetsText(outcome.targets)} as ${outcome.authority ?? "(name of the endpoint)"}${outcome.path}`;
    case "tcp":
      return `passed on to ${targetsText(outcome.targets)}, byte by byte`;
    case "redirect":
      return `redirected to ${outcome.location} (${outcome.status})`;
    case "respond":
    case "rejected":
      return `answered ${outcome.status} by the proxy: ${outcome.why}`;
    case "no-route":
      return `answered 404: ${outcome.why === "host" ? "no virtual host has the name" : "no route takes it"}`;
    case "refused":
      return `refused: ${outcome.why}`;
  }
}

/** Where requests go, with shares if there are several. */
export function targetsText(targets: readonly { readonly upstream: string; readonly weight: number }[]): string {
  const sum = targets.reduce((total, { weight }) => total + weight, 0);
  if (targets.length === 1) return upstreamLabel(targets[0]?.upstream ?? "");
  return targets.map(({ upstream, weight }) => `${upstreamLabel(upstream)} (${percent(weight / sum)})`).join(" or ");
}

/** A share of 1 as percent, with at most two decimals. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** Why a route does not take a request: `header x-canary: wants exact 1, there is none`. */
export function mismatchText({ on, name, wanted, got }: Mismatch): string {
  const head = on === "path" ? "path" : `${on === "header" ? "header" : "parameter"} ${name}`;
  return `${head}: wants ${wanted}, ${got === undefined ? "there is none" : `got ${got === "" ? "nothing" : got}`}`;
}

/** What a route does with any request that it takes, in a few words. */
export function actionText({ action }: Route): string {
  if (action.kind === "forward") return `forwards to ${targetsText(action.targets)}`;
  if (action.kind === "respond") return `answers ${action.status}: ${action.why}`;
  const to = action.host ?? (action.https ? "https" : "");
  return `redirects${to === "" ? "" : ` to ${to}`} (${action.code})`;
}
