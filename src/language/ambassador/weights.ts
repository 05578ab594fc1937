import type { Origin } from "../../problem/finding.ts";
import { finding, type PlacedFinding, placed } from "../../problem/finding.ts";

/** What has a weight, or none. */
interface Weighted {
  readonly origin: Origin;
  readonly spec: { readonly weight: number | undefined };
}

/** A member and its share of the group's traffic, as a part of the sum of all shares. */
export interface Share<M extends Weighted> {
  readonly member: M;
  readonly share: number;
}

/** The shares of a group, weighted members first (6.3); those with nothing are left out. */
export function sharesOf<M extends Weighted>(members: readonly M[], findings: PlacedFinding[]): Share<M>[] {
  const weighted = members.filter((member) => member.spec.weight !== undefined);
  const weightless = members.filter((member) => member.spec.weight === undefined);
  const given = weighted.map((member) => ({ member, share: member.spec.weight ?? 0 }));
  if (members.length === 1) return members.map((member) => ({ member, share: 100 }));
  const total = given.reduce((sum, { share }) => sum + share, 0);
  const say = (code: "ambassador/weights-overflow" | "ambassador/weights-underflow" | "ambassador/weights-zero", message: string) => {
    const at = weighted.at(-1);
    if (at !== undefined) findings.push(placed(at.origin, finding(code, "/spec/weight", message)));
  };
  if (total > 100) say("ambassador/weights-overflow", `the weights of this match add up to ${total}; they count in proportion`);
  if (weightless.length > 0)
    return total > 100 ? given.filter(hasTraffic) : [...given, ...split(weightless, 100 - total)].filter(hasTraffic);
  if (total === 0) {
    say("ambassador/weights-zero", "all weights of this match are zero; the members share equally");
    return weighted.map((member) => ({ member, share: 1 }));
  }
  if (total < 100) say("ambassador/weights-underflow", `the weights of this match add up to ${total}; they count in proportion`);
  return given.filter(hasTraffic);
}

function hasTraffic({ share }: Share<Weighted>): boolean {
  return share > 0;
}

/** An even split in whole numbers, each rounded half to even; the last takes what is left. */
function split<M extends Weighted>(members: readonly M[], rest: number): Share<M>[] {
  let left = rest;
  return members.map((member, i) => {
    const share = i === members.length - 1 ? left : Math.min(left, halfToEven(rest / members.length));
    left -= share;
    return { member, share };
  });
}

function halfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
