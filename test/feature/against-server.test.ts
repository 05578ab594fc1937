import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readConfig } from "../../src/cli/config/read.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { until } from "../../src/server/demo/until.ts";
import { logger } from "../../src/server/log.ts";
import type { RunningServer } from "../../src/server/serve.ts";
import { start } from "../../src/server/start.ts";
import { cli } from "../support/cli.ts";

const base = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: shop}
spec: {hostname: shop.example.com, requestPolicy: {insecure: {action: Route}}}
`;
const mapping = (name: string, rest: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: ${name}}\nspec: {hostname: shop.example.com, prefix: /${name}/, ${rest}}\n`;

let repo: Repository;
let data: string;
let running: RunningServer;
let commit: string;
let url: string;

beforeAll(async () => {
  repo = repository();
  data = mkdtempSync(join(tmpdir(), "portolan-data-"));
  commit = repo.commit({ "base.yaml": base, "cart.yaml": mapping("cart", "service: cart"), "worn.yaml": mapping("worn", "service: 7") });
  const text = `apiVersion: portolan.dev/v1alpha1
kind: Server
server: {dataDir: ${data}}
listen: {xds: {address: "127.0.0.1:0"}, api: {address: "127.0.0.1:0"}, grpc: {address: "127.0.0.1:0"}}
sources: [{name: shop, path: ${repo.path}, branch: main}]
`;
  const { config, problems } = readConfig(text, join(data, "portolan.yaml"));
  if (config === undefined) throw new Error(JSON.stringify(problems));
  running = await start(config, logger("silent"));
  url = `http://127.0.0.1:${running.apiPort}`;
  await until("the server to be ready", async () => (await fetch(`${url}/readyz`)).ok);
});
afterAll(async () => {
  await running.close();
  repo.remove();
  rmSync(data, { recursive: true });
});

const portolan = (...argv: readonly string[]) => cli([...argv, "--against-server", "--server-url", url], { cwd: repo.path });

test("files are tried in the place of those that are served, and nothing changes", async () => {
  expect(await portolan("diff")).toEqual({
    code: 0,
    stdout: "No difference.\n",
    stderr: `Comparing what the server serves (${commit.slice(0, 12)}) with the files on disk.\n`,
  });
  writeFileSync(join(repo.path, "cart.yaml"), mapping("cart", "service: cart, timeout_ms: 30000"));
  writeFileSync(join(repo.path, "bad.yaml"), mapping("bad", "service: bad, timeout_ms: soon"));
  const { code, stdout } = await portolan("diff");
  expect(stdout).toContain("bad.yaml:4:77 error document/wrong-type  timeout_ms: expected an integer, found a string\n    4 | spec: {");
  expect(stdout).toContain("~ route  shop.example.com /cart/  cart.yaml:1  timeout 3s → 30s\n");
  expect(stdout).toContain("1 to change, 0 to remove; 1 virtual host; fleet default (0 nodes, 0 bytes)\n");
  // What the server has is no finding about the change.
  expect(stdout).not.toContain("worn.yaml");
  expect(code).toBe(1);

  const json = JSON.parse((await portolan("diff", "-o", "json")).stdout);
  expect(json).toMatchObject({ command: "diff", base: commit, head: null, nodes: [], summary: { fleets: ["default"] } });

  const validated = await portolan("validate");
  expect(validated.stdout).toContain("bad.yaml:4:77 error");
  expect(validated.stdout).toContain("worn.yaml:4:");
  expect(validated.code).toBe(1);

  const status = (await (await fetch(`${url}/api/v1alpha1/fleets/default`)).json()) as { readonly current: string };
  expect(status.current).toBe(commit);
});

test.each([
  [["diff", "main..HEAD"], /takes no range, --fleet or --config/],
  [["validate", "--ref", "main"], /takes one directory, without --ref/],
])("%j is a mistake of usage", async (argv, message) => {
  const { code, stderr } = await portolan(...argv);
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});

test("a server that cannot be reached is code 4, and nothing is printed", async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const argv = ["validate", "--against-server", "--server-url", nobody];
  const { code, stdout, stderr } = await cli(argv, { cwd: repo.path });
  expect(stderr).toBe(
    `error: cannot reach the server at ${nobody}: the connection is refused; is "portolan serve" running there? --server-url names another\n`,
  );
  expect([code, stdout]).toEqual([4, ""]);
});

test("tests of files are run in the place of those that are served", async () => {
  const tests = (path: string) =>
    `apiVersion: portolan.dev/v1alpha1\nkind: RouteTest\nmetadata: {name: t}\nspec: {tests: [{name: a, request: {url: "http://shop.example.com${path}"}, expect: {cluster: cart}}]}\n`;
  for (const name of ["bad.yaml", "worn.yaml"]) rmSync(join(repo.path, name), { force: true });
  writeFileSync(join(repo.path, "test.yaml"), tests("/cart/"));
  expect(await portolan("test")).toEqual({ code: 0, stdout: "pass  RouteTest/default/t: a  test.yaml:4\n\n1 passed\n", stderr: "" });
  writeFileSync(join(repo.path, "test.yaml"), tests("/none/"));
  expect(await portolan("test")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("cluster: expected cart, found no route"),
  });
  rmSync(join(repo.path, "test.yaml"));
});
