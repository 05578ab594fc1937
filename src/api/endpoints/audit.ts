import type { Hono } from "hono";
import picomatch from "picomatch";
import { z } from "zod";
import { auditTypes } from "../../audit/record.ts";
import { answerList } from "../answer.ts";
import { paging, parameters } from "../parameters.ts";
import type { View } from "../view.ts";

const since = z.iso.datetime({ offset: true, error: "expected a time such as 2026-11-22T09:20:00Z" }).transform((text) => Date.parse(text));
const type = z.string().transform((glob, context) => {
  const fits = picomatch(glob);
  if (auditTypes.some((one) => fits(one))) return fits;
  context.addIssue({ code: "custom", message: `expected a glob of ${auditTypes.join(", ")}` });
  return z.NEVER;
});

/** `/audit?since=&type=`: the last records that are on disk, oldest first. */
export function auditEndpoint(app: Hono, view: View): void {
  app.get("/audit", (c) => {
    const asked = parameters(c.req.query(), { since: since.optional(), type: type.optional(), ...paging });
    const fits = (record: { readonly time: string; readonly type: string }) =>
      Date.parse(record.time) >= (asked.since ?? Number.NEGATIVE_INFINITY) && asked.type?.(record.type) !== false;
    const records = view.audit().filter(fits);
    return answerList(
      c,
      records,
      (record) => String(record.seq),
      asked,
      (record) => record,
    );
  });
}
