import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";
import { FakeOffline } from "../../../test/support/fake-offline.ts";
import { problem } from "../../../test/support/fake-view.ts";
import type { Problem } from "../../problem/problem.ts";
import { type Repository, repository } from "../../server/demo/repository.ts";

let directory: string;
let offline: FakeOffline;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-validate-"));
  offline = new FakeOffline();
});
afterEach(() => rmSync(directory, { recursive: true }));

const validate = (argv: readonly string[] = [], options: { stdin?: string; cwd?: string } = {}) =>
  cli(["validate", ...argv], { cwd: directory, offline: offline.load, ...options });

function write(path: string, text: string): void {
  mkdirSync(join(directory, path, ".."), { recursive: true });
  writeFileSync(join(directory, path), text);
}

const warning: Problem = {
  ...problem,
  severity: "warning",
  code: "route/shadowed",
  message: "the route never matches",
  at: { ...problem.at, line: 20 },
};

describe("text", () => {
  test("a problem with its line, and the summary", async () => {
    offline.problems = [{ ...problem, at: { ...problem.at, line: 2, column: 15 } }];
    offline.texts = { "pay.yaml": 'spec:\n  timeout_ms: "8080"\n' };
    const { code, stdout, stderr } = await validate();
    expect(stdout.replace(/\d\.\d\d s/, "0.31 s")).toBe(
      "pay.yaml:2:15 error document/wrong-type  timeout_ms: expected an integer, found a string\n" +
        '    2 |   timeout_ms: "8080"\n' +
        "      |               ^ remove the quotes\n" +
        "1 problem (1 error) in 61 documents, 0.31 s\n",
    );
    expect([code, stderr]).toEqual([1, ""]);
  });

  test("nothing wrong", async () => {
    const { code, stdout } = await validate();
    expect(stdout).toMatch(/^no problems in 61 documents, \d\.\d\d s\n$/);
    expect(code).toBe(0);
  });

  test("no more than asked for are shown, all are counted", async () => {
    offline.problems = [problem, warning, warning];
    const { stdout } = await validate(["--max-problems", "1"]);
    expect(stdout).toContain("pay.yaml:12:15 error");
    expect(stdout).not.toContain("pay.yaml:20:15");
    expect(stdout).toContain("… and 2 more; --max-problems shows them\n3 problems (1 error, 2 warnings) in");
  });

  test("colour, if asked for", async () => {
    offline.problems = [problem];
    expect((await validate(["--color", "always"])).stdout).toContain("\u001b[31merror\u001b[39m");
    expect((await validate()).stdout).not.toContain("\u001b");
  });
});

test("json and yaml have one shape", async () => {
  offline.problems = [problem, warning];
  const { code, stdout } = await validate(["-o", "json"]);
  const result = JSON.parse(stdout);
  expect(result).toEqual({
    format_version: "1",
    command: "validate",
    ok: false,
    counts: { error: 1, warning: 1, info: 0, documents: 61, ignored: 4 },
    duration_ms: expect.any(Number),
    problems: [problem, warning],
  });
  expect(code).toBe(1);
  expect((await validate(["-o", "yaml"])).stdout).toContain("counts:\n  error: 1\n  warning: 1\n");
});

test.each([
  [[problem], [], 1],
  [[warning], [], 0],
  [[warning], ["--strict"], 1],
  [[{ ...warning, severity: "info" }], ["--strict"], 0],
  [[problem], ["--suppress", "document/wrong-type"], 0],
  [[problem, warning], ["--suppress", "document/wrong-type", "--strict"], 1],
  [[problem, warning], ["--suppress", "document/wrong-type", "--suppress", "route/shadowed", "--strict"], 0],
] as const)("exit code: case %#", async (problems, argv, expected) => {
  offline.problems = problems as readonly Problem[];
  expect((await validate(argv)).code).toBe(expected);
});

describe("what is read", () => {
  const names = () => [...(offline.files?.keys() ?? [])].sort();

  test("a directory, as the repository that it is", async () => {
    write("repo/routes/a.yaml", "a");
    write("repo/b.yaml", "b");
    await validate(["repo"]);
    expect(names()).toEqual(["b.yaml", "routes/a.yaml"]);
    await validate([]);
    expect(names()).toEqual(["repo/b.yaml", "repo/routes/a.yaml"]);
  });

  test("files and directories together, named from the current directory", async () => {
    write("x/a.yaml", "a");
    write("b.yaml", "b");
    await validate(["x", "./b.yaml"]);
    expect(names()).toEqual(["b.yaml", "x/a.yaml"]);
    expect(offline.files?.get("b.yaml")).toEqual(Buffer.from("b"));
  });

  test("a file elsewhere has its own name only", async () => {
    write("b.yaml", "b");
    mkdirSync(join(directory, "elsewhere"));
    await validate(["../b.yaml"], { cwd: join(directory, "elsewhere") });
    expect(names()).toEqual(["b.yaml"]);
  });

  test("standard input", async () => {
    await validate(["-"], { stdin: "kind: X\n" });
    expect([...(offline.files ?? [])]).toEqual([["stdin.yaml", "kind: X\n"]]);
  });

  test.each([
    [["missing"], "cannot read missing: there is no such file or directory"],
    [["--config", "missing.yaml"], "cannot read missing.yaml: there is no such file"],
    [["--ref", "main"], "is not a git repository"],
    [["--ref", "main", "a", "b"], "--ref takes one repository"],
    [["--ref", "main", "-"], "--ref takes one repository"],
    [["..", "."], ".. is not below the current directory"],
  ])("%j cannot be read", async (argv, message) => {
    const { code, stdout, stderr } = await validate(argv);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

describe("a commit", () => {
  let repo: Repository;
  beforeEach(() => {
    repo = repository();
  });
  afterEach(() => repo.remove());

  test("by branch, tag, id and HEAD", async () => {
    const first = repo.commit({ "a.yaml": "1" }, "First");
    repo.git("tag", "v1");
    const second = repo.commit({ "a.yaml": "2" }, "Second");
    for (const [ref, oid] of [
      ["main", second],
      ["HEAD", second],
      ["v1", first],
      [first, first],
      ["refs/heads/main", second],
    ] as const) {
      expect((await validate([repo.path, "--ref", ref])).code).toBe(0);
      expect(offline.commit?.oid).toBe(oid);
      expect(offline.commit?.sources[0]).toMatchObject({ source: "main", ref, subject: oid === first ? "First" : "Second" });
    }
  });

  test.each([
    ["other", 2],
    ["0123456789012345678901234567890123456789", 5],
    ["../HEAD", 2],
    ["--help", 2],
  ])("%s is no commit", async (ref, expected) => {
    repo.commit({ "a.yaml": "1" });
    const { code, stderr } = await validate([repo.path, `--ref=${ref}`]);
    expect(stderr).toContain(`${ref}\n`);
    expect(code).toBe(expected);
  });

  test("the source of the configuration, at its branch and with its globs", async () => {
    const tip = repo.commit({ "a.yaml": "1" });
    const source = `{name: shop, path: ${repo.path}, branch: main, include: ["x/**"]}`;
    const secrets = `secrets: {providers: [{name: vault, type: sds, address: "sds:8234"}]}\n`;
    write(
      "portolan.yaml",
      `apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [${source}]\ncontrol: {paths: ["fleets/**"]}\n${secrets}`,
    );
    expect((await validate(["--config", "portolan.yaml"])).code).toBe(0);
    expect(offline.commit?.oid).toBe(tip);
    expect(offline.settings).toMatchObject({
      source: "shop",
      include: ["x/**"],
      controlPaths: ["fleets/**"],
      secretServer: { name: "vault", host: "sds", port: 8234 },
    });
    expect(offline.commit?.sources[0]?.ref).toBe("refs/heads/main");
  });

  test("the source of the configuration from another place: its files on disk, or a commit", async () => {
    const tip = repo.commit({ "a.yaml": "1" });
    write("portolan.yaml", "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [{name: shop, path: nowhere, branch: gone}]\n");
    write("here/b.yaml", "2");
    expect((await validate(["--config", "portolan.yaml", "--source", "shop=here"])).code).toBe(0);
    expect([...(offline.files?.keys() ?? [])]).toEqual(["b.yaml"]);
    expect((await validate(["--config", "portolan.yaml", "--source", `shop=${repo.path}@main`])).code).toBe(0);
    expect(offline.commit?.oid).toBe(tip);
  });

  test.each([
    [["--config", "portolan.yaml", "--source", "cart=."], "--source cart: the configuration has no such source; it has shop"],
    [["--source", "shop=."], "--source needs --config"],
    [["--config", "portolan.yaml", "--source", "shop"], "Expected NAME=PATH or NAME=PATH@REF."],
  ])("%j is refused", async (argv, message) => {
    write("portolan.yaml", "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [{name: shop, path: ., branch: main}]\n");
    const { code, stderr } = await validate(argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("--show-ignored", () => {
  const ignored = [{ at: { source: "main", path: "k8s.yaml", line: 3, column: 1 }, document: "apps/v1 Deployment web", why: "no reason" }];

  test("lists what is passed over, and counts it", async () => {
    offline.ignored = ignored;
    const { code, stdout } = await validate(["--show-ignored"]);
    expect(stdout).toMatch(/^k8s.yaml:3:1 ignored {2}apps\/v1 Deployment web: no reason\nno problems in 61 documents, 4 ignored, /);
    expect(code).toBe(0);
    expect(JSON.parse((await validate(["--show-ignored", "-o", "json"])).stdout).ignored).toEqual(ignored);
  });

  test("without it nothing is said of them", async () => {
    offline.ignored = ignored;
    expect((await validate()).stdout).toMatch(/^no problems in 61 documents, \d/);
    expect(JSON.parse((await validate(["-o", "json"])).stdout).ignored).toBeUndefined();
  });
});

test("a broken configuration is told with its lines, and nothing else is read", async () => {
  write("portolan.yaml", "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsuorces: []\n");
  const { code, stdout } = await validate(["--config", "portolan.yaml"]);
  expect(stdout).toMatch(/^portolan.yaml:1:1 error document\/missing-field {2}sources is missing\n/);
  expect(stdout).toContain(
    "portolan.yaml:3:1 error document/unknown-field  suorces: there is no such field\n    3 | suorces: []\n      | ^ write sources\n",
  );
  expect(stdout).toContain("2 problems (2 errors) in 1 document");
  expect(code).toBe(1);
  expect(offline.files).toBeUndefined();
});

test.each(["pay.yaml", ".hidden/pay.yaml", "node_modules/pay.yaml", "pay.txt"])(
  "%s, which somebody has named, is read whatever it is called",
  async (path) => {
    write(path, "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: pay}\nspec: {prefix: 7, service: pay}\n");
    const { code, stdout } = await cli(["validate", path], { cwd: directory });
    expect(stdout).toContain(`${path}:4:16 error document/wrong-type`);
    expect(code).toBe(1);
  },
);

describe("reports for other tools", () => {
  beforeEach(() => {
    mkdirSync(join(directory, ".git"));
    write("routes/a.yaml", "");
    offline.problems = [problem, warning];
  });
  const at = (argv: readonly string[], cwd = directory) => validate(argv, { cwd });

  test.each<[string, readonly string[], () => string]>([
    ["the root", [], () => directory],
    ["a directory", ["routes"], () => directory],
    ["a directory below", [], () => join(directory, "routes")],
  ])("name files from the root of the repository: %s", async (name, paths, cwd) => {
    const prefix = name === "the root" ? "" : "routes/";
    expect((await at([...paths, "-o", "github"], cwd())).stdout).toBe(
      `::error file=${prefix}pay.yaml,line=12,col=15,title=document/wrong-type::timeout_ms: expected an integer, found a string; remove the quotes\n` +
        `::warning file=${prefix}pay.yaml,line=20,col=15,title=route/shadowed::the route never matches; remove the quotes\n`,
    );
    const sarif = JSON.parse((await at([...paths, "-o", "sarif"], cwd())).stdout);
    expect(sarif.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(`${prefix}pay.yaml`);
  });

  test("a comment says how many there are", async () => {
    const { code, stdout } = await at(["-o", "markdown"]);
    expect(stdout).toMatch(/^<!-- portolan:validate -->\n\n\*\*2 problems \(1 error, 1 warning\) in 61 documents\*\*\n\n<details>/);
    expect(code).toBe(1);
  });

  test("another format is a mistake of usage", async () => {
    expect(await cli(["version", "-o", "sarif"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: version has no output format sarif; it has text, json, yaml\n",
    });
  });
});
