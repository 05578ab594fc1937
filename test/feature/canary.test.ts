import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pack } from "../../src/build/packed.ts";
import { show } from "../../src/build/show.ts";
import type { BuildWorker, WorkerHooks } from "../../src/build/worker-client.ts";
import { readConfig } from "../../src/cli/config/read.ts";
import { decode } from "../../src/codec/decode.ts";
import { encode } from "../../src/codec/encode.ts";
import { type Resource, resource } from "../../src/envoy/resource.ts";
import { fileSecret, sdsConfig, secretKeys } from "../../src/envoy/secret.ts";
import { LDS, SDS } from "../../src/envoy/type-url.ts";
import type { SecretReference } from "../../src/model/secret.ts";
import { until } from "../../src/server/demo/until.ts";
import { nothingRestored } from "../../src/server/restore.ts";
import { type RunningServer, serve } from "../../src/server/serve.ts";
import { difference } from "../../src/snapshot/delta.ts";
import { nextSnapshot } from "../../src/snapshot/snapshots.ts";
import { Client } from "../protocol/client/client.ts";
import { oid } from "../protocol/resources.ts";
import { Authority } from "../support/certificates.ts";
import { manifest } from "../support/fake-view.ts";

const web: SecretReference = { kind: "tls", secret: { namespace: "shop", name: "web" } };
const broken: SecretReference = { kind: "tls", secret: { namespace: "shop", name: "broken" } };
const fromVariables: SecretReference = { kind: "tls", secret: { namespace: "shop", name: "env" } };
const ofProxy: SecretReference = { kind: "tls-file", certificate: "/proxy.crt", key: "/proxy.key" };
const uses = [web, broken, fromVariables, ofProxy].map((reference) => ({ reference }));
const planted = "CANARY-hunter2-correct-horse-battery-staple";

let directory: string;
let running: RunningServer;
let client: Client | undefined;
let log = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-canary-"));
  log = "";
});
afterEach(async () => {
  client?.close();
  await running.close();
  delete process.env.CANARY_SHOP_ENV_TLS_CRT;
  delete process.env.CANARY_SHOP_ENV_TLS_KEY;
  rmSync(directory, { recursive: true });
});

function put(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(directory, "secrets/shop", name), { recursive: true });
  for (const [key, text] of Object.entries(files)) writeFileSync(join(directory, "secrets/shop", name, key), text);
}

/** A listener that refers to every secret, and has a field of its own that is secret. */
function listener(): Resource {
  const inline = { private_key: { inline_string: planted }, certificate_chain: { filename: "/c" } };
  const context = {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
    common_tls_context: { tls_certificate_sds_secret_configs: [sdsConfig(web)], tls_certificates: [inline] },
  };
  const chain = { filters: [], transport_socket: { name: "tls", typed_config: context } };
  const message = { name: "https", address: { socket_address: { address: "127.0.0.1", port_value: 1 } }, filter_chains: [chain] };
  return resource(LDS, "https", message, secretKeys(uses));
}

/** A worker that has built one commit. */
function worker(): BuildWorker {
  const file = fileSecret(ofProxy) as Resource;
  const snapshot = nextSnapshot(undefined, oid(1), "default", [listener(), file], [], uses);
  const fleet = { delta: pack(difference(undefined, snapshot)), cells: 1, changed: 1, manifest: manifest(oid(1)), tests: [] };
  const answers = {
    causes: () => [{ source: "shop", path: "host.yaml", line: 3 }],
    show: ({ resources }: { resources: readonly { body: Uint8Array }[] }) => resources.map((one) => ({ body: show(one), origins: [] })),
    blobs: () => [],
    render: () => undefined,
    standing: () => ({ commits: [oid(1)], containedIn: [oid(1)], held: [] }),
    trial: () => undefined,
    accept: () => undefined,
  };
  return {
    listen(hooks: WorkerHooks) {
      const unusableFleets = { names: [], unnamed: false };
      hooks.message({
        kind: "built",
        report: { commit: oid(1), files: 1, fleets: [fleet], fleetDocuments: [], unusableFleets, stages: {} },
      });
    },
    ask: async (question) => (answers[question.what] as (question: unknown) => never)(question),
    retain: () => {},
    ended: () => {},
    close: async () => {},
    terminate: async () => {},
  };
}

async function start(): Promise<void> {
  const text = `apiVersion: portolan.dev/v1alpha1
kind: Server
server: {dataDir: data}
listen: {xds: {address: "127.0.0.1:0"}, api: {address: "127.0.0.1:0"}, grpc: {address: "127.0.0.1:0"}}
sources: [{name: shop, path: ., branch: main}]
secrets: {providers: [{name: mounted, type: directory, path: secrets}, {name: variables, type: environment, prefix: CANARY_}]}
`;
  const { config, problems } = readConfig(text, join(directory, "portolan.yaml"));
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const memory = {
    write(line: string) {
      log += line;
    },
  };
  running = await serve(config, pino({ level: "trace" }, memory), worker(), nothingRestored);
  await running.view.settled();
}

async function get(path: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${running.apiPort}${path}`);
  return `${response.status} ${await response.text()}`;
}

/** What the event stream says of the past. */
async function events(): Promise<string> {
  const stopped = new AbortController();
  const response = await fetch(`http://127.0.0.1:${running.apiPort}/api/v1alpha1/events?since=0`, { signal: stopped.signal }).catch(
    () => undefined,
  );
  const chunk = await response?.body?.getReader().read();
  stopped.abort();
  return Buffer.from(chunk?.value ?? []).toString();
}

function csds(): Promise<string> {
  const caller = new grpc.Client(`127.0.0.1:${running.grpcPort}`, grpc.credentials.createInsecure());
  const path = "/envoy.service.status.v3.ClientStatusDiscoveryService/FetchClientStatus";
  const asIs = (bytes: Buffer) => bytes;
  const asked = Buffer.from(encode("envoy.service.status.v3.ClientStatusRequest", {}));
  return new Promise<string>((resolve, reject) => {
    caller.makeUnaryRequest(path, asIs, asIs, asked, (error, bytes) => {
      caller.close();
      if (error !== null) reject(error);
      else resolve(JSON.stringify(decode("envoy.service.status.v3.ClientStatusResponse", bytes as Buffer)));
    });
  });
}

test("SEC-06 no secret is in a log, an answer, a problem, a client status or a file of the server", async () => {
  const authority = new Authority(directory);
  const [one, other] = [authority.issue("web", "DNS:a.example"), authority.issue("env", "DNS:b.example")];
  const keys = [one, other].map(({ key }) => readFileSync(key, "utf8"));
  put("web", { "tls.crt": readFileSync(one.cert, "utf8"), "tls.key": keys[0] ?? "" });
  put("broken", {
    "tls.crt": readFileSync(one.cert, "utf8"),
    "tls.key": `-----BEGIN PRIVATE KEY-----\n${planted}\n-----END PRIVATE KEY-----\n`,
  });
  process.env.CANARY_SHOP_ENV_TLS_CRT = readFileSync(other.cert, "utf8");
  process.env.CANARY_SHOP_ENV_TLS_KEY = keys[1];
  await start();

  // They do reach the client that is entitled, which then quotes them in its rejection.
  client = new Client(running.xdsPort, "DA", "edge-1");
  client.ask(LDS);
  client.ack(await client.next());
  client.ask(SDS, "tls/shop/web", "tls/shop/env", "tls/shop/broken", "*");
  const sent = await client.next();
  expect(sent.resources.map(({ name }) => name)).toEqual(["tls/shop/env", "tls/shop/web"]);
  client.nack(sent, `Failed to load private key: ${keys.join("; ")} name: "tls/shop/web" goo.gle/debugonly private_key { ${planted} }`);
  await until("the rejection", () => running.view.node("edge-1")?.types.SDS?.rejection !== undefined && log.includes("node rejected"));
  await until("the problem of the broken one", () => running.view.problems().some(({ code }) => code === "secret/invalid"));

  const api = "/api/v1alpha1";
  const paths = ["status", "sources", "fleets", "nodes", "nodes/edge-1", "problems", "snapshots", `snapshots/${oid(1)}`];
  const answers = await Promise.all([...paths, `snapshots/${oid(1)}/resources`].map((path) => get(`${api}/${path}`)));
  expect(answers.filter((text) => !text.startsWith("200 "))).toEqual([]);
  const outputs = [...answers, await get("/metrics"), await events(), log];
  const status = await csds();
  const files = readdirSync(directory, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("secrets") && !/\.(key|crt|csr|ext|srl)$/.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));

  const lines = keys.flatMap((key) => key.split("\n").filter((line) => line.length > 16 && !line.startsWith("-----")));
  expect(lines.length).toBeGreaterThan(3);
  const canaries = [...lines, planted].flatMap((text) => [text, Buffer.from(text).toString("base64").slice(4, -4)]);
  for (const canary of [...canaries, ...keys.map((key) => Buffer.from(key).toString("base64").slice(0, 80))]) {
    for (const text of [...outputs, status, ...files])
      expect(text.includes(canary), `${canary.slice(0, 8)}… in ${text.slice(0, 200)}`).toBe(false);
  }
  expect(outputs.join()).toMatch(/portolan_secret_expiry_seconds\{name="tls\/shop\/web"\} 8\d{4}/);
  // The search would find something: the names of the secrets are there.
  expect(outputs.join()).toContain("tls/shop/broken");
  expect(answers.join()).toContain("[redacted:");
  expect(status).toContain("tls/shop/web");
});
