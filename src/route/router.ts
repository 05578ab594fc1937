import type { ChainPlan, Forward, ListenerPlan, Redirect, Respond, Route, TcpHandler, VirtualHost } from "../model/model.ts";
import type { FleetPlan } from "../model/plan.ts";
import { connectionSettings } from "./connection-settings.ts";
import { type Around, aroundOf, refusedBy, refusedUpgrade } from "./filters.ts";
import { type Entrance, entrances } from "./listener.ts";
import { type Mismatch, mismatch } from "./match.ts";
import { type Received, receive } from "./received.ts";
import type { Request } from "./request.ts";
import { locationOf, rewritten } from "./rewrite.ts";
import { sharesOf } from "./shares.ts";
import { type Table, tablesOf } from "./table.ts";

/** What a proxy does with a request. */
export type Outcome =
  /** No connection comes about. */
  | { readonly kind: "refused"; readonly why: string }
  /** The bytes of the connection are passed on. */
  | { readonly kind: "tcp"; readonly targets: TcpHandler["targets"] }
  /** Something before or around the routes answers. */
  | { readonly kind: "rejected"; readonly status: number; readonly why: string }
  /** No route takes it: 404. */
  | { readonly kind: "no-route"; readonly why: "host" | "route" }
  | { readonly kind: "redirect"; readonly status: Redirect["code"]; readonly location: string }
  | { readonly kind: "respond"; readonly status: number; readonly why: string }
  | Forwarded;

/** A request that is sent on. */
export interface Forwarded {
  readonly kind: "forward";
  readonly targets: Forward["targets"];
  /** Path and query as the upstream sees them. */
  readonly path: string;
  /** Absent: the host name of whichever endpoint is chosen. */
  readonly authority?: string;
}

/** One of the ways that a request may take; several if routes take only a share of the requests that fit. */
export interface Way {
  /** Of 10,000 equal requests. */
  readonly share: number;
  readonly outcome: Outcome;
  /** The route that decides, and its place in the virtual host. */
  readonly route?: Route;
  readonly index?: number;
  readonly around?: Around;
}

/** A route that comes before the deciding ones and does not take the request. */
export interface PassedRoute {
  readonly route: Route;
  readonly index: number;
  readonly because: Mismatch;
}

/** What becomes of a request, stage by stage; what was not reached is absent. */
export interface Answer {
  readonly request: Request;
  readonly listener?: ListenerPlan;
  /** Other listeners that may take the request, the likeliest first. */
  readonly others: readonly ListenerPlan[];
  /** A balancer before the proxies has terminated TLS. */
  readonly isBehind: boolean;
  readonly chain?: ChainPlan;
  readonly received?: Received;
  readonly host?: VirtualHost;
  readonly passed: readonly PassedRoute[];
  /** At least one. */
  readonly ways: readonly [Way, ...Way[]];
}

const all = 10_000;

/** Says what the proxies of a fleet do with requests, as Envoy would with the resources that the plan becomes. Pure; never throws on a request. */
export class Router {
  readonly #plan: FleetPlan;
  readonly #tables: ReadonlyMap<string, Table>;

  constructor(plan: FleetPlan) {
    this.#plan = plan;
    this.#tables = tablesOf(plan.hosts);
  }

  /** Follows one request. */
  answer(request: Request): Answer {
    const [entrance, ...others] = entrances(this.#plan, request, this.#tables);
    if (entrance === undefined) return ended({ request, others: [], isBehind: false }, { kind: "refused", why: noListener(request) });
    const { listener, chain, isBehind } = entrance;
    const begun = { request, listener, isBehind, others: others.map((one) => one.listener) };
    if (chain === undefined) return ended(begun, { kind: "refused", why: noChain(entrance, request) });
    const { handler } = chain;
    const reached = { ...begun, chain };
    if (entrance.isTls && chain.tls === undefined && handler.kind === "http")
      return ended(reached, { kind: "refused", why: "the chain speaks cleartext" });
    if (chain.tls?.requireClientCertificate && !request.clientCertificate)
      return ended(reached, { kind: "refused", why: "the chain asks for a certificate of the client" });
    if (handler.kind === "tcp") return ended(reached, { kind: "tcp", targets: handler.targets });
    return this.#http(reached, handler.table, entrance);
  }

  #http(begun: Begun & { readonly listener: ListenerPlan }, table: string, { isTls, isBehind }: Entrance): Answer {
    const { request, listener } = begun;
    const sent = isBehind ? behindBalancer(request) : request;
    const received = receive(sent, listener, connectionSettings(listener), isTls);
    if ("status" in received)
      return ended(begun, received.status === 0 ? { kind: "refused", why: received.why } : { kind: "rejected", ...received });
    const reached = { ...begun, received };
    // Envoy looks for no route where nobody says how the request came.
    const isLost = received.headers.get("x-forwarded-proto")?.[0] === "";
    const host = isLost ? undefined : this.#tables.get(table)?.find(received.authority);
    if (host === undefined) {
      const refused = refusedBy(listener, undefined, received, request);
      return ended(reached, refused === undefined ? { kind: "no-route", why: "host" } : { kind: "rejected", ...refused });
    }
    const { passed, taking, rest } = follow(host, received);
    const ways = taking.map(({ route, index, share }) => ({ share, route, index, ...this.#way(listener, route, received, request) }));
    const refused = rest > 0 ? refusedBy(listener, undefined, received, request) : undefined;
    const none: Outcome = refused === undefined ? { kind: "no-route", why: "route" } : { kind: "rejected", ...refused };
    const [first = { share: rest, outcome: none }, ...more] = [...ways, ...(rest > 0 ? [{ share: rest, outcome: none }] : [])];
    return { ...reached, host, passed, ways: [first, ...more] };
  }

  #way(listener: ListenerPlan, route: Route, received: Received, request: Request): Pick<Way, "outcome" | "around"> {
    const refused = refusedUpgrade(request, route) ?? refusedBy(listener, route, received, request);
    if (refused !== undefined) return { outcome: { kind: "rejected", ...refused } };
    return { outcome: outcomeOf(route, received, this.#plan), around: aroundOf(listener, route) };
  }
}

type Begun = Omit<Answer, "passed" | "ways">;

function ended(begun: Begun, outcome: Outcome): Answer {
  return { ...begun, passed: [], ways: [{ share: all, outcome }] };
}

function noListener({ port, protocol }: Request): string {
  const kind = protocol === "http3" ? "no listener for HTTP/3" : "no listener";
  return port === undefined ? `there is ${kind}` : `${kind} has the port ${port}`;
}

function noChain({ isTls, listener }: Entrance, { sni }: Request): string {
  if (isTls && listener.chains.every(({ transport }) => transport === undefined)) return "no listener takes TLS";
  if (!isTls) return "no filter chain takes cleartext";
  return sni === undefined ? "no filter chain takes TLS without a server name" : `no filter chain takes the server name ${sni}`;
}

/** What a balancer that terminates TLS says of it. */
function behindBalancer(request: Request): Request {
  const isSaid = request.headers.some(([name]) => name.toLowerCase() === "x-forwarded-proto");
  return isSaid ? request : { ...request, headers: [...request.headers, ["x-forwarded-proto", "https"]] };
}

interface Taking {
  readonly route: Route;
  readonly index: number;
  readonly share: number;
}

/** The routes that take the request, with their shares, those before them that do not, and the share that nothing takes. */
function follow({ routes }: VirtualHost, received: Received): { passed: PassedRoute[]; taking: Taking[]; rest: number } {
  const passed: PassedRoute[] = [];
  const taking: Taking[] = [];
  const shares = sharesOf();
  for (const [index, route] of routes.entries()) {
    const because = mismatch(route.match, received);
    if (because !== undefined) {
      passed.push({ route, index, because });
      continue;
    }
    const share = shares.take(route.match.fraction);
    if (share > 0) taking.push({ route, index, share });
    if (shares.left() === 0) break;
  }
  return { passed, taking, rest: shares.left() };
}

function outcomeOf({ match, action }: Route, received: Received, plan: FleetPlan): Outcome {
  if (action.kind === "redirect") return { kind: "redirect", status: action.code, location: locationOf(action, match, received) };
  if (action.kind === "respond") return respond(action);
  const authority = authorityOf(action, received, plan);
  return {
    kind: "forward",
    targets: action.targets,
    path: rewritten(received.path, match, action.rewrite),
    ...(authority === undefined ? {} : { authority }),
  };
}

/** The host that the upstream sees; `undefined` if that depends on which one is chosen. With `auto_host_rewrite` it is the name by which the upstream is found, if it is found by one. */
function authorityOf({ targets, hostRewrite, settings = [] }: Forward, { authority }: Received, plan: FleetPlan): string | undefined {
  if (!settings.some(({ value }) => value.auto_host_rewrite === true)) return hostRewrite ?? authority;
  const names = targets.map(({ upstream }) => {
    const discovery = plan.upstreams.get(upstream)?.discovery;
    return discovery?.kind === "dns" ? discovery.endpoints[0]?.address : authority;
  });
  return names.every((name) => name === names[0]) ? names[0] : undefined;
}

function respond({ status, why }: Respond): Outcome {
  return { kind: "respond", status, why };
}
