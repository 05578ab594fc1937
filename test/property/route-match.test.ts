import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request as requestHttp } from "node:http";
import { request as requestHttps, Agent as TlsAgent } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, test } from "vitest";
import type { JsonObject } from "../../src/model/json.ts";
import type { Upstream } from "../../src/model/model.ts";
import type { FleetPlan } from "../../src/model/plan.ts";
import { requestOf } from "../../src/route/request.ts";
import { type Answer, Router, type Way } from "../../src/route/router.ts";
import { type EnvoyProcess, startEnvoy } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { certificates, withSecrets } from "../replay/certificates.ts";
import { type Echo, type EchoServer, echoServer } from "../replay/echo.ts";
import { type Asked, asked, proxiedClient, type Routing, routing, upstreamNames } from "../support/arbitrary-routing.ts";
import { isLong } from "../support/long.ts";
import { resourcesOf } from "../support/served.ts";

/** Usually the same ones, so that a failure is that of the change at hand; a long run draws others each time. */
const seed = isLong ? Date.now() % 2 ** 31 : 1;
const [configurations, requests] = isLong ? [200, 10_000] : [20, 500];

interface Agents {
  readonly http: Agent;
  readonly https: TlsAgent;
}

interface Running {
  readonly plans: readonly FleetPlan[];
  readonly envoy: EnvoyProcess;
  readonly servers: readonly EchoServer[];
  readonly agents: Readonly<Record<"direct" | "proxied", Agents>>;
  stop(): Promise<void>;
}

let running: Running;
beforeAll(async () => {
  running = await start();
}, 60_000);
afterAll(() => running?.stop());

test(`${requests} requests over ${configurations} configurations get what is said of them (seed ${seed})`, {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(asked(configurations), async (one) => {
      const plan = running.plans[one.configuration] as FleetPlan;
      const answer = answerTo(one, plan);
      const got = await send(answer.isBehind ? behindBalancer(one) : one, plan);
      const fits = answer.ways.some((way) => inShort(way).includes(got) || isRejected(way, got));
      if (!fits) throw new Error(`got ${got}, said ${answer.ways.flatMap(inShort).join(", ")}\n${inFull(answer)}`);
    }),
    { seed, numRuns: requests },
  );
});

/** What the matcher says of a request. */
function answerTo({ isTls, sni, method, host, path, headers, bodySize }: Asked, plan: FleetPlan): Answer {
  const url = `${isTls ? "https" : "http"}://127.0.0.1:${plan.listeners[0]?.port}${path}`;
  const request = requestOf({
    url,
    method,
    headers: [...headers, ["host", host]],
    sni,
    bodySize,
    clientAddress: isProxied(plan) ? proxiedClient : "127.0.0.1",
  });
  if ("mistake" in request) throw new Error(request.mistake);
  return new Router(plan).answer(request);
}

function isProxied({ listeners }: FleetPlan): boolean {
  return listeners[0]?.preludes.includes("proxy_protocol") ?? false;
}

/** All that has to do with an answer, for somebody who looks for a mistake in it. */
function inFull({ listener, chain, received, host, passed, ways }: Answer): string {
  const routes = host?.routes.map(({ name, match, action, perFilter }) => JSON.stringify({ name, match, action, perFilter }));
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
function inShort({ outcome, route }: Way): string[] {
  switch (outcome.kind) {
    case "forward":
      // The upstreams refuse a path that is none.
      if (!outcome.path.startsWith("/")) return [`${route?.name} 400`];
      return outcome.targets.map(({ upstream }) => `${route?.name} 200 ${upstream} ${outcome.authority} ${outcome.path}`);
    case "redirect":
      return [`${route?.name} ${outcome.status} ${outcome.location}`];
    case "respond":
      return [`${route?.name} ${outcome.status}`];
    case "rejected":
      return [`${outcome.status}`];
    case "no-route":
      return ["404"];
    default:
      return [outcome.kind];
  }
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
function send({ isTls, sni, method, host, path, headers, bodySize }: Asked, plan: FleetPlan): Promise<string> {
  const { http, https } = running.agents[isProxied(plan) ? "proxied" : "direct"];
  const all = [["host", host], ...headers, ...(bodySize === 0 ? [] : [["content-length", String(bodySize)]])];
  const target = { host: "127.0.0.1", port: plan.listeners[0]?.port, method, path, headers: all as never };
  return new Promise((resolve) => {
    const sent = isTls
      ? requestHttps({ ...target, agent: https, rejectUnauthorized: false, servername: sni ?? "" })
      : requestHttp({ ...target, agent: http });
    sent.on("error", () => resolve("refused"));
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => {
        const { "x-route": route, location } = response.headers;
        const echo: Echo | undefined = text.startsWith('{"upstream":') ? JSON.parse(text) : undefined;
        const parts = [route, response.statusCode, location, ...(echo === undefined ? [] : [echo.upstream, echo.headers.host, echo.path])];
        resolve(parts.filter((part) => part !== undefined).join(" "));
      });
    });
    sent.end(bodySize === 0 ? undefined : "x".repeat(bodySize));
  });
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
  const envoy = await startEnvoy("route-match", withSecrets(configOf(plans, upstreams), certificates(directory)));
  const stop = async () => {
    for (const { http, https } of Object.values(agents)) for (const agent of [http, https]) agent.destroy();
    await Promise.all([envoy.stop(), ...servers.map((server) => server.close())]);
    rmSync(directory, { recursive: true });
  };
  await until("Envoy's listeners", async () => (await fetch(`${envoy.admin}/ready`)).ok).catch(async (error: Error) => {
    await stop();
    throw new Error(`${error.message}: …${envoy.log().slice(-2_000)}`);
  });
  return { plans, envoy, servers, agents, stop };
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
  return { http, https };
}

function configOf(plans: readonly FleetPlan[], upstreams: ReadonlyMap<string, Upstream>): JsonObject {
  const all = { listeners: plans.flatMap(({ listeners }) => listeners), hosts: plans.flatMap(({ hosts }) => hosts) };
  return staticBootstrap(
    snapshotOf("1".repeat(40), "test", resourcesOf({ ...all, upstreams: [...upstreams.values()], endpointSets: [] })),
    0,
  );
}

function upstream(name: string, port: number): Upstream {
  const discovery = { kind: "static", endpoints: [{ address: "127.0.0.1", port }] } as const;
  return { name, statName: name, discovery, protocol: "http1", connectTimeoutMs: 3000, settings: [], origins: [] };
}
