import type { Gate, Offer } from "./fleet-record.ts";

/**
 * The gate of RouteTests (delivery.md 6.2): a test that passed on the baseline, says the same and does not pass now. The policy is that of the baseline,
 * so that no commit can weaken it for itself. Tests that are new, or were changed, hold nothing.
 */
export function testGate({ tests }: Offer, baseline: Offer | undefined): Gate | undefined {
  if (baseline === undefined || baseline.policy.routeTests === "warn") return undefined;
  const passed = new Set(baseline.tests?.passed);
  const broken = tests?.failed.filter(({ id }) => passed.has(id)) ?? [];
  const [first, ...others] = broken;
  if (first === undefined) return undefined;
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return {
    kind: "route-test",
    why: `a test that passed before fails: ${first.why}${more}`,
    files: broken.slice(0, shown).map(({ at }) => at),
  };
}

/** More places than these help nobody. */
const shown = 20;
