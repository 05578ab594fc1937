/** A protobuf duration: nanos have the sign of the seconds. */
export interface Duration {
  readonly seconds: number;
  readonly nanos: number;
}

/** Reads the JSON form of a duration (`"3s"`, `"0.020s"`). Throws `TypeError` for anything else. */
export function parseDuration(text: unknown): Duration {
  const match = typeof text === "string" ? /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(text) : null;
  if (match === null) throw new TypeError('expected a duration such as "1.5s"');
  const sign = match[1] === "-" ? -1 : 1;
  return { seconds: sign * Number(match[2]) || 0, nanos: sign * Number((match[3] ?? "").padEnd(9, "0")) || 0 };
}

/** The JSON form of a duration: 0, 3, 6 or 9 digits after the point. */
export function formatDuration({ seconds, nanos }: Duration): string {
  const sign = seconds < 0 || nanos < 0 ? "-" : "";
  return `${sign}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
}

/** `.5` as ProtoJSON writes a fraction of a second: nothing, 3, 6 or 9 digits. */
export function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return `.${digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}
