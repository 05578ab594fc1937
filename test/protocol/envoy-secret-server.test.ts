import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildFiles } from "../../src/build/offline.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { Secrets } from "../../src/secret/secrets.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Mode } from "../../src/xds/event.ts";
import { startXds, type XdsServer } from "../../src/xds/server.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { Authority } from "../support/certificates.ts";
import { NewestForAll } from "../support/newest-for-all.ts";
import { type SecretServerOfTest, secretServer } from "./secret-server.ts";

let directory: string;
let authority: Authority;
let port: number;
let sds: SecretServerOfTest;
let server: XdsServer | undefined;
let envoy: EnvoyProcess | undefined;
let upstream: Server | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "portolan-sds-"));
  authority = new Authority(directory);
  port = await freePort();
  sds = await secretServer();
});
afterEach(async () => {
  await envoy?.stop();
  await server?.close();
  await sds.close();
  upstream?.closeAllConnections();
  await new Promise((resolve) => (upstream === undefined ? resolve(undefined) : upstream.close(resolve)));
  upstream = undefined;
  rmSync(directory, { recursive: true });
});

/** A service that answers with the name of the certificate that its client has shown. */
async function service(): Promise<number> {
  const { cert, key } = authority.issue("pay", "DNS:localhost");
  const files = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(authority.ca.cert) };
  const created = createServer({ ...files, requestCert: true }, (call, answer) => {
    answer.end((call.socket as TLSSocket).getPeerCertificate().subject?.CN);
  });
  upstream = created;
  await new Promise<void>((resolve) => created.listen(0, "127.0.0.1", resolve));
  return (created.address() as AddressInfo).port;
}

/** The whole way from documents to a snapshot, with the server of secrets as `portolan.yaml` gives it. */
async function snapshot(...documents: readonly string[]): Promise<Snapshot> {
  const fleet = `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: default}\nspec: {nodes: {}, proxy: {bindAddress: "127.0.0.1"}}\n`;
  const secretServer = { name: "vault", host: "127.0.0.1", port: sds.port, nameFormat: "{namespace}-{name}" };
  const { fleets, problems } = await buildFiles(new Map([["all.yaml", [fleet, ...documents].join("---\n")]]), { secretServer });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return fleets[0]?.snapshot as Snapshot;
}

const kind = (name: string, metadata: string, spec: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: ${name}\nmetadata: {name: ${metadata}}\nspec: ${spec}\n`;

/** One request on a connection of its own: the serial number of the certificate that the proxy has shown, and what was answered. */
function ask(): Promise<{ serial: string; text: string }> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(authority.ca.cert);
    const call = request(
      { port, host: "127.0.0.1", servername: "shop.example", headers: { host: "shop.example" }, ca, agent: false },
      (response) => {
        const { serialNumber: serial } = (response.socket as TLSSocket).getPeerCertificate();
        let text = "";
        response.on("data", (part) => {
          text += part;
        });
        response.on("end", () => (response.statusCode === 200 ? resolve({ serial, text }) : reject(new Error(`${response.statusCode}`))));
      },
    );
    call.on("error", reject).end();
  });
}

test.each<Mode>(["delta", "sotw"])(
  "a running Envoy (%s) gets certificates from another server of secrets, shows them to clients and services, and Portolan has none",
  async (mode) => {
    const first = authority.issue("first", "DNS:shop.example");
    sds.put("shop-web", first);
    const listener = kind(
      "Listener",
      "https",
      `{port: ${port}, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}`,
    );
    const host = kind("Host", "web, namespace: shop", "{hostname: shop.example, tlsSecret: {name: web}}");
    const context = kind("TLSContext", "up, namespace: shop", "{secret: client}");
    const mapping = kind(
      "Mapping",
      "m, namespace: shop",
      `{hostname: shop.example, prefix: /, service: "https://localhost:${await service()}", tls: up}`,
    );
    const empty = await snapshot(listener);
    const whole = await snapshot(listener, host, context, mapping);
    expect(whole.secrets).toEqual([]);

    const delivery = new NewestForAll();
    const secrets = new Secrets([], Date.now);
    const fleet = new FleetState({ now: Date.now, resolve: async () => [] });
    server = await startXds({
      address: { host: "127.0.0.1", port: 0 },
      secrets,
      instance: "test",
      assignment: delivery,
      fleetState: fleet,
      pool: new SnapshotPool(),
    });
    delivery.publish(empty);
    server.publish();
    envoy = await envoyProcess({ id: "edge-1", xdsPort: server.port, mode });
    await until("the first snapshot", () => fleet.node("edge-1")?.state === "accepted");

    secrets.publish(whole);
    delivery.publish(whole);
    server.publish();
    sds.put("shop-client", authority.issue("client-of-pay", "DNS:client.example"));
    const answer = await until(`an answer; ${envoy.log()}`, () => ask());
    expect(answer.text).toBe("client-of-pay");
    expect([...new Set(sds.asked)].sort()).toEqual(["shop-client", "shop-web"]);
    expect(secrets.findings()).toEqual([]);
    expect(fleet.node("edge-1")?.state).toBe("accepted");

    sds.put("shop-web", authority.issue("second", "DNS:shop.example"));
    await until("the next certificate", async () => (await ask()).serial !== answer.serial);
  },
);
