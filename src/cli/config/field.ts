import { z } from "zod";
import type { Code } from "../../problem/codes.ts";
import { type ListenAddress, parseAddress } from "./address.ts";
import { parseDuration } from "./duration.ts";
import { parseSize, sizeText } from "./size.ts";

/** What a check of ours says about a value: the code of its problem, and what to do. */
export interface IssueParams {
  readonly code: Code;
  readonly on?: "key";
  readonly fix?: string;
}

/** A field of the specification that this version does not serve yet: it must be absent. */
export const notServed = z
  .unknown()
  .superRefine((_value, context) => {
    const params: IssueParams = { code: "document/not-served", on: "key", fix: "delete the field" };
    context.addIssue({ code: "custom", message: "is not served by this version", params: { ...params } });
  })
  .optional();

/** A lower-case DNS label. */
export const label = text(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "expected a DNS label: lower-case letters, digits and hyphens");

/** A string that is not empty. */
export const filled = text(/./s, "expected a value");

/** A string of a form; the message says which. */
export function text(form: RegExp, message: string) {
  return z.string().superRefine((value, context) => {
    if (!form.test(value)) context.addIssue({ code: "custom", message, params: { code: "document/out-of-range" } });
  });
}

/** One of some words. */
export function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words);
}

/** `host:port`, read. */
export const address = z.string().transform((value, context): ListenAddress => {
  const parsed = parseAddress(value);
  if (parsed !== undefined) return parsed;
  const message = 'expected an IP address or localhost, and a port, such as "127.0.0.1:18080"';
  context.addIssue({ code: "custom", message, params: { code: "document/out-of-range" } });
  return z.NEVER;
});

/** `host:port` of another machine, read; the host may be a DNS name. */
export const hostAndPort = z.string().transform((value, context): ListenAddress => {
  const parsed = parseAddress(value) ?? parseNamed(value);
  if (parsed !== undefined && parsed.port > 0) return parsed;
  const message = 'expected a name or an IP address, and a port, such as "sds.example:8234"';
  context.addIssue({ code: "custom", message, params: { code: "document/out-of-range" } });
  return z.NEVER;
});

function parseNamed(value: string): ListenAddress | undefined {
  const [host = "", port = "", ...more] = value.split(":");
  const isName =
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(host) && /[a-z]/i.test(host);
  const isPort = /^\d{1,5}$/.test(port) && Number(port) <= 65_535;
  return isName && isPort && more.length === 0 ? { host, port: Number(port) } : undefined;
}

/** A duration from `least` to a day, in milliseconds. */
export function duration(least: number) {
  return z.string().transform((value, context): number => {
    const parsed = parseDuration(value);
    if (parsed !== undefined && parsed >= least && parsed <= 86_400_000) return parsed;
    const unreadable = { message: "expected a duration such as 250ms, 20s or 5m", params: { code: "document/bad-duration" } };
    const outside = { message: `expected from ${least / 1000}s to 24h`, params: { code: "document/out-of-range" } };
    context.addIssue({ code: "custom", ...(parsed === undefined ? unreadable : outside) });
    return z.NEVER;
  });
}

/** A size from `least` to `most`, in bytes. */
export function size(most: number, least = 1) {
  return z.string().transform((value, context): number => {
    const parsed = parseSize(value);
    if (parsed !== undefined && parsed >= least && parsed <= most) return parsed;
    const message =
      parsed === undefined ? "expected a size such as 64KiB or 256MiB" : `expected from ${sizeText(least)} to ${sizeText(most)}`;
    context.addIssue({ code: "custom", message, params: { code: "document/out-of-range" } });
    return z.NEVER;
  });
}

/** An `http` or `https` URL. */
export const url = z.string().superRefine((value, context) => {
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? "")) {
    context.addIssue({ code: "custom", message: "expected an http or https URL", params: { code: "document/out-of-range" } });
  }
});
