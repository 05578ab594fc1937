import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import type { Access } from "../access.ts";
import { answer } from "../answer.ts";
import { type Control, type ControlFault, type ControlOutcome, type ControlRequest, fleetActions } from "../control.ts";
import { currentOf, fleetJson, sourceJson } from "../json.ts";
import { commit, parameters } from "../parameters.ts";
import { RequestError, type RequestFault } from "../request-error.ts";
import type { View } from "../view.ts";

const reason = z.string().max(1000);
const time = z.iso.datetime({ offset: true, error: "expected a time such as 2026-11-22T09:20:00Z" }).transform((text) => Date.parse(text));
const common = { reason: reason.optional(), until: time.nullish() };

const faults: Readonly<Record<ControlFault, RequestFault>> = {
  unknown: "not-found",
  stale: "stale-generation",
  refused: "refused",
  unwritable: "unavailable",
};

/** `POST /fleets/{name}/{pin,unpin,rollback,hold,resume}` and `POST /sources/{name}/{hold,resume}` (delivery.md 5.2, 11.1). */
export function controlEndpoints(app: Hono, view: View, control: Control, access: Access): void {
  const limit = bodyLimit({
    maxSize: 1024 * 1024,
    onError: () => {
      throw new RequestError("too-large", "a request may have 1 MiB");
    },
  });
  for (const action of fleetActions) {
    app.post(`/fleets/:name/${action}`, limit, async (c) => {
      const fleet = c.req.param("name");
      const by = access.operate(c.req.header("authorization"), fleet, addressOf(c));
      const shape = { ...common, commit: commit.optional(), expected_generation: z.int().min(0).optional() };
      const { commit: sha, expected_generation: expectedGeneration, ...said } = parameters(await bodyOf(c), shape);
      if (action === "pin" && sha === undefined) throw new RequestError("bad-parameter", "commit: pin needs one");
      if (sha !== undefined && action !== "pin" && action !== "rollback")
        throw new RequestError("bad-parameter", `commit: ${action} takes none`);
      if ((action === "unpin" || action === "resume") && said.until != null)
        throw new RequestError("bad-parameter", `until: ${action} takes none`);
      const request = requestOf(said, by, control, c);
      const given = { ...(sha === undefined ? {} : { commit: sha }), ...(expectedGeneration === undefined ? {} : { expectedGeneration }) };
      check(await control.fleet({ fleet, action, ...request, ...given }));
      const now = view.fleets().find(({ name }) => name === fleet);
      return answer(c, now === undefined ? { name: fleet, gone: true } : fleetJson(now, currentOf(view, now)));
    });
  }
  for (const action of ["hold", "resume"] as const) {
    app.post(`/sources/:name/${action}`, limit, async (c) => {
      const source = c.req.param("name");
      const by = access.operate(c.req.header("authorization"), undefined, addressOf(c));
      const found = () => view.sources().find(({ name }) => name === source);
      if (found() === undefined) throw new RequestError("not-found", `there is no source ${source}`);
      const shape = action === "resume" ? { ...common, accept: commit.optional() } : common;
      const { accept, ...said }: Said & { readonly accept?: string | undefined } = parameters(await bodyOf(c), shape);
      const request = requestOf(said, by, control, c);
      check(await control.source({ source, action, ...request, ...(accept === undefined ? {} : { accept }) }));
      const now = found();
      return answer(c, now === undefined ? {} : sourceJson(now));
    });
  }
}

interface Said {
  readonly reason?: string | undefined;
  readonly until?: number | null | undefined;
}

function requestOf({ reason = "", until }: Said, by: string, { requireReason }: Control, c: Context): ControlRequest {
  if (requireReason && reason.trim() === "") throw new RequestError("bad-parameter", "reason: say why, for the audit log");
  if (until != null && until <= Date.now()) throw new RequestError("bad-parameter", "until: this time is over");
  const address = addressOf(c);
  return { by, reason: reason.trim(), ...(until == null ? {} : { until }), ...(address === undefined ? {} : { address }) };
}

function check(outcome: ControlOutcome): void {
  if (!outcome.done) throw new RequestError(faults[outcome.why], outcome.detail);
}

async function bodyOf(c: Context): Promise<Readonly<Record<string, unknown>>> {
  const text = await c.req.text();
  const fail = () => new RequestError("bad-parameter", "the content is not a JSON object");
  try {
    const value: unknown = text === "" ? {} : JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    throw fail();
  }
  throw fail();
}

/** Where a request comes from; `undefined` where there is no connection, as in tests. */
export function addressOf(c: Context): string | undefined {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    return undefined;
  }
}
