import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as requestHttp } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { request as requestHttps, Agent as TlsAgent } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import type { Route, Upstream } from "../../src/model/model.ts";
import type { FleetPlan } from "../../src/model/plan.ts";
import { requestHeaders } from "../../src/route/edited-headers.ts";
import type { Received } from "../../src/route/received.ts";
import { requestOf } from "../../src/route/request.ts";
import { type Answer, Router, type Way } from "../../src/route/router.ts";
import { type EnvoyProcess, startEnvoy } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { certificates, pems, withSecrets } from "../replay/certificates.ts";
import { type Echo, type EchoServer, echoServer } from "../replay/echo.ts";
import {
  type Asked,
  asked,
  dnsName,
  editedHeaders,
  proxiedClient,
  type Routing,
  routing,
  upstreamNames,
} from "../support/arbitrary-routing.ts";
import { isLong } from "../support/long.ts";
import { resourcesOf } from "../support/served.ts";

/** Usually the same ones, so that a failure is that of the change at hand; a long run draws others each time. */
const seed = isLong ? Date.now() % 2 ** 31 : 1;
const [configurations, requests] = isLong ? [200, 10_000] : [20, 500];

interface Agents {
  readonly http: Agent;
  readonly https: TlsAgent;
  /** A new connection. */
  connected(to: { readonly port?: number | undefined }): Socket;
}

interface Running {
  readonly plans: readonly FleetPlan[];
  readonly envoy: EnvoyProcess;
  readonly servers: readonly EchoServer[];
  readonly tls: ReturnType<typeof pems>;
  readonly agents: Readonly<Record<"direct" | "proxied", Agents>>;
  stop(): Promise<void>;
}

let running: Running;
beforeAll(async () => {
  running = await start();
}, 60_000);
afterAll(() => running?.stop());

test(`${requests} requests over ${configurations} configurations get what is said of them (seed ${seed})`, {
  timeout: isLong ? 600_000 : 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(asked(configurations), async (one) => {
      const plan = running.plans[one.configuration] as FleetPlan;
      // The buffer filter waits for the end of a request, which one that is upgraded has not.
      if (one.upgrade !== undefined && plan.listeners[0]?.filters.some(({ filter }) => filter === "buffer")) return;
      const answer = answerTo(one, plan);
      const got = await send(answer.isBehind ? behindBalancer(one) : one, plan);
      const said = answer.ways.flatMap((way) => inShort(way, answer, one));
      const fits = said.includes(got) || answer.ways.some((way) => isRejected(way, got));
      if (!fits) throw new Error(`got ${got}, said ${said.join(" | ")}\n${inFull(answer)}`);
    }),
    { seed, numRuns: requests },
  );
});

/** What the matcher says of a request. */
function answerTo({ isTls, sni, method, host, path, headers, bodySize, protocol, upgrade, certificate }: Asked, plan: FleetPlan): Answer {
  const url = `${isTls ? "https" : "http"}://127.0.0.1:${plan.listeners[0]?.port}${path}`;
  const request = requestOf({
    url,
    method,
    headers: [...headers, ["host", host], ...upgradeHeaders(upgrade)],
    protocol,
    clientCertificate: certificate,
    sni,
    bodySize,
    clientAddress: isProxied(plan) ? proxiedClient : "127.0.0.1",
  });
  if ("mistake" in request) throw new Error(request.mistake);
  return new Router(plan).answer(request);
}

function upgradeHeaders(upgrade: string | undefined): readonly (readonly [string, string])[] {
  return upgrade === undefined
    ? []
    : [
        ["connection", "Upgrade"],
        ["upgrade", upgrade],
      ];
}

function isProxied({ listeners }: FleetPlan): boolean {
  return listeners[0]?.preludes.includes("proxy_protocol") ?? false;
}

/** All that has to do with an answer, for somebody who looks for a mistake in it. */
function inFull({ listener, chain, received, host, passed, ways }: Answer): string {
  const routes = host?.routes.map(({ name, match, action, perFilter, policy }) =>
    JSON.stringify({ name, match, action, perFilter, edits: policy.requestHeaders }),
  );
  const passing = passed.map(({ route, because }) => `${route.name}: ${JSON.stringify(because)}`);
  const seen = { ...received, headers: Object.fromEntries(received?.headers ?? []) };
  const set = [
    listener?.options,
    listener?.filters,
    chain?.name,
    host?.host,
    seen,
    ways.map(({ outcome, route }) => [route?.name, outcome]),
  ];
  return [...set.map((one) => JSON.stringify(one)), ...(routes ?? []), ...passing].join("\n");
}

/** Each way in the words of {@link send}. */
function inShort({ outcome, route }: Way, { received, request }: Answer, { upgrade }: Asked): string[] {
  switch (outcome.kind) {
    case "forward": {
      // The upstreams refuse a path that is none.
      if (!outcome.path.startsWith("/")) return [`${route?.name} 400`];
      if (upgrade !== undefined) return [`${route?.name} 101`];
      const edited = requestHeaders(received as Received, (route as Route).policy.requestHeaders);
      const headers = editedHeaders.map((name) => joined(edited.get(name) ?? ""));
      const own = (upstream: string) => (upstream === upstreamNames.at(-1) ? dnsName : received?.authority);
      return outcome.targets.map(({ upstream }) =>
        [route?.name, 200, upstream, outcome.authority ?? own(upstream), outcome.path, ...headers].join(" "),
      );
    }
    case "redirect":
      return [`${route?.name} ${outcome.status} ${outcome.location}`];
    case "respond":
      return [`${route?.name} ${outcome.status}`];
    case "rejected":
      return [`${outcome.status}`];
    case "no-route":
      return ["404"];
    case "tcp": {
      // The upstreams speak HTTP/1.
      if (request.protocol === "http2") return ["refused"];
      if (upgrade !== undefined) return ["101"];
      const sent = (name: string) => request.headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value.trim());
      return outcome.targets.map(({ upstream }) =>
        ["200", upstream, request.authority, request.path, ...editedHeaders.map((name) => joined(sent(name).join(",")))].join(" "),
      );
    }
    default:
      return [outcome.kind];
  }
}

/** Node joins values of one name in its own way. */
function joined(text: string): string {
  return text.replaceAll(", ", ",");
}

/** Some of the answers that come not from a route have the headers of the route nevertheless. */
function isRejected({ outcome }: Way, got: string): boolean {
  return outcome.kind === "rejected" && got.endsWith(` ${outcome.status}`);
}

/** What a balancer that terminates TLS makes of a request. */
function behindBalancer(one: Asked): Asked {
  const isSaid = one.headers.some(([name]) => name === "x-forwarded-proto");
  return { ...one, isTls: false, headers: isSaid ? one.headers : [...one.headers, ["x-forwarded-proto", "https"]] };
}

/** Sends a request and tells what came of it, in the same words. */
async function send(one: Asked, plan: FleetPlan): Promise<string> {
  const sent = one.protocol === "http2" ? sendHttp2(one, plan) : sendHttp1(one, plan);
  const { status, headers, text } = await sent.catch((error: Error) => {
    if (error.message === late) throw error;
    return refused;
  });
  const echo: Echo | undefined = text.startsWith('{"upstream":') ? JSON.parse(text) : undefined;
  if (status === 0) return "refused";
  const parts = [headers["x-route"], status, headers.location];
  if (echo !== undefined) {
    const seen = editedHeaders.map((name) => joined(String(echo.headers[name] ?? "")));
    parts.push(echo.upstream, echo.headers.host, echo.path, ...seen);
  }
  return parts.filter((part) => part !== undefined).join(" ");
}

interface Received1 {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}
/** Nobody may wait for ever. */
const late = "no answer within 20 s";
const refused: Received1 = { status: 0, headers: {}, text: "" };

function sendHttp1(
  { isTls, sni, method, host, path, headers, bodySize, upgrade, certificate }: Asked,
  plan: FleetPlan,
): Promise<Received1> {
  const { http, https } = running.agents[isProxied(plan) ? "proxied" : "direct"];
  const length = bodySize === 0 ? [] : [["content-length", String(bodySize)]];
  const all = [["host", host], ...headers, ...upgradeHeaders(upgrade), ...length];
  const target = { host: "127.0.0.1", port: plan.listeners[0]?.port, method, path, headers: all as never };
  return new Promise((resolve, reject) => {
    const sent = isTls
      ? requestHttps({ ...target, agent: https, ...tlsOptions(sni, certificate) })
      : requestHttp({ ...target, agent: http });
    sent.setTimeout(20_000, () => sent.destroy(new Error(late)));
    sent.on("error", reject);
    sent.on("upgrade", ({ statusCode = 0, headers: got }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers: got, text: "" });
    });
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.end(bodySize === 0 ? undefined : "x".repeat(bodySize));
  });
}

/** On a connection of its own. */
function sendHttp2({ isTls, sni, method, host, path, headers, bodySize, certificate }: Asked, plan: FleetPlan): Promise<Received1> {
  const { connected } = running.agents[isProxied(plan) ? "proxied" : "direct"];
  const socket = connected({ port: plan.listeners[0]?.port });
  const createConnection = () => (isTls ? connectTls({ socket, ALPNProtocols: ["h2"], ...tlsOptions(sni, certificate) }) : socket);
  const session = connectHttp2(isTls ? "https://localhost" : "http://localhost", { createConnection });
  const values: Record<string, string[]> = {};
  for (const [name, value] of headers) values[name.toLowerCase()] = [...(values[name.toLowerCase()] ?? []), value];
  return new Promise<Received1>((resolve, reject) => {
    session.on("error", reject);
    session.on("close", () => reject(new Error("closed")));
    const stream = session.request({ ...values, ":method": method, ":path": path, ":authority": host }, { endStream: bodySize === 0 });
    let [text, got]: [string, Readonly<Record<string, unknown>>] = ["", {}];
    stream.setTimeout(20_000, () => reject(new Error(late)));
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
    });
    stream.on("response", (fields) => {
      got = fields;
    });
    stream.on("error", reject);
    stream.on("end", () => resolve({ status: Number(got[":status"] ?? 0), headers: got, text }));
    if (bodySize > 0) stream.end("x".repeat(bodySize));
  }).finally(() => session.destroy());
}

function tlsOptions(sni: string | undefined, certificate: boolean) {
  const { cert, key } = running.tls;
  return { rejectUnauthorized: false, servername: sni ?? "", ...(certificate ? { cert, key } : {}) };
}

async function start(): Promise<Running> {
  const directory = mkdtempSync(join(tmpdir(), "portolan-route-"));
  const servers = await Promise.all(upstreamNames.map((name) => echoServer(name)));
  const upstreams = new Map(servers.map(({ name, port }) => [name, upstream(name, port)]));
  const agents = { direct: agentsOf(), proxied: agentsOf(`PROXY TCP4 ${proxiedClient} 127.0.0.1 1 2\r\n`) };
  const plans: FleetPlan[] = [];
  for (let i = 0; i < configurations; i++) {
    const [one] = fc.sample(routing(`c${i}`), { seed: seed * 1_000 + i, numRuns: 1 }) as [Routing];
    plans.push({ listeners: [{ ...one.listener, port: await freePort() }], hosts: one.hosts, upstreams, endpointSets: new Map() });
  }
  const secrets = certificates(directory);
  const envoy = await startEnvoy("route-match", withSecrets(configOf(plans, upstreams), secrets));
  const stop = async () => {
    for (const { http, https } of Object.values(agents)) for (const agent of [http, https]) agent.destroy();
    await Promise.all([envoy.stop(), ...servers.map((server) => server.close())]);
    rmSync(directory, { recursive: true });
  };
  await until("Envoy's listeners", async () => (await fetch(`${envoy.admin}/ready`)).ok).catch(async (error: Error) => {
    await stop();
    throw new Error(`${error.message}: …${envoy.log().slice(-2_000)}`);
  });
  return { plans, envoy, servers, agents, tls: pems(secrets), stop };
}

/** Agents that keep their connections, which begin with this text. */
function agentsOf(greeting = ""): Agents {
  const http = new Agent({ keepAlive: true, maxSockets: 1 });
  const https = new TlsAgent({ keepAlive: true, maxSockets: 1 });
  const connected = ({ port }: { readonly port?: number | undefined }) => {
    const socket = connect(port ?? 0, "127.0.0.1");
    if (greeting !== "") socket.write(greeting);
    return socket;
  };
  http.createConnection = connected as typeof http.createConnection;
  https.createConnection = ((options: ConnectionOptions) =>
    connectTls({ ...options, socket: connected(options) })) as typeof https.createConnection;
  return { http, https, connected };
}

function configOf(plans: readonly FleetPlan[], upstreams: ReadonlyMap<string, Upstream>): JsonObject {
  const all = { listeners: plans.flatMap(({ listeners }) => listeners), hosts: plans.flatMap(({ hosts }) => hosts) };
  return staticBootstrap(
    snapshotOf("1".repeat(40), "test", resourcesOf({ ...all, upstreams: [...upstreams.values()], endpointSets: [] })),
    0,
  );
}

function upstream(name: string, port: number): Upstream {
  const discovery: Upstream["discovery"] =
    name === upstreamNames.at(-1)
      ? { kind: "dns", endpoints: [{ address: dnsName, port }], logical: false, family: "v4" }
      : { kind: "static", endpoints: [{ address: "127.0.0.1", port }] };
  return { name, statName: name, discovery, protocol: "http1", connectTimeoutMs: 3000, settings: [], origins: [] };
}
