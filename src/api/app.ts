import { Hono, type MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { type Access, readOnly } from "./access.ts";
import type { Control } from "./control.ts";
import { auditEndpoint } from "./endpoints/audit.ts";
import { addressOf, controlEndpoints } from "./endpoints/control.ts";
import { eventsEndpoint } from "./endpoints/events.ts";
import { fleetEndpoints } from "./endpoints/fleets.ts";
import { healthEndpoints } from "./endpoints/health.ts";
import { nodeEndpoints } from "./endpoints/nodes.ts";
import { problemEndpoints } from "./endpoints/problems.ts";
import { snapshotEndpoints } from "./endpoints/snapshots.ts";
import { sourceEndpoints } from "./endpoints/sources.ts";
import { statusEndpoint } from "./endpoints/status.ts";
import { validateEndpoint } from "./endpoints/validate.ts";
import { waitEndpoint } from "./endpoints/wait.ts";
import { faultResponse } from "./fault-response.ts";
import { hostGuard } from "./host-guard.ts";
import { RequestError } from "./request-error.ts";
import type { View } from "./view.ts";

/** What the API needs besides the view. */
export interface AppOptions {
  /** Who may do what; absent: everybody may read, and nobody change. */
  readonly access?: Access;
  /** What can be changed; absent: nothing. */
  readonly control?: Control;
  /** Host names, besides addresses and `localhost`, under which the API may be reached. */
  readonly hostNames: readonly string[];
  /** Aborts when the server stops: requests that wait for a change are answered at once. */
  readonly closing: AbortSignal;
  /** Told of every exception, which is a bug; the client is told only that there was one. */
  onError(error: Error): void;
}

/** The HTTP API of delivery.md 11.1 over a view: a Fetch handler, bound to no address. */
export function apiApp(view: View, options: AppOptions): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      strictTransportSecurity: false,
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
    }),
    hostGuard(options.hostNames),
    async (c, next) => {
      await next();
      c.header("cache-control", "no-store");
    },
  );
  const { access = readOnly } = options;
  app.use("/metrics", reading(access));
  healthEndpoints(app, view);
  app.route("/api/v1alpha1", resources(view, options));
  app.notFound((c) => faultResponse(c, new RequestError("not-found", `there is no ${c.req.method} ${c.req.path}`)));
  app.onError((error, c) => {
    if (!(error instanceof RequestError)) options.onError(error);
    return faultResponse(c, error);
  });
  return app;
}

function reading(access: Access): MiddlewareHandler {
  return async (c, next) => {
    access.read(c.req.header("authorization"), addressOf(c));
    await next();
  };
}

function resources(view: View, { closing, access = readOnly, control }: AppOptions): Hono {
  const api = new Hono();
  // Those who may change something need not be those who may read.
  if (control !== undefined) controlEndpoints(api, view, control, access);
  api.use(reading(access));
  statusEndpoint(api, view, closing);
  waitEndpoint(api, view, closing);
  eventsEndpoint(api, view, closing);
  sourceEndpoints(api, view);
  snapshotEndpoints(api, view);
  nodeEndpoints(api, view);
  fleetEndpoints(api, view);
  problemEndpoints(api, view);
  validateEndpoint(api, view);
  auditEndpoint(api, view);
  return api;
}
