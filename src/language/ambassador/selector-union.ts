import { finding, type PlacedFinding } from "../../problem/finding.ts";
import { byCodePoint } from "../../problem/order.ts";
import type { HostSlot, Language } from "../language.ts";
import { beside, type Mapping } from "./group.ts";
import { detailOf } from "./slot.ts";

/**
 * Mappings that Emissary would serve on a Host whose selector they do not satisfy, because another one of the same match does:
 * it joins their labels (6.1). Here each is served where its own labels lead.
 */
export function selectorUnions(
  mappings: readonly Mapping[],
  slots: readonly HostSlot[],
  { overlaps, accepts }: Pick<Language, "overlaps" | "accepts">,
): PlacedFinding[] {
  // Mappings of one match have one hostname, so that only labels can tell them apart.
  if (!slots.some((slot) => detailOf(slot).selectors.some((selector) => selector !== null))) return [];
  return [...Map.groupBy(mappings, ({ spec }) => spec.groupKey).values()].flatMap((members) => {
    if (members.length === 1) return [];
    members.sort((a, b) => byCodePoint(a.origin.label, b.origin.label));
    return slots.flatMap((slot) => {
      if (!overlaps(slot, members[0]?.spec.glob)) return [];
      const first = members.find((member) => accepts(slot, member));
      if (first === undefined) return [];
      return members.filter((member) => !accepts(slot, member)).map((member) => union(first, member, slot));
    });
  });
}

function union(served: Mapping, other: Mapping, { host }: HostSlot): PlacedFinding {
  const message = `${served.origin.label} has the same match, and its labels those of the Host ${host}; Emissary would serve this Mapping there too, here it is not`;
  return beside(served, other, finding("ambassador/selector-union", "/metadata", message));
}
