/** A span or point of time as protobuf has it: the nanos of a span have the sign of its seconds. */
export interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

/** 10,000 years, the limit of `google.protobuf.Duration`. */
const longest = 315_576_000_000;

/** Reads the JSON form of a duration (`"3s"`, `"0.020s"`). Throws `TypeError` for anything else. */
export function parseDuration(text: unknown): Time {
  const match = typeof text === "string" ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(text) : null;
  const seconds = Number(match?.[2]);
  if (match === null || seconds > longest) throw new TypeError('expected a duration such as "1.5s"');
  const sign = match[1] === "-" ? -1 : 1;
  return { seconds: sign * seconds || 0, nanos: sign * nanosOf(match[3]) || 0 };
}

/** The JSON form of a duration: 0, 3, 6 or 9 digits after the point. */
export function formatDuration({ seconds, nanos }: Time): string {
  const sign = seconds < 0 || nanos < 0 ? "-" : "";
  return `${sign}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`;
}

/** Reads an RFC 3339 time in UTC. Throws `TypeError` for anything else, days that no calendar has included. */
export function parseTimestamp(text: unknown): Time {
  const match = typeof text === "string" ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(text) : null;
  const milliseconds = Date.parse(`${match?.[1]}Z`);
  if (match === null || Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(match[1] ?? "")) {
    throw new TypeError("expected an RFC 3339 time in UTC");
  }
  return { seconds: milliseconds / 1000, nanos: nanosOf(match[2]) };
}

/** The RFC 3339 form of a point of time. Throws `RangeError` for one that no Date reaches. */
export function formatTimestamp({ seconds, nanos }: Time): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z`;
}

function nanosOf(digits: string | undefined): number {
  return Number((digits ?? "").padEnd(9, "0"));
}

/** `.5` as ProtoJSON writes a fraction of a second: nothing, 3, 6 or 9 digits. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  if (digits.endsWith("000000")) return `.${digits.slice(0, 3)}`;
  return `.${digits.endsWith("000") ? digits.slice(0, 6) : digits}`;
}
