import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { cli } from "../../../test/support/cli.ts";
import { type Repository, repository } from "../../server/demo/repository.ts";
import { readConfig } from "../config/read.ts";
import { packageVersion } from "../package-version.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-init-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const init = (...argv: readonly string[]) => cli(["init", ...argv], { cwd: directory });
const text = (path: string) => readFileSync(join(directory, path), "utf8");
const yaml = (path: string) => parse(text(path));
const schemas = ["Server", "Listener", "Host", "Upstream", "Mapping", "RouteTest"].map((kind) => `.schemas/${kind}.json`);
const routes = ["listener", "host", "upstream", "mapping", "test"].map((name) => `routes/${name}.yaml`);
const files = ["portolan.yaml", ...routes, ...schemas, ".gitignore"];

test("an empty directory becomes a repository with a route", async () => {
  const { code, stdout, stderr } = await init();
  expect([code, stdout]).toEqual([0, files.map((file) => `${file}\n`).join("")]);
  expect(stderr).toContain("portolan serve");
  expect(text(".git/HEAD")).toBe("ref: refs/heads/main\n");
  expect(text(".gitignore")).toBe(".portolan/\n");
  const { config, problems } = readConfig(text("portolan.yaml"), join(directory, "portolan.yaml"));
  expect(problems).toEqual([]);
  expect(config).toMatchObject({
    server: { dataDir: join(directory, ".portolan") },
    sources: [{ name: "main", path: directory, branch: "main" }],
  });
  expect(yaml("routes/mapping.yaml").spec).toEqual({ hostname: "*", prefix: "/", service: "hello" });
  expect(yaml("routes/listener.yaml").spec.port).toBe(8080);
  expect(yaml("routes/upstream.yaml").spec.addresses).toEqual(["127.0.0.1:8081"]);
  expect(yaml("routes/host.yaml").spec).toEqual({ hostname: "*", requestPolicy: { insecure: { action: "Route" } } });
});

test("a new directory, and every flag", async () => {
  const { code, stderr, stdout } = await init(
    "new/dir",
    "--host",
    "*.example.com",
    "--upstream",
    "[::1]:9000",
    "--port",
    "80",
    "-o",
    "json",
  );
  expect(code).toBe(0);
  expect(stderr).toContain("  cd new/dir\n");
  expect(JSON.parse(stdout)).toEqual({ format_version: "1", command: "init", branch: "main", files });
  expect(yaml("new/dir/routes/test.yaml").spec.tests[0].request.url).toBe("http://www.example.com/");
  expect(await cli(["test"], { cwd: join(directory, "new/dir") })).toMatchObject({
    stdout: "pass  RouteTest/default/hello: the root goes to hello  routes/test.yaml:9\n\n1 passed\n",
    code: 0,
  });
  expect(yaml("new/dir/routes/mapping.yaml").spec.hostname).toBe("*.example.com");
  expect(yaml("new/dir/routes/host.yaml").spec.hostname).toBe("*.example.com");
  expect(yaml("new/dir/routes/upstream.yaml").spec.addresses).toEqual(["[::1]:9000"]);
  expect(yaml("new/dir/routes/listener.yaml").spec.port).toBe(80);
});

describe("in a repository", () => {
  test("its branch is served, nothing is committed, its ignore file is kept", async () => {
    const repo = repository();
    try {
      repo.git("checkout", "-q", "-b", "trunk");
      const before = repo.commit({ ".gitignore": "dist" });
      expect((await cli(["init"], { cwd: repo.path })).code).toBe(0);
      expect(readFileSync(join(repo.path, ".gitignore"), "utf8")).toBe("dist\n.portolan/\n");
      expect(parse(readFileSync(join(repo.path, "portolan.yaml"), "utf8")).sources).toEqual([{ name: "main", path: ".", branch: "trunk" }]);
      expect(repo.git("rev-parse", "HEAD")).toBe(before);
      const again = await cli(["init", "--force", "-o", "json"], { cwd: repo.path });
      expect(JSON.parse(again.stdout).files).not.toContain(".gitignore");
    } finally {
      repo.remove();
    }
  });

  test("below its root the source is the repository, and only these routes of it", async () => {
    const repo = repository();
    try {
      repo.commit({ "a.txt": "a" });
      mkdirSync(join(repo.path, "deploy/edge"), { recursive: true });
      expect((await cli(["init"], { cwd: join(repo.path, "deploy/edge") })).code).toBe(0);
      expect(parse(readFileSync(join(repo.path, "deploy/edge/portolan.yaml"), "utf8")).sources).toEqual([
        { name: "main", path: "../..", branch: "main", include: ["deploy/edge/routes/**"] },
      ]);
      expect(existsSync(join(repo.path, "deploy/edge/.git"))).toBe(false);
    } finally {
      repo.remove();
    }
  });
});

test("nothing is overwritten, unless it is forced", async () => {
  mkdirSync(join(directory, "routes"));
  writeFileSync(join(directory, "routes/host.yaml"), "mine");
  expect(await init()).toEqual({ code: 5, stdout: "", stderr: "error: routes/host.yaml exists already; --force overwrites\n" });
  expect(text("routes/host.yaml")).toBe("mine");
  expect(existsSync(join(directory, "portolan.yaml"))).toBe(false);
  expect((await init("--force")).code).toBe(0);
  expect(text("routes/host.yaml")).toContain("kind: Host");
});

test.each([
  [["--host", "a b"], "Expected a host name"],
  [["--host", "a.*.b"], "Expected a host name"],
  [["--upstream", "nowhere"], "Expected host:port"],
  [["--port", "0"], "Expected a whole number from 1 to 65535"],
])("%j is refused", async (argv, message) => {
  const { code, stderr } = await init(...argv);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
  expect(existsSync(join(directory, "portolan.yaml"))).toBe(false);
});

test("a file where the directory should be", async () => {
  writeFileSync(join(directory, "file"), "");
  const { code, stderr } = await init("file");
  expect(code).toBe(2);
  expect(stderr).toContain("cannot write to");
});

test("editors find a schema for every file", async () => {
  await init();
  for (const path of ["portolan.yaml", ...routes]) {
    const [, schema = ""] = /^# yaml-language-server: \$schema=(.+)\n/.exec(text(path)) ?? [];
    const { properties } = JSON.parse(text(join(path, "..", schema)));
    const document = yaml(path);
    expect(Object.keys(properties)).toEqual(expect.arrayContaining(Object.keys(document)));
    expect(properties.kind.const ?? properties.kind.enum[0]).toBe(document.kind);
  }
  const { code, stdout } = await cli(["validate", "--strict"], { cwd: directory });
  expect(stdout).toMatch(/^no problems in 5 documents/);
  expect(code).toBe(0);
});

describe("a job that checks pull requests", () => {
  let repo: Repository;
  beforeEach(() => {
    repo = repository();
  });
  afterEach(() => repo.remove());
  const initIn = (below: string, ...argv: readonly string[]) => {
    mkdirSync(join(repo.path, below), { recursive: true });
    return cli(["init", ...argv], { cwd: join(repo.path, below) });
  };
  const written = (path: string) => parse(readFileSync(join(repo.path, path), "utf8"));

  test.each([
    ["git@github.com:acme/routes.git", ".github/workflows/portolan.yml"],
    ["https://github.com/acme/routes", ".github/workflows/portolan.yml"],
    ["ssh://git@github.acme.example:2222/routes.git", ".github/workflows/portolan.yml"],
    ["https://gitlab.com/acme/routes.git", ".gitlab/portolan.yml"],
    ["git@git.example.com:github/routes.git", undefined],
    [undefined, undefined],
  ])("follows from the URL of origin: %s", async (url, path) => {
    if (url !== undefined) repo.git("remote", "add", "origin", url);
    expect((await initIn(".")).code).toBe(0);
    for (const one of [".github/workflows/portolan.yml", ".gitlab/portolan.yml"])
      expect(existsSync(join(repo.path, one))).toBe(one === path);
  });

  test("of GitHub has the whole history, may write comments, and checks the directory with the routes", async () => {
    const { stdout } = await initIn("deploy/edge", "--ci", "github");
    expect(stdout).toContain("../../.github/workflows/portolan.yml\n");
    const { on, permissions, jobs } = written(".github/workflows/portolan.yml");
    expect([on, permissions]).toEqual(["pull_request", { contents: "read", "pull-requests": "write" }]);
    const [checkout, , install, check] = jobs.routes.steps;
    expect(checkout.with["fetch-depth"]).toBe(0);
    expect(install.run).toBe(`npm install --global portolan@${packageVersion()}`);
    expect(check.run).toBe('sh "$(npm root --global)/portolan/recipes/pull-request.sh" github deploy/edge');
    expect(check.env.GITHUB_TOKEN).toMatch(/^\$\{\{ github\.token \}\}$/);
  });

  test("of GitLab is included, or says how", async () => {
    expect((await initIn(".", "--ci", "gitlab")).stderr).not.toContain("add to it");
    expect(written(".gitlab-ci.yml")).toEqual({ include: [{ local: ".gitlab/portolan.yml" }] });
    const { portolan } = written(".gitlab/portolan.yml");
    expect(portolan.rules).toEqual([{ if: '$CI_PIPELINE_SOURCE == "merge_request_event"' }]);
    expect(portolan.script.at(-1)).toBe('sh "$(npm root --global)/portolan/recipes/pull-request.sh" gitlab .');
    writeFileSync(join(repo.path, ".gitlab-ci.yml"), "mine: {}\n");
    const again = await initIn(".", "--ci", "gitlab", "--force");
    expect(again.stderr).toContain(".gitlab-ci.yml exists; add to it:\ninclude:\n- local: .gitlab/portolan.yml\n");
    expect(written(".gitlab-ci.yml")).toEqual({ mine: {} });
  });

  test("is none if none is wanted", async () => {
    repo.git("remote", "add", "origin", "https://github.com/acme/routes");
    await initIn(".", "--ci", "none");
    expect(existsSync(join(repo.path, ".github"))).toBe(false);
  });
});
