const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** The longest google.protobuf.Duration, about 10,000 years. */
const longest = 315_576_000_000_000;

/** Milliseconds of a duration as our own kinds write it (`250ms`, `20s`, `5m`, `24h`); `undefined` if it is none, or longer than protobuf can say. */
export function milliseconds(text: string): number | undefined {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  const ms = Number(match?.[1]) * (units[match?.[2] ?? ""] ?? Number.NaN);
  return ms <= longest ? ms : undefined;
}
