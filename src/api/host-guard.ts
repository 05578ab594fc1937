import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { RequestError } from "./request-error.ts";

/**
 * Refuses requests whose Host is a name that is not this server's: a page of somebody else whose name was made to point here (DNS rebinding).
 * Addresses cannot be rebound and are let through, as are `localhost` and the names that are given; ports do not count, since they may be forwarded.
 */
export function hostGuard(names: readonly string[]): MiddlewareHandler {
  const allowed = new Set(["localhost", ...names.map((name) => name.toLowerCase())]);
  return async (c, next) => {
    const host = hostOf(c.req.header("host"));
    if (host === undefined || !(allowed.has(host) || isIP(host) !== 0)) {
      throw new RequestError(
        "host-refused",
        `Host ${host ?? "is missing or malformed"}; set server.publicUrl to the name under which this server is reached`,
      );
    }
    await next();
  };
}

/** The name or address in a Host header, without brackets and port. */
function hostOf(header: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header ?? "");
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}
