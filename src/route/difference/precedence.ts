import { canMeet } from "../can-meet.ts";
import { matchText } from "../match-text.ts";
import type { RouteGroup } from "./group.ts";
import { type FieldChange, textOf } from "./leaves.ts";

/** By key: the routes whose requests another route takes now that stood behind them before, or that take those of one that stood before them. */
export function precedenceChanges(
  before: readonly RouteGroup[],
  after: readonly RouteGroup[],
): ReadonlyMap<string, readonly FieldChange[]> {
  const places = new Map(after.map(({ key }, place) => [key, place]));
  const common = before.flatMap((group) => {
    const place = places.get(group.key);
    return place === undefined ? [] : [{ group, place, now: after[place] as RouteGroup }];
  });
  const moved = new Map<string, FieldChange[]>();
  // Nearly always the order is the same, and nothing more has to be looked at.
  if (common.every(({ place }, i) => i === 0 || place > (common[i - 1]?.place ?? 0))) return moved;
  for (const [i, { group, place, now }] of common.entries()) {
    const taker = common
      .slice(i + 1)
      .find((other) => other.place < place && canMeet(group.match, other.group.match) && textOfForm(now) !== textOfForm(other.now));
    if (taker === undefined) continue;
    const [own, other] = [matchText(group.match), matchText(taker.group.match)];
    moved.set(group.key, [{ path: "precedence", before: `before ${other}`, after: `behind ${other}` }]);
    if (!moved.has(taker.group.key)) moved.set(taker.group.key, [{ path: "precedence", before: `behind ${own}`, after: `before ${own}` }]);
  }
  return moved;
}

function textOfForm({ form }: RouteGroup): string {
  return textOf(Object.fromEntries(form));
}
