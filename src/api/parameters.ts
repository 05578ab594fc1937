import picomatch from "picomatch";
import { z } from "zod";
import { eventTypes } from "../fleet/event-log.ts";
import { nodeSelector, selectorForm } from "../fleet/selector.ts";
import { RequestError } from "./request-error.ts";

const statuses = ["not-sent", "pending", "accepted", "rejected", "offline"] as const;
const types = ["CDS", "EDS", "LDS", "RDS"] as const;
const severities = ["error", "warning", "info"] as const;

/** A whole number in a range, written as decimal digits. */
function whole(from: number, to: number) {
  const text = `expected a whole number from ${from} to ${to}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, text)
    .transform(Number)
    .refine((value) => value >= from && value <= to, text);
}

/** `limit` and `cursor` of every list. */
export const paging = { limit: whole(1, 1000).default(100), cursor: z.string().min(1).optional() };

/** A moment, RFC 3339 in UTC, as milliseconds since 1970. */
export const time = z.iso.datetime("expected a moment such as 2026-11-22T09:14:03Z").transform((text) => Date.parse(text));

/** A commit: all of its id, or its first digits. */
export const commit = z.string().regex(/^[0-9a-f]{7,40}$/, "expected 7 to 40 lower-case hex digits of a commit");

/** The name of a fleet, a source or a resource. */
export const name = z.string().min(1, "expected a name");

/** One of the five words for what a node has. */
export const status = z.enum(statuses, `expected one of ${statuses.join(", ")}`);

/** A resource type by its short name. */
export const type = z.enum(types, `expected one of ${types.join(", ")}`);

/** How much a problem matters. */
export const severity = z.enum(severities, `expected one of ${severities.join(", ")}`);

/** A choice of nodes: `cluster=edge-*,zone!=z1`. */
export const selector = z.string().transform((text, context) => {
  const filter = nodeSelector(text);
  if (filter !== undefined) return filter;
  context.addIssue({ code: "custom", message: `expected ${selectorForm}` });
  return z.NEVER;
});

/** Types of events, by globs with commas between them: `node.*,source.failed`. */
export const eventFilter = z.string().transform((text, context) => {
  const filters = text.split(",").map((glob) => picomatch(glob));
  if (filters.every((fits) => eventTypes.some((one) => fits(one)))) return (type: string) => filters.some((fits) => fits(type));
  context.addIssue({ code: "custom", message: `expected globs with commas between them, of ${eventTypes.join(", ")}` });
  return z.NEVER;
});

/** A share of nodes. */
export const percent = whole(1, 100);

/** Seconds that an answer may take: at most a minute, so that nothing between client and server closes the connection first. */
export const seconds = whole(0, 60);

/** Reads parameters. Throws a {@link RequestError} that names every one that is unknown or wrong. */
export function parameters<Shape extends z.ZodRawShape>(values: Readonly<Record<string, unknown>>, shape: Shape) {
  const read = z.strictObject(shape).safeParse(values);
  if (read.success) return read.data;
  const texts = read.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `unknown parameter ${issue.keys.join(", ")}; known are ${Object.keys(shape).join(", ") || "none"}`
      : `${issue.path.join(".")}: ${issue.message}`,
  );
  throw new RequestError("bad-parameter", texts.join("; "));
}
