import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { until } from "../../src/server/demo/until.ts";
import { Authority, type Pair } from "../support/certificates.ts";

const document = (kind: string, name: string, spec: object) =>
  `---\n${JSON.stringify({ apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name }, spec })}\n`;

interface Problems {
  readonly items: readonly {
    readonly problem: { readonly code: string; readonly at: { readonly path: string; readonly line?: number } };
  }[];
}

let directory: string;
let authority: Authority;
let repo: Repository;
let upstream: Server;
let port: number;
let server: ServerProcess | undefined;
let envoy: EnvoyProcess | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "portolan-secrets-"));
  authority = new Authority(directory);
  repo = repository();
  upstream = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1");
  port = await freePort();
});
afterEach(async () => {
  await envoy?.stop();
  await server?.stop();
  upstream.close();
  repo.remove();
  rmSync(directory, { recursive: true });
});

function install(pair: Pair): void {
  mkdirSync(join(directory, "secrets/default/web"), { recursive: true });
  copyFileSync(pair.key, join(directory, "secrets/default/web/tls.key"));
  copyFileSync(pair.cert, join(directory, "secrets/default/web/tls.crt"));
}

/** A request on a connection of its own: the serial number of the certificate that was shown. */
function serial(): Promise<string> {
  return new Promise((resolve, reject) => {
    const ca = readFileSync(authority.ca.cert);
    const call = request(
      { port, host: "127.0.0.1", servername: "shop.example", headers: { host: "shop.example" }, ca, agent: false },
      (response) => {
        const { serialNumber } = (response.socket as TLSSocket).getPeerCertificate();
        response
          .resume()
          .on("end", () => (response.statusCode === 200 ? resolve(serialNumber) : reject(new Error(`${response.statusCode}`))));
      },
    );
    call.on("error", reject).end();
  });
}

const problems = async () =>
  ((await server?.get<Problems>("/api/v1alpha1/problems"))?.items ?? [])
    .map(({ problem }) => problem)
    .filter(({ code }) => code.startsWith("secret/"));

test("a Host serves TLS as soon as its secret is there, and takes up a new one, without a commit", async () => {
  const hostBinding = { namespace: { from: "ALL" } };
  repo.commit({
    "listener.yaml": document("Listener", "https", { port, protocol: "HTTPS", securityModel: "XFP", hostBinding }),
    "host.yaml": document("Host", "shop", { hostname: "shop.example", tlsSecret: { name: "web" } }),
    "mapping.yaml": document("Mapping", "m", {
      hostname: "*",
      prefix: "/",
      service: `127.0.0.1:${(upstream.address() as AddressInfo).port}`,
    }),
  });
  const providers = [{ name: "mounted", type: "directory", path: join(directory, "secrets") }];
  server = await serverProcess(repo.path, { secrets: { providers } });
  await until("the problem", async () => (await problems()).length === 1);
  expect(await problems()).toMatchObject([{ code: "secret/missing", at: { path: "host.yaml", line: 2 } }]);

  envoy = await envoyProcess({ id: "edge-1", xdsPort: server.xdsPort, mode: "delta" });
  install(authority.issue("first", "DNS:shop.example", 90));
  const first = await until("an answer", () => serial());
  await until("the end of the problem", async () => (await problems()).length === 0);

  install(authority.issue("second", "DNS:shop.example", 90));
  // Every request on the way is answered.
  let newest = first;
  await until("the new certificate", async () => {
    newest = await serial();
    return newest !== first;
  });
  const key = readFileSync(join(directory, "secrets/default/web/tls.key"), "utf8").split("\n")[1] ?? "";
  expect(key.length).toBeGreaterThan(20);
  expect(server.log()).not.toContain(key);
});
