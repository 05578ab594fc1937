const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a duration as our own kinds write it (`250ms`, `20s`, `5m`, `24h`); `undefined` if it is none. */
export function milliseconds(text: string): number | undefined {
  const match = /^(\d+)(ms|s|m|h)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (units[match[2] ?? ""] ?? 0);
}
