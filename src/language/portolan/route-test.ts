import { z } from "zod";
import type { Document } from "../../document/document.ts";
import { type Finding, finding, type Origin } from "../../problem/finding.ts";
import type { Checked } from "../language.ts";
import { isLeftOut, leaveOut, leaveOutBelow } from "../mistakes.ts";
import { readSpec } from "../schema.ts";
import { milliseconds } from "./duration.ts";

const status = z.int().min(100).max(599);
const headerName = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/);

const requestSchema = z.strictObject({
  url: z.string().min(1),
  method: z
    .string()
    .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/)
    .optional(),
  headers: z.record(headerName, z.string()).optional(),
  clientAddress: z.union([z.ipv4(), z.ipv6()]).optional(),
  sni: z.string().min(1).optional(),
  clientCertificate: z.boolean().optional(),
  body: z.strictObject({ size: z.int().min(0) }).optional(),
});

const expectSchema = z.strictObject({
  /** `Kind/namespace/name`, or `Kind/name` in the namespace of the test. */
  document: z
    .string()
    .regex(/^[A-Za-z]+(\/[^/\s]+){1,2}$/)
    .optional(),
  cluster: z.string().min(1).optional(),
  backends: z
    .array(z.strictObject({ service: z.string().min(1), weight: z.number().min(0).optional() }))
    .min(1)
    .optional(),
  rewrite: z.strictObject({ host: z.string().optional(), path: z.string().optional() }).optional(),
  redirect: z.strictObject({ status: status.optional(), location: z.string().optional() }).optional(),
  response: z.strictObject({ status }).optional(),
  noRoute: z.literal(true).optional(),
  requestHeaders: z.record(headerName, z.string().nullable()).optional(),
  responseHeaders: z.record(headerName, z.string().nullable()).optional(),
  timeout: z.string().optional(),
  retries: z.int().min(0).optional(),
  auth: z.enum(["required", "none"]).optional(),
  rateLimit: z.boolean().optional(),
});

/** `spec` of a RouteTest (delivery.md 10.5). */
export const routeTestSchema = z.strictObject({
  fleet: z.string().min(1).optional(),
  tests: z.array(z.strictObject({ name: z.string().min(1), request: requestSchema, expect: expectSchema })).min(1),
});

/** What a RouteTest says. */
export type RouteTestSpec = z.infer<typeof routeTestSchema>;
/** One of its tests. */
export type TestCase = RouteTestSpec["tests"][number];

/** The fields of which exactly one says what becomes of the request; the first two may stand together. */
const outcomes = ["backends", "cluster", "redirect", "response", "noRoute"] as const;

/** Checks a RouteTest. Any mistake leaves all of it out: a test that says less than was meant passes for nothing. */
export function checkRouteTest(document: Document, origin: Origin): Checked<RouteTestSpec> {
  const { spec, findings } = readSpec(routeTestSchema, document.value.spec ?? {}, { pointer: "/spec", unknownField: "error" });
  const more = spec?.tests.flatMap((test, i) => aboutTest(test, `/spec/tests/${i}`)) ?? [];
  const twice = spec === undefined ? [] : aboutNames(spec.tests.map(({ name }) => name));
  const said = leaveOutBelow(spec === undefined ? leaveOut(findings) : [...findings, ...more, ...twice], ["/spec"]);
  return { document, origin, labels: {}, ...(spec === undefined || isLeftOut(said) ? {} : { spec }), findings: said };
}

function aboutTest({ request: { url }, expect }: TestCase, pointer: string): Finding[] {
  const found: Finding[] = [];
  if (!/^https?:\/\/[^/?#]+/i.test(url))
    found.push(finding("document/wrong-type", `${pointer}/request/url`, `${JSON.stringify(url)} is no URL with http or https`));
  const given = outcomes.filter((field) => expect[field] !== undefined);
  const isOne = given.length === 1 || given.join() === "backends,cluster";
  if (!isOne) {
    const what = given.length === 0 ? "it says no outcome" : `${given.join(" and ")} are outcomes that exclude one another`;
    const fix = `write exactly one of ${outcomes.join(", ")}`;
    found.push(finding("document/bad-enum", `${pointer}/expect`, `expect: ${what}`, { fix }));
  }
  if (expect.timeout !== undefined && milliseconds(expect.timeout) === undefined)
    found.push(
      finding("document/bad-duration", `${pointer}/expect/timeout`, `${JSON.stringify(expect.timeout)} is no duration`, {
        fix: "write a duration such as 500ms or 30s",
      }),
    );
  return found;
}

/** Names say which test is meant, also when the next commit has moved it. */
function aboutNames(names: readonly string[]): Finding[] {
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [finding("document/duplicate", `/spec/tests/${i}/name`, `two tests have the name ${JSON.stringify(name)}`)],
  );
}
