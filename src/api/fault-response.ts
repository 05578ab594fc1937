import type { Context } from "hono";
import { RequestError, type RequestFault } from "./request-error.ts";

type Status = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 429 | 503;

const faults: Readonly<Record<RequestFault, { readonly status: Status; readonly title: string }>> = {
  "bad-parameter": { status: 400, title: "A parameter is wrong" },
  unauthenticated: { status: 401, title: "Nobody is known by this token" },
  "role-required": { status: 403, title: "The token does not allow this" },
  "too-many": { status: 429, title: "Too many changes in a minute" },
  "stale-generation": { status: 409, title: "The fleet has changed" },
  refused: { status: 409, title: "This cannot be done now" },
  "host-refused": { status: 403, title: "The Host of the request is not one of this server's" },
  "not-found": { status: 404, title: "There is no such thing" },
  "too-large": { status: 413, title: "The request is too large" },
  unavailable: { status: 503, title: "The server cannot answer yet" },
  gone: { status: 410, title: "The list has changed" },
};

/** An error as `application/problem+json` (RFC 9457); what is not a {@link RequestError} is a bug and shows nothing of itself. */
export function faultResponse(c: Context, error: Error): Response {
  if (error instanceof RequestError) {
    const { status, title } = faults[error.fault];
    return problemJson(c, status, { title, detail: error.message, code: error.fault });
  }
  return problemJson(c, 500, { title: "Internal error", detail: "the server has failed to answer; its log says why", code: "internal" });
}

function problemJson(
  c: Context,
  status: Status | 500,
  { title, detail, code }: { readonly title: string; readonly detail: string; readonly code: string },
): Response {
  const body = { type: `https://portolan.dev/problems/${code}`, title, status, detail, code: `api/${code}` };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}
