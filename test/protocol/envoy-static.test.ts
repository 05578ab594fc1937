import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, request, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildFiles } from "../../src/build/offline.ts";
import { type EnvoyProcess, startEnvoy } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { staticBootstrap } from "../../src/snapshot/static.ts";
import { Authority, type Pair } from "../support/certificates.ts";

let directory: string;
let ca: string;
let pair: Pair;
let upstream: Server;
let envoy: EnvoyProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "portolan-static-"));
  const authority = new Authority(directory);
  ca = authority.ca.cert;
  pair = authority.issue("pair", "DNS:shop.example.com");
  for (const [secret, files] of [
    ["pair", { "tls.crt": pair.cert, "tls.key": pair.key }],
    ["authorities", { "ca.crt": ca }],
  ] as const) {
    mkdirSync(join(directory, "secrets/default", secret), { recursive: true });
    for (const [key, file] of Object.entries(files)) copyFileSync(file, join(directory, "secrets/default", secret, key));
  }
  const files = { cert: readFileSync(pair.cert), key: readFileSync(pair.key), ca: readFileSync(ca) };
  upstream = createServer({ ...files, requestCert: true }, (_, response) => response.end("from upstream"));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await envoy?.stop();
  upstream.closeAllConnections();
  await new Promise((resolve) => upstream.close(resolve));
  rmSync(directory, { recursive: true });
});

const documents = (port: number, upstreamPort: number) => `
apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: web}
spec: {port: ${port}, bind_address: 127.0.0.1, protocol: HTTPS, securityModel: XFP, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: shop}
spec: {hostname: shop.example.com, tlsSecret: {name: pair}}
---
apiVersion: getambassador.io/v3alpha1
kind: TLSContext
metadata: {name: inner}
spec: {hosts: [], secret: pair, ca_secret: authorities}
---
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: shop}
spec: {hostname: "*", prefix: /, service: "https://127.0.0.1:${upstreamPort}", tls: inner}
`;

test("a static configuration with TLS on both sides runs, with its secrets in files", async () => {
  const port = await freePort();
  const { fleets } = await buildFiles(new Map([["all.yaml", documents(port, (upstream.address() as AddressInfo).port)]]));
  const config = staticBootstrap(fleets[0]?.snapshot as Snapshot, 0, join(directory, "secrets"));
  const text = JSON.stringify(config);
  expect(text).not.toContain('sds_config"');
  expect(text).not.toMatch(/PRIVATE KEY|inline_bytes/);
  envoy = await startEnvoy("static", config);
  const answer = await until("an answer through TLS", () => get(port));
  expect(answer).toBe("from upstream");
});

function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      servername: "shop.example.com",
      headers: { host: "shop.example.com" },
      ca: readFileSync(ca),
    };
    const sent = request(options, async (response) => {
      const body = (await response.setEncoding("utf8").toArray()).join("");
      response.statusCode === 200 ? resolve(body) : reject(new Error(`${response.statusCode}: ${body}`));
    });
    sent.on("error", reject).end();
  });
}
