import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../../src/server/demo/free-port.ts";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { root } from "../architecture/source-files.ts";

/** What the program, started as users start it, says of mistakes: one clear message, the right code, nothing half done. */
const base = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: any}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
`;
const mapping = `apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: cart}
spec: {hostname: "*", prefix: /cart/, service: cart}
`;
const unknown = "0123456789abcdef0123456789abcdef01234567";

let work: string;
let repo: Repository;
let nobody: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "portolan-mistakes-"));
  repo = repository();
  repo.commit({ "base.yaml": base, "cart.yaml": mapping });
  const files: Readonly<Record<string, string>> = {
    "half/base.yaml": base,
    "half/cart.yaml": mapping,
    "half/new.yaml": "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: new}\nspec: {prefix: /new/, serv",
    "service/cart.yaml": mapping,
    "service/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart}\n",
    "broken/portolan.yaml": "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsuorces: []\n",
    "mine/routes/host.yaml": "mine\n",
    "empty/.keep": "",
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(work, path)), { recursive: true });
    writeFileSync(join(work, path), text);
  }
  cpSync(repo.path, join(work, "repo"), { recursive: true });
  nobody = `http://127.0.0.1:${await freePort()}`;
});
afterAll(() => {
  repo.remove();
  rmSync(work, { recursive: true });
});

function portolan(argv: readonly string[], cwd: string, variables: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH, ...variables };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(join(root, "bin", "portolan"), argv, { cwd: join(work, cwd), env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

/** Every file below a directory with its content, git's own aside. */
function contents(directory: string): Record<string, string> {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith(".git/"));
  return Object.fromEntries(
    paths.filter((path) => statSync(join(directory, path)).isFile()).map((path) => [path, readFileSync(join(directory, path), "utf8")]),
  );
}

describe.concurrent("a mistake", () => {
  test.each<[what: string, cwd: string, argv: () => readonly string[], code: number, stderr: RegExp]>([
    ["a command that is not there", "repo", () => ["valdate"], 2, /^error: unknown command 'valdate'\n\(Did you mean validate\?\)\n$/],
    [
      "a flag that is not there",
      "repo",
      () => ["validate", "--strct"],
      2,
      /^error: unknown option '--strct'\n\(Did you mean --strict\?\)\n$/,
    ],
    ["a flag of another command", "repo", () => ["diff", "--strict"], 2, /^error: unknown option '--strict'\n$/],
    ["a format that is not there", "repo", () => ["diff", "-o", "xml"], 2, /Allowed choices are text, json, yaml, sarif, github, markdown/],
    [
      "a format of another command",
      "repo",
      () => ["diff", "-o", "sarif"],
      2,
      /^error: diff has no output format sarif; it has text, json, yaml, markdown\n$/,
    ],
    [
      "a path that is not there",
      "repo",
      () => ["validate", "nosuch"],
      2,
      /^error: cannot read nosuch: there is no such file or directory\n$/,
    ],
    [
      "a branch that is not there",
      "repo",
      () => ["validate", "--ref", "nosuch"],
      2,
      /^error: the repository .* has no branch, tag or commit nosuch\n$/,
    ],
    [
      "a base that is not there",
      "repo",
      () => ["diff", "nosuch..HEAD"],
      2,
      /^error: the repository .* has no branch, tag or commit nosuch\n$/,
    ],
    [
      "an unknown commit",
      "repo",
      () => ["render", "--ref", unknown],
      5,
      /^error: the repository .* has no branch, tag or commit 0123456789abcdef/,
    ],
    [
      "an unknown commit in a range",
      "repo",
      () => ["diff", `HEAD..${unknown}`],
      5,
      /^error: the repository .* has no branch, tag or commit 0123456789abcdef/,
    ],
    ["no repository", "service", () => ["diff"], 2, /^error: .*service is in no git repository\n$/],
    ["no repository for a commit", "service", () => ["validate", "--ref", "main"], 2, /^error: .*service is not a git repository\n$/],
    ["a fleet that is not there", "repo", () => ["render", "--fleet", "edge"], 2, /^error: there is no fleet edge; there is default\n$/],
    [
      "a server that is not there",
      "repo",
      () => ["status", "--server-url", nobody],
      4,
      /^error: cannot reach the server at .*: the connection is refused; is "portolan serve" running there\? --server-url names another\n$/,
    ],
    [
      "no server to try files",
      "repo",
      () => ["diff", "--against-server", "--server-url", nobody],
      4,
      /^error: cannot reach the server at /,
    ],
    ["no URL", "repo", () => ["status", "--server-url", "here"], 2, /^error: --server-url here: expected an http or https URL\n$/],
    [
      "no configuration",
      "repo",
      () => ["serve"],
      2,
      /^error: there is no portolan\.yaml; run `portolan init` to make one, or name another with --config\n$/,
    ],
    [
      "no dump",
      "empty",
      () => ["import", "--from-cluster-dump", "nosuch", "--out", "routes"],
      2,
      /^error: cannot read nosuch: there is no such file\n$/,
    ],
    ["files that are there", "mine", () => ["init"], 5, /^error: routes\/host\.yaml exists already; --force overwrites\n$/],
    ["a kind that is not there", "repo", () => ["kinds", "Maping"], 2, /^error: there is no kind Maping; there are /],
  ])("%s", async (_, cwd, argv, code, stderr) => {
    const before = contents(join(work, cwd));
    const ran = await portolan(argv(), cwd);
    expect(ran.stderr).toMatch(stderr);
    expect([ran.code, ran.stdout]).toEqual([code, ""]);
    expect(contents(join(work, cwd))).toEqual(before);
  });

  test("in a variable is told with its name", async () => {
    const { code, stdout, stderr } = await portolan(["validate"], "repo", { PORTOLAN_STRICT: "maybe" });
    expect(stderr).toBe("error: the variable PORTOLAN_STRICT has the value 'maybe', which is invalid. Expected 1 or 0.\n");
    expect([code, stdout]).toEqual([2, ""]);
  });

  test("in a configuration is told at its line", async () => {
    const { code, stdout } = await portolan(["validate", "--config", "portolan.yaml"], "broken");
    expect(stdout).toContain("portolan.yaml:3:1 error document/unknown-field  suorces: there is no such field\n");
    expect(code).toBe(1);
  });
});

describe.concurrent("a file that is half typed", () => {
  test("is told at its place, and the others are served", async () => {
    const validated = await portolan(["validate"], "half");
    expect(validated.stdout).toMatch(/^new\.yaml:4:\d+ error document\/syntax {2}.*\n {4}4 \| spec: \{prefix: \/new\/, serv\n/);
    expect(validated.code).toBe(1);
    const rendered = await portolan(["render", "--type", "RDS"], "half");
    expect(rendered.stdout).toContain("prefix: /cart/");
    expect(rendered.stderr).toContain("new.yaml:4:");
    expect(rendered.code).toBe(1);
  });
});

describe.concurrent("a repository of a service", () => {
  test("is judged by itself: what belongs to others is info", async () => {
    const { code, stdout } = await portolan(["validate", "--strict"], "service");
    expect(stdout).toContain("info document/partial-context");
    expect(stdout).toContain("cart.yaml:4:18 info route/unattached  nothing reaches this Mapping");
    expect(stdout).not.toMatch(/ (error|warning) /);
    expect(code).toBe(0);
  });

  test("has no routes of its own that could differ, and is told so", async () => {
    repo.git("checkout", "--quiet", "--orphan", "service");
    repo.commit({ "base.yaml": null });
    repo.commit({ "cart.yaml": mapping.replace("service: cart", "service: basket") });
    const { code, stdout } = await portolan(["diff", "HEAD~1..HEAD", "--path", repo.path], "empty");
    repo.git("checkout", "--quiet", "main");
    expect(stdout).toMatch(/^main info document\/partial-context {2}The files hold no Listener/);
    expect(stdout).toContain("--against-server");
    expect(code).toBe(0);
  });
});

test("what is compared stands on stderr, so that stdout is the result alone", async () => {
  const { stdout, stderr, code } = await portolan(["diff", "HEAD..HEAD"], "repo");
  expect(stderr.replace(/[0-9a-f]{12}/g, "…")).toBe("Comparing HEAD (…) with HEAD (…).\n");
  expect([code, stdout]).toEqual([0, "No difference.\n"]);
});

test("a reader that closes the pipe ends the command quietly", async () => {
  const command = `"${join(root, "bin", "portolan")}" kinds -o json | head -c 10`;
  const ran = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile("sh", ["-c", command], { cwd: work }, (_error, stdout, stderr) => resolve({ stdout, stderr }));
  });
  expect(ran).toEqual({ stdout: '{\n  "forma', stderr: "" });
});
