import { InvalidArgumentError } from "commander";
import { parseDuration } from "./config/duration.ts";

/** Reads a whole number of a range. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d{1,10}$/.test(text) || value < from || value > to)
      throw new InvalidArgumentError(`Expected a whole number from ${from} to ${to}.`);
    return value;
  };
}

/** Reads a duration; gives milliseconds. */
export function duration(text: string): number {
  const value = parseDuration(text);
  if (value === undefined) throw new InvalidArgumentError("Expected a duration such as 500ms, 30s or 5m.");
  return value;
}

/** Reads a commit: its id, or at least 7 digits of it. */
export function revision(text: string): string {
  if (!/^[0-9a-f]{7,40}$/.test(text)) throw new InvalidArgumentError("Expected 7 to 40 lower-case hex digits; git rev-parse gives them.");
  return text;
}

/** Reads a port. */
export const port = wholeNumber(0, 65_535);

/** Adds to what an option that may be repeated has so far. */
export function list(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}

/** `host:port`, host without brackets. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Reads `host:port`, where the host is a name, an IPv4 address or an IPv6 address in brackets. */
export function hostPort(text: string): HostPort {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)):(\d{1,5})$/i.exec(text);
  const host = match?.[1] ?? match?.[2];
  const number = Number(match?.[3]);
  if (host === undefined || number < 1 || number > 65_535) throw new InvalidArgumentError('Expected host:port, such as "127.0.0.1:18000".');
  return { host, port: number };
}
