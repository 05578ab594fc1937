import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { portolan, type ServerProcess, serverProcess } from "../../src/server/demo/server-process.ts";
import { until } from "../../src/server/demo/until.ts";

const work = mkdtempSync(join(tmpdir(), "portolan-start-"));
let repo: Repository;
let taken: Server;
let takenPort: number;

beforeAll(async () => {
  repo = repository();
  repo.commit({ "a.yaml": "a: 1\n" });
  takenPort = await freePort();
  taken = createServer().listen(takenPort, "127.0.0.1");
});

afterAll(() => {
  taken.close();
  repo.remove();
  rmSync(work, { recursive: true, force: true });
});

async function config(change: object): Promise<string> {
  const listen = {
    xds: { address: `127.0.0.1:${await freePort()}` },
    api: { address: `127.0.0.1:${await freePort()}` },
    grpc: { address: `127.0.0.1:${await freePort()}` },
  };
  const file = join(mkdtempSync(join(work, "config-")), "portolan.yaml");
  const base = {
    apiVersion: "portolan.dev/v1alpha1",
    kind: "Server",
    server: { instance: "test", dataDir: join(file, "..", "data") },
    listen,
    sources: [{ name: "main", path: repo.path, branch: "main" }],
  };
  writeFileSync(file, JSON.stringify({ ...base, ...change }));
  return file;
}

/** What cannot start ends at once, with one clear message and exit code 2. */
describe.each<[string, () => Promise<string>, RegExp]>([
  [
    "a port in use",
    () => config({ listen: { xds: { address: `127.0.0.1:${takenPort}` } } }),
    /listen\.xds: cannot listen on .*: the port is in use/,
  ],
  [
    "no repository",
    () => config({ sources: [{ name: "main", path: join(work, "nowhere"), branch: "main" }] }),
    /source main: there is no git repository at/,
  ],
  [
    "an unusable data directory",
    () => config({ server: { instance: "test", dataDir: "/dev/null/data" } }),
    /the data directory .* cannot be used/,
  ],
  ["no configuration", async () => join(work, "none.yaml"), /there is no .*none\.yaml/],
])("%s", (_, prepare, message) => {
  test("is told, and nothing is left running", async () => {
    const result = await portolan(["serve", "--config", await prepare()]);
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toMatch(message);
  }, 20_000);
});

test("all mistakes of a configuration are told at once, with line, column and suggestion", async () => {
  const file = join(work, "broken.yaml");
  writeFileSync(
    file,
    `apiVersion: portolan.dev/v1alpha1\nkind: Server\nserver: {instanse: eu1}\nsources:\n- {name: main, path: ${repo.path}, branch: main, interval: soon}\nlog: {level: loud}\n`,
  );
  const result = await portolan(["serve", "--config", file]);
  expect(result.code).toBe(2);
  expect(result.stderr).toMatch(/:3:10 error document\/unknown-field/);
  expect(result.stderr).toMatch(/instance/);
  expect(result.stderr).toMatch(/:5:\d+ error document\/bad-duration/);
  expect(result.stderr).toMatch(/:6:\d+ error document\/bad-enum/);
}, 20_000);

describe("a running server", () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serverProcess(repo.path);
  }, 30_000);
  afterAll(() => server?.stop());

  test("keeps its data directory to itself", async () => {
    const result = await portolan(["serve", "--config", server.configFile]);
    expect(result).toMatchObject({ code: 2 });
    expect(result.stderr).toMatch(/in use/);
  }, 20_000);

  test("goes on with what it has when its branch is gone, says so, and follows again when it is back", async () => {
    const sha = repo.git("rev-parse", "HEAD");
    repo.git("checkout", "--quiet", "--detach");
    repo.git("branch", "--quiet", "--delete", "--force", "main");
    const problem = await until("the problem", async () => {
      const { items } = await server.get<{ items: { problem: { code: string } }[] }>("/api/v1alpha1/problems");
      return items.find((item) => item.problem.code.startsWith("source/"));
    });
    expect(problem.problem.code).toBe("source/ref-missing");
    expect((await fetch(`${server.api}/readyz`)).ok).toBe(true);
    repo.git("checkout", "--quiet", "-b", "main");
    const next = repo.commit({ "a.yaml": "a: 2\n" });
    await until(
      "the next commit",
      async () => (await server.get<{ items: { commit: string }[] }>("/api/v1alpha1/snapshots")).items[0]?.commit === next,
    );
    expect(next).not.toBe(sha);
  }, 30_000);
});
