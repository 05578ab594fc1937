import type { Context } from "hono";
import { RequestError, type RequestFault } from "./request-error.ts";

const faults: Readonly<Record<RequestFault, { readonly status: 400 | 403 | 404 | 410 | 413 | 503; readonly title: string }>> = {
  "bad-parameter": { status: 400, title: "A parameter is wrong" },
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
  status: 400 | 403 | 404 | 410 | 413 | 500 | 503,
  { title, detail, code }: { readonly title: string; readonly detail: string; readonly code: string },
): Response {
  const body = { type: `https://portolan.dev/problems/${code}`, title, status, detail, code: `api/${code}` };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}
