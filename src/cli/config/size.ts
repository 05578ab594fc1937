const units: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Bytes of a size as the configuration writes it (`64KiB`, `256MiB`); `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (units[unit ?? ""] ?? 0);
}

/** A size as the configuration writes it, in the largest unit that it is a multiple of. */
export function sizeText(bytes: number): string {
  const [unit, factor] = Object.entries(units).findLast(([, one]) => bytes % one === 0) ?? ["B", 1];
  return `${bytes / factor}${unit}`;
}
