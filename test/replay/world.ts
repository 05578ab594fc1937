import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { buildFiles } from "../../src/build/offline.ts";
import type { JsonObject } from "../../src/model/json.ts";
import type { FleetPlan } from "../../src/model/plan.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { type EnvoyProcess, startEnvoy } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { documents } from "../support/ambassador.ts";
import { certificates, pems, withSecrets } from "./certificates.ts";
import { type EchoServer, echoServer } from "./echo.ts";
import { grpcGuard, httpGuard } from "./guards.ts";

/** Documents that a world is made of. */
export interface SetUp {
  readonly name: string;
  readonly documents: string;
  /** More documents, as they are written in a file. */
  readonly files?: string;
}

/** One Envoy with all set-ups of a file, each built for itself and on a port of its own, and the upstreams that they share. */
export interface World {
  readonly envoy: EnvoyProcess;
  /** By the name of the set-up. */
  readonly ports: ReadonlyMap<string, number>;
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  readonly plans: ReadonlyMap<string, FleetPlan>;
  /** Upstreams `one`, `two`, `three` for HTTP/1.1 `rpc` for HTTP/2, `safe` for TLS; `guard` and `grpc`, who are asked. At the port of `nobody` nobody listens. */
  readonly servers: ReadonlyMap<string, EchoServer>;
  /** Certificate and key of a client, and whom it trusts. */
  readonly tls: ReturnType<typeof pems>;
  /** The same with a certificate that is revoked. */
  readonly revoked: ReturnType<typeof pems>;
  /** A text of a set-up with ports for `$one` and so on; `$port` is that of its Listener, `$log` a file of its own. */
  fill(setUp: string, text: string): string;
  stop(): Promise<void>;
}

/** Builds the set-ups and starts everything. */
export async function world(setUps: readonly SetUp[]): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "portolan-replay-"));
  const secrets = certificates(directory);
  const echoes = [echoServer("one"), echoServer("two"), echoServer("three"), echoServer("rpc", "http2"), echoServer("safe", pems(secrets))];
  const servers = await Promise.all([...echoes, httpGuard(), grpcGuard()]);
  const stopServers = async () => {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(directory, { recursive: true });
  };
  try {
    const known = new Map(servers.map((server) => [server.name, server.port]));
    known.set("nobody", await freePort());
    const ports = new Map<string, number>();
    const problems = new Map<string, readonly Problem[]>();
    const plans = new Map<string, FleetPlan>();
    const fill = (setUp: string, text: string) =>
      text.replace(/\$(\w+)/g, (written, name) => {
        if (name === "log") return join(directory, `${ports.get(setUp)}.log`);
        return String(name === "port" ? ports.get(setUp) : (known.get(name) ?? written));
      });
    const configs: JsonObject[] = [];
    for (const setUp of setUps) {
      if (ports.has(setUp.name)) throw new Error(`two set-ups are named ${setUp.name}`);
      const port = await freePort();
      ports.set(setUp.name, port);
      const built = await buildFiles(filesOf(setUp, (text) => fill(setUp.name, text)));
      const [fleet] = built.fleets;
      if (fleet === undefined) throw new Error(`no fleet in ${setUp.name}`);
      problems.set(setUp.name, built.problems);
      plans.set(setUp.name, fleet.plan());
      configs.push(staticBootstrap(fleet.snapshot, 0));
    }
    const envoy = await startEnvoy("replay", withSecrets(together(configs), secrets), { flags: ["--file-flush-interval-msec", "50"] });
    const stop = async () => void (await Promise.all([envoy.stop(), stopServers()]));
    await until("Envoy's listeners", async () => (await fetch(`${envoy.admin}/ready`)).ok);
    const clients = { tls: pems(secrets), revoked: pems({ ...secrets, pair: secrets.revoked }) };
    return { envoy, ports, problems, plans, fill, ...clients, servers: new Map(servers.map((server) => [server.name, server])), stop };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

const listener = `"Listener http": {port: $port, bind_address: 127.0.0.1, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}`;
const host = `"Host any": {hostname: "*", requestPolicy: {insecure: {action: Route}}}`;

function filesOf({ documents: written, files = "" }: SetUp, fill: (text: string) => string): Map<string, string> {
  const has = (kind: string) => written.includes(`"${kind} `);
  const upstreams = ["one", "two", "three", "rpc", "safe", "nobody"].map(
    (name) => `"Upstream ${name}": {addresses: ["127.0.0.1:$${name}"]}`,
  );
  const all = [
    ...(written === "" ? [] : [written]),
    ...(has("Listener") || has("TCPMapping") ? [] : [listener]),
    ...(has("Host") || has("TCPMapping") ? [] : [host]),
    ...upstreams,
  ].join(",\n");
  const short = documents(fill(all)).map(({ value }, index) => [`${index}.yaml`, JSON.stringify(value)] as const);
  return new Map([...short, ["files.yaml", fill(files)]]);
}

/** Several configurations as one. Clusters of one name are equal: the name says all of their content. */
function together(configs: readonly JsonObject[]): JsonObject {
  const listeners: JsonObject[] = [];
  const clusters = new Map<string, JsonObject>();
  for (const config of configs) {
    const resources = config.static_resources as { listeners: JsonObject[]; clusters: JsonObject[] };
    listeners.push(...resources.listeners);
    for (const cluster of resources.clusters) {
      const name = String(cluster.name);
      const before = clusters.get(name);
      if (before !== undefined && !isDeepStrictEqual(before, cluster))
        throw new Error(`two clusters ${name}: ${JSON.stringify([before, cluster])}`);
      clusters.set(name, cluster);
    }
  }
  return { ...configs[0], static_resources: { listeners, clusters: [...clusters.values()] } };
}
