import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { zstdDecompressSync } from "node:zlib";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type EnvoyProcess, envoyProcess } from "../../src/server/demo/envoy-process.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { portolan, type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
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
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true });
});

function install(pair: Pair): void {
  mkdirSync(join(directory, "secrets/default/web"), { recursive: true });
  copyFileSync(pair.key, join(directory, "secrets/default/web/tls.key"));
  copyFileSync(pair.cert, join(directory, "secrets/default/web/tls.crt"));
}

/** A Host with TLS, and a route behind it. */
function routes(): Record<string, string> {
  const hostBinding = { namespace: { from: "ALL" } };
  const service = `127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  return {
    "listener.yaml": document("Listener", "https", { port, protocol: "HTTPS", securityModel: "XFP", hostBinding }),
    "host.yaml": document("Host", "shop", { hostname: "shop.example", tlsSecret: { name: "web" } }),
    "mapping.yaml": document("Mapping", "m", { hostname: "*", prefix: "/", service }),
  };
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
  repo.commit(routes());
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

const planted = "CANARY-hunter2-correct-horse-battery-staple";

/** A committed Secret, with what is secret in every place that can hold it. */
function committed(pair: Pair): string {
  const base64 = (path: string) => readFileSync(path).toString("base64");
  const annotations = { "kubectl.kubernetes.io/last-applied-configuration": `{"data":{"tls.key":"${planted}"}}` };
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "web", annotations },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(pair.cert), password: Buffer.from(planted).toString("base64") },
    stringData: { "tls.key": readFileSync(pair.key, "utf8"), note: planted },
  };
  return `# ${planted}\n${JSON.stringify(secret, undefined, 2)}\n`;
}

/** Every file below a directory as text, archives unpacked; not the objects of the repository, which are those that were committed. */
function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && !join(entry.parentPath, entry.name).includes("/objects.git/objects/"))
    .map((entry) => {
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      const packed = bytes.indexOf("28b52ffd", 0, "hex");
      return entry.name.endsWith(".snap")
        ? `${zstdDecompressSync(bytes.subarray(packed, -32)).toString("latin1")}`
        : bytes.toString("latin1");
    });
}

test("a committed Secret is served and changed by commits, in development, and stands in no output and no file of the server", async () => {
  const [first, second] = ["first", "second"].map((name) => authority.issue(name, "DNS:shop.example", 90)) as [Pair, Pair];
  const begin = repo.commit({ ...routes(), "web.yaml": committed(first) });
  server = await serverProcess(repo.path, { secrets: { allowPlaintext: true } }, { development: true });
  envoy = await envoyProcess({ id: "edge-1", xdsPort: server.xdsPort, mode: "delta" });
  const before = await until("an answer", () => serial());
  expect((await problems()).map(({ code, at }) => `${code} ${at.path}`)).toEqual(["secret/plaintext web.yaml"]);

  repo.commit({ "web.yaml": committed(second) });
  let newest = before;
  await until("the new certificate", async () => {
    newest = await serial();
    return newest !== before;
  });

  // What cannot be used leaves the version before in its place, also for a server that was started afterwards.
  const broken = repo.commit({ "web.yaml": committed(second).replace('"tls.crt": "', `"tls.crt": "${planted}!`) });
  await until("the broken one", async () => (await problems()).some(({ code }) => code === "secret/invalid"));
  await server.restart();
  await until("the broken one again", async () => (await problems()).some(({ code }) => code === "secret/invalid"));
  await envoy.stop();
  envoy = await envoyProcess({ id: "edge-1", xdsPort: server.xdsPort, mode: "delta" });
  expect(await until("an answer after the restart", () => serial())).toBe(newest);

  const { api, configFile, dataDir } = server;
  const answer = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${api}${path}`, init);
    return `${response.status} ${await response.text()}`;
  };
  const trial = { files: [{ path: "web.yaml", content: Buffer.from(committed(first)).toString("base64") }], level: "patch" };
  const of = "/api/v1alpha1";
  const paths = ["status", "sources", "fleets", "nodes", "nodes/edge-1", "problems", "snapshots", `snapshots/${broken}`, "audit"];
  const answers = await Promise.all([
    ...[...paths, `snapshots/${broken}/resources`].map((path) => answer(`${of}/${path}`)),
    answer("/metrics"),
    answer(`${of}/validate`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(trial) }),
  ]);
  expect(answers.filter((text) => !text.startsWith("200 "))).toEqual([]);
  const commands = [
    ["validate", "--config", configFile, "--show-ignored"],
    ["validate", "--config", configFile, "-o", "json"],
    ["render", "--config", configFile, "-o", "json"],
    ["diff", `${begin}..HEAD`, "--config", configFile, "-o", "json"],
    ["explain", "--config", configFile, "https://shop.example/"],
    ["status", "--server-url", api],
    ["history", "--server-url", api],
  ];
  vi.stubEnv("XDG_CACHE_HOME", join(directory, "cache"));
  const told: string[] = [];
  for (const command of commands) {
    const { stdout, stderr } = await portolan(command, directory);
    expect(stdout, `${command.join(" ")}: ${stderr}`).not.toBe("");
    told.push(stdout, stderr);
  }
  // It would be found: what may be told is there.
  expect(told[0]).toContain("data.tls.crt is not base64");
  const files = [...filesBelow(dataDir), ...filesBelow(join(directory, "cache"))];
  expect(files.join()).toContain('"keys":["tls.crt","tls.key"]');
  for (const text of ["tls/default/web", "envoy.config.route.v3.RouteConfiguration"]) expect(files.join()).toContain(text);

  const keys = [first, second].map(({ key }) => readFileSync(key, "utf8"));
  const lines = keys.flatMap((key) => key.split("\n").filter((line) => line.length > 16 && !line.startsWith("-----")));
  const texts = [...lines, planted].flatMap((text) => [text, Buffer.from(text).toString("base64").slice(4, -4)]);
  const seen = [...answers, ...told, ...files, server.log()];
  for (const text of texts)
    expect(
      seen.filter((one) => one.includes(text)).map((one) => one.slice(0, 60)),
      text.slice(0, 8),
    ).toEqual([]);
});
