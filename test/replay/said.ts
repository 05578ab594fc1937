import { expect } from "vitest";
import type { FleetPlan } from "../../src/model/plan.ts";
import { requestOf } from "../../src/route/request.ts";
import { Router, type Way } from "../../src/route/router.ts";
import { type Ask, askOf } from "./case.ts";
import type { Received } from "./send.ts";

/** Holds that the matcher says of a request what came of it, as far as nobody was asked and nothing failed on the way. */
export function holdSaid(plan: FleetPlan, ask: Ask | string, received: Received): void {
  const { method, url: written, headers = {}, body, certificate, upgrade, grpc, proxy } = askOf(ask);
  // Only a list of revoked certificates, which is a secret, could tell.
  if (certificate === "revoked") return;
  const [, scheme = "", host = "", path = ""] = /^(https?):\/\/([^/]*)(.*)$/.exec(written) ?? [];
  // Bytes that are no request of HTTP/1.1.
  if (scheme === "") return;
  const asUpgrade: [string, string][] =
    upgrade === undefined
      ? []
      : [
          ["connection", "upgrade"],
          ["upgrade", upgrade],
        ];
  const request = requestOf({
    // The port of the set-up is not that of the case.
    url: `${scheme}://${host.replace(/:\d+$/, "")}${path}`,
    method: grpc === undefined ? method : "POST",
    headers: [
      ["host", host],
      ...Object.entries(headers),
      ...asUpgrade,
      ...(grpc === undefined ? [] : ([["content-type", "application/grpc"]] as const)),
    ],
    clientAddress: proxy?.split(" ")[2] ?? "127.0.0.1",
    clientCertificate: certificate === true,
    bodySize: body?.length,
    protocol: grpc === undefined ? "http1" : "http2",
  });
  if ("mistake" in request) throw new Error(request.mistake);
  const { ways } = new Router(plan).answer(request);
  const said = ways.map(inShort);
  // To gRPC the proxy says in trailers what it has against a request.
  const isTold = grpc !== undefined && received.echo === undefined;
  const fits = isTold || ways.some((way, i) => said[i] === gotFor(way, received) || isOpen(way, received));
  expect(fits, `${JSON.stringify(ask)}: said ${said.join(" | ")}, got ${ways.map((way) => gotFor(way, received)).join(" | ")}`).toBe(true);
}

/** Somebody else decides: who is asked, a script, an upstream that does not answer, one that speaks of something else than the request. */
function isOpen({ outcome, around }: Way, { echo }: Received): boolean {
  if (outcome.kind === "tcp") return true;
  if (outcome.kind !== "forward") return false;
  return around?.auth === true || around?.lua === true || (around?.rateLimits.length ?? 0) > 0 || echo === undefined;
}

function inShort({ outcome }: Way): string {
  switch (outcome.kind) {
    case "forward":
      return `to ${outcome.authority ?? ""} ${outcome.path}`;
    case "redirect":
      return `${outcome.status} ${outcome.location}`;
    case "respond":
    case "rejected":
      return String(outcome.status);
    case "no-route":
      return "404";
    default:
      return "0";
  }
}

function gotFor({ outcome }: Way, { status, headers, echo }: Received): string {
  if (outcome.kind === "forward" && echo !== undefined)
    return `to ${outcome.authority === undefined ? "" : (echo.headers.host ?? echo.headers[":authority"])} ${echo.path}`;
  return outcome.kind === "redirect" ? `${status} ${headers.location}` : String(status);
}
