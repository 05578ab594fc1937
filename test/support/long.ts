/** This is `npm run test:long`. */
export const isLong = process.env.PORTOLAN_LONG === "1";

/** How many times as much `npm run test:long` draws as `npm test` does. */
const times = isLong ? 20 : 1;

/** A number of runs, or of milliseconds for them: the usual one, or as many times as much as a long run takes. */
export function long(usual: number): number {
  return usual * times;
}
