import type { Gate, Offer } from "./fleet-record.ts";

/** The blast guard (delivery.md 6.4): what a candidate must not do to what the fleet has. A first snapshot may be empty. */
export function guard(candidate: Offer, baseline: Offer | undefined): Gate | undefined {
  if (baseline === undefined || baseline.resources === 0 || candidate.resources > 0) return undefined;
  return { kind: "guard", why: `it is empty: it would remove all ${baseline.resources} resources that the fleet has` };
}
