const units: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration (`1m30s`, `1500ms`; units ns, us, ms, s, m, h; ambassador.md 1), rounded up to a whole one, negative with a leading minus; `undefined` if it is none. */
export function durationMs(text: string): number | undefined {
  if (!/^-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, , unit] of text.matchAll(/(\d+(\.\d+)?)(ns|us|ms|s|m|h)/g)) total += Number(number) * (units[unit ?? ""] ?? 0);
  // Sums of decimal fractions are a little off: 0.1s + 0.2s is 300 ms, not 301.
  const whole = Math.max(0, Math.ceil(total - 1e-9));
  return text.startsWith("-") ? -whole : whole;
}
