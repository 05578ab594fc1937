import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../src/server/demo/free-port.ts";
import { repository } from "../../src/server/demo/repository.ts";
import { until } from "../../src/server/demo/until.ts";
import { root } from "../architecture/source-files.ts";

const work = mkdtempSync(join(tmpdir(), "portolan-package-"));
const installed = join(work, "node_modules", "portolan");
const bin = join(work, "node_modules", ".bin", "portolan");
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };
let server: ChildProcess | undefined;

/** Packs the checkout and lays the package out as npm would, with what it depends on and without what it is developed with. */
beforeAll(() => {
  execFileSync("npm", ["pack", "--pack-destination", work, "--loglevel", "error"], { cwd: root, env, stdio: "ignore" });
  mkdirSync(installed, { recursive: true });
  const [archive = ""] = readdirSync(work).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(work, archive), "-C", installed, "--strip-components=1"]);
  const { dependencies } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(work, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(work, "node_modules", name));
  }
  mkdirSync(dirname(bin));
  symlinkSync("../portolan/bin/portolan", bin);
}, 60_000);

afterAll(async () => {
  if (server !== undefined && server.exitCode === null) {
    const gone = new Promise((resolve) => server?.once("exit", resolve));
    server.kill("SIGKILL");
    await gone;
  }
  rmSync(work, { recursive: true, force: true });
});

function portolan(...args: readonly string[]): string {
  return execFileSync(bin, args, { cwd: work, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

test("the package holds what it runs and the licences of what it carries, and no tests or sources", () => {
  const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
  expect(files).toEqual(
    expect.arrayContaining(["bin/portolan", "dist/server/main.js", "dist/build/worker.js", "recipes/comment.mjs", "LICENSE", "README.md"]),
  );
  expect(files).toEqual(
    expect.arrayContaining(["dist/proto/envoy/LICENSE", "dist/proto/envoy/NOTICE", "proto/portolan/query/v1alpha1/query.proto"]),
  );
  expect(files.filter((path) => /\.test\.js$|\.ts$|^(src|test|scripts)\b/.test(path))).toEqual([]);
});

test("its command makes a repository, checks it and renders it", () => {
  expect(portolan("version")).toContain(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version);
  portolan("init", "routes");
  expect(existsSync(join(work, "routes", "portolan.yaml"))).toBe(true);
  expect(portolan("validate", "routes")).toMatch(/^no problems in 5 documents/);
  expect(portolan("render", "routes")).toContain("# LDS 0.0.0.0:8080/tcp");
});

test("its command serves, with the worker", async () => {
  const repo = repository();
  try {
    const sha = repo.commit({
      "listener.yaml":
        "apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n",
      "portolan.yaml": JSON.stringify({
        apiVersion: "portolan.dev/v1alpha1",
        kind: "Server",
        server: { instance: "package", dataDir: join(work, "data") },
        listen: Object.fromEntries(
          await Promise.all(["xds", "api", "grpc"].map(async (name) => [name, { address: `127.0.0.1:${await freePort()}` }])),
        ),
        sources: [{ name: "main", path: ".", branch: "main" }],
      }),
    });
    const { listen } = JSON.parse(readFileSync(join(repo.path, "portolan.yaml"), "utf8")) as { listen: { api: { address: string } } };
    server = spawn(bin, ["serve", "--config", join(repo.path, "portolan.yaml")], { env, stdio: "ignore" });
    const snapshot = await until("a snapshot", async () => {
      const { items } = (await (await fetch(`http://${listen.api.address}/api/v1alpha1/snapshots`)).json()) as {
        items: { commit: string }[];
      };
      return items[0];
    });
    expect(snapshot.commit).toBe(sha);
  } finally {
    repo.remove();
  }
}, 30_000);
