import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { channelFiles } from "../../src/envoy/channel-tls.ts";
import { FleetState } from "../../src/fleet/state.ts";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { systemClock } from "../../src/xds/clock.ts";
import type { TlsFiles } from "../../src/xds/grpc/tls-files.ts";
import { startXds, type XdsServer } from "../../src/xds/server.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { Authority, type Pair } from "../support/certificates.ts";
import { cli } from "../support/cli.ts";
import { NewestForAll } from "../support/newest-for-all.ts";
import { httpListener, table } from "./envoy-resources.ts";
import { oid, snapshot } from "./resources.ts";

let directory: string;
let pki: string;
let authority: Authority;
let fleet: FleetState;
let delivery: NewestForAll;
let tls: TlsFiles;
let server: XdsServer;
let envoy: EnvoyProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "portolan-mtls-"));
  pki = join(directory, "pki");
  mkdirSync(join(pki, "nodes"), { recursive: true });
  authority = new Authority(directory);
  const own = authority.issue("server", "IP:127.0.0.1");
  copyFileSync(authority.ca.cert, join(pki, "ca.crt"));
  fleet = new FleetState({ now: systemClock.now, resolve: async () => [] });
  delivery = new NewestForAll();
  delivery.publish(snapshot(1, [table("main", "a"), httpListener("http", await freePort(), "main")]));
  tls = { ...own, clientCa: authority.ca.cert };
  await start(0);
});
afterEach(async () => {
  await envoy?.stop();
  await server.close();
  rmSync(directory, { recursive: true });
});

async function start(port: number): Promise<void> {
  const address = { host: "127.0.0.1", port };
  server = await startXds({ address, tls, instance: "test", assignment: delivery, fleetState: fleet, pool: new SnapshotPool() });
  server.publish();
}

/** Puts a certificate in place as a careful hand does: each file at once, the key first. */
function install(pair: Pair, id: string): void {
  for (const [from, ending] of [
    [pair.key, "key"],
    [pair.cert, "crt"],
  ] as const) {
    copyFileSync(from, join(pki, "new"));
    renameSync(join(pki, "new"), join(pki, "nodes", `${id}.${ending}`));
  }
}

const identity = () => fleet.node("edge-1")?.peer?.identity?.name;

test("SEC-01 an Envoy with the bootstrap that is printed connects by its certificate, and takes up a new one by itself", async () => {
  install(authority.issue("first", "URI:spiffe://portolan/first"), "edge-1");
  for (const secret of ["node", "ca"]) {
    const { stdout } = await cli(["bootstrap", "--node-id", "edge-1", "--cert-dir", pki, "--sds", secret]);
    writeFileSync(join(pki, `sds-${secret}.yaml`), stdout);
  }
  envoy = await envoyProcess({ id: "edge-1", xdsPort: server.port, mode: "delta", tls: channelFiles(pki, "edge-1") });
  await until(`an accepted commit; ${envoy.log()}`, () => fleet.node("edge-1")?.converged === oid(1));
  expect(identity()).toBe("spiffe://portolan/first");
  install(authority.issue("second", "URI:spiffe://portolan/second"), "edge-1");
  const { port } = server;
  await server.close();
  await start(port);
  await until(`the new certificate; ${envoy.log()}`, () => identity() === "spiffe://portolan/second");
});
