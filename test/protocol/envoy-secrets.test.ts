import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Resource, resource } from "../../src/envoy/resource.ts";
import { sdsConfig, secretKeys } from "../../src/envoy/secret.ts";
import { LDS, RDS } from "../../src/envoy/type-url.ts";
import { FleetState } from "../../src/fleet/state.ts";
import type { SecretReference } from "../../src/model/secret.ts";
import { DirectoryProvider } from "../../src/secret/directory.ts";
import { Secrets } from "../../src/secret/secrets.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { nextSnapshot } from "../../src/snapshot/snapshots.ts";
import type { Mode } from "../../src/xds/event.ts";
import { startXds, type XdsServer } from "../../src/xds/server.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { Authority, type Pair } from "../support/certificates.ts";
import { NewestForAll } from "../support/newest-for-all.ts";
import { oid } from "./resources.ts";

const reference: SecretReference = { kind: "tls", secret: { namespace: "shop", name: "web" } };

let directory: string;
let authority: Authority;
let secrets: Secrets;
let fleet: FleetState;
let port: number;
let server: XdsServer | undefined;
let envoy: EnvoyProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "portolan-sds-"));
  mkdirSync(join(directory, "secrets/shop/web"), { recursive: true });
  authority = new Authority(directory);
  secrets = new Secrets([new DirectoryProvider("mounted", join(directory, "secrets"))], Date.now);
  fleet = new FleetState({ now: Date.now, resolve: async () => [], redact: (text) => secrets.redact(text) });
  port = await freePort();
});
afterEach(async () => {
  await envoy?.stop();
  await server?.close();
  rmSync(directory, { recursive: true });
});

function install(pair: Pair): void {
  copyFileSync(pair.cert, join(directory, "secrets/shop/web/tls.crt"));
  copyFileSync(pair.key, join(directory, "secrets/shop/web/tls.key"));
}

/** What the server does every second. */
function look(): void {
  if (secrets.look()) server?.publish();
}

/** A listener that terminates TLS with the secret, and answers everything by itself. */
function resources(): Resource[] {
  const manager = {
    "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
    stat_prefix: "tls",
    rds: { route_config_name: "main", config_source: { ads: {}, resource_api_version: "V3", initial_fetch_timeout: "0s" } },
    http_filters: [{ name: "router", typed_config: { "@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router" } }],
  };
  const context = {
    "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext",
    common_tls_context: { tls_certificate_sds_secret_configs: [sdsConfig(reference)] },
  };
  const chain = { filters: [{ name: "http", typed_config: manager }], transport_socket: { name: "tls", typed_config: context } };
  const listener = { name: "https", address: { socket_address: { address: "127.0.0.1", port_value: port } }, filter_chains: [chain] };
  const host = { name: "all", domains: ["*"], routes: [{ match: { prefix: "/" }, direct_response: { status: 200 } }] };
  return [
    resource(LDS, "https", listener, [{ type: RDS, name: "main" }, ...secretKeys([{ reference }])]),
    resource(RDS, "main", { name: "main", virtual_hosts: [host] }),
  ];
}

/** One request on a connection of its own: the serial number of the certificate that the proxy has shown. Rejects if anything fails. */
function serial(): Promise<string> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(authority.ca.cert);
    const call = request({ port, host: "127.0.0.1", servername: "shop.example", ca, agent: false }, (response) => {
      const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
      response
        .resume()
        .on("end", () => (response.statusCode === 200 ? resolve(serialNumber) : reject(new Error(`${response.statusCode}`))));
    });
    call.on("error", reject).end();
  });
}

test.each<Mode>(["delta", "sotw"])(
  "ODX-06 an Envoy (%s) shows a certificate from a directory, and a new one without a commit or a failed request",
  async (mode) => {
    const pairs = [authority.issue("first", "DNS:shop.example"), authority.issue("second", "DNS:shop.example")] as const;
    install(pairs[0]);
    const delivery = new NewestForAll();
    const snapshot = nextSnapshot(undefined, oid(1), "default", resources(), [], [{ reference }]);
    delivery.publish(snapshot);
    secrets.publish(snapshot);
    secrets.read(1);
    const address = { host: "127.0.0.1", port: 0 };
    server = await startXds({ address, secrets, instance: "test", assignment: delivery, fleetState: fleet, pool: new SnapshotPool() });
    server.publish();
    envoy = await envoyProcess({ id: "edge-1", xdsPort: server.port, mode });
    await until(`a listener; ${envoy.log()}`, () =>
      serial().then(
        () => true,
        () => false,
      ),
    );

    const first = await serial();
    const failures: unknown[] = [];
    let stopped = false;
    let newest = first;
    const traffic = (async () => {
      while (!stopped) {
        await serial().then(
          (shown) => {
            newest = shown;
          },
          (error: unknown) => failures.push(error),
        );
      }
    })();
    install(pairs[1]);
    look();
    await until(`another certificate; ${envoy.log()}`, () => newest !== first);

    // A secret that is lost is kept by who has it (D14).
    rmSync(join(directory, "secrets/shop/web"), { recursive: true });
    look();
    const second = newest;
    for (let i = 0; i < 5; i++) expect(await serial()).toBe(second);
    stopped = true;
    await traffic;
    expect(failures).toEqual([]);
    expect(fleet.node("edge-1")).toMatchObject({ state: "accepted", types: { SDS: { state: "accepted" } } });
    const key = readFileSync(pairs[1].key, "utf8").split("\n")[1] ?? "";
    expect(key.length).toBeGreaterThan(20);
    expect(envoy.log()).not.toContain(key);
  },
);
