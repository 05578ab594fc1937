import type { Match } from "../model/model.ts";

const all = 10_000;

/** What is left of 10,000 equal requests while routes take shares of them: Envoy draws one number per request and compares its remainder with every route. */
export function sharesOf(): { take(fraction: Match["fraction"]): number; left(): number } {
  let numbers: readonly number[] | undefined;
  let left = all;
  return {
    take(fraction) {
      if (fraction === undefined) {
        const taken = left;
        left = 0;
        return taken;
      }
      numbers ??= Array.from({ length: all }, (_, i) => i);
      const { numerator, denominator } = fraction;
      numbers = numbers.filter((number) => number % denominator >= numerator);
      const taken = left - numbers.length;
      left = numbers.length;
      return taken;
    },
    left: () => left,
  };
}
