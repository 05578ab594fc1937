import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { type Repository, repository } from "../../src/server/demo/repository.ts";
import { root } from "../architecture/source-files.ts";
import { type FakeForge, fakeForge } from "../support/fake-forge.ts";

const token = "of-the-job";
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
const mapping = (timeout: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: cart}\nspec: {hostname: shop.example.com, prefix: /cart/, service: cart, timeout_ms: ${timeout}}\n`;

let repo: Repository;
let work: string;
let mainCommit: string;
let change: string;
beforeAll(() => {
  repo = repository();
  mainCommit = repo.commit({ "routes/base.yaml": base, "routes/cart.yaml": mapping("3000") });
  repo.git("update-ref", "refs/remotes/origin/main", mainCommit);
  repo.git("checkout", "--quiet", "-b", "slow");
  change = repo.commit({ "routes/cart.yaml": mapping("30000") });
});
afterAll(() => repo.remove());

let forge: FakeForge;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "portolan-recipes-"));
});
afterEach(() => {
  forge.close();
  repo.git("reset", "--quiet", "--hard", change);
  rmSync(work, { recursive: true });
});

/** Runs a recipe as a job does, with these variables and no others. */
function run(command: string, argv: readonly string[], variables: Readonly<Record<string, string>>) {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter);
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      command,
      argv,
      { cwd: repo.path, env: { PATH, PORTOLAN: join(root, "bin", "portolan"), ...variables } },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

const recipe = (...path: readonly string[]) => join(root, "recipes", ...path);

/** The variables of a workflow for pull request 7, and of a pipeline for merge request 7. */
function variablesOf(kind: "github" | "gitlab"): Record<string, string> {
  const event = join(work, "event.json");
  writeFileSync(event, JSON.stringify({ pull_request: { number: 7 } }));
  return kind === "github"
    ? {
        GITHUB_API_URL: forge.url,
        GITHUB_REPOSITORY: "acme/routes",
        GITHUB_EVENT_PATH: event,
        GITHUB_BASE_REF: "main",
        GITHUB_TOKEN: token,
      }
    : {
        CI_API_V4_URL: forge.url,
        CI_PROJECT_ID: "42",
        CI_MERGE_REQUEST_IID: "7",
        CI_MERGE_REQUEST_DIFF_BASE_SHA: mainCommit,
        PORTOLAN_GITLAB_TOKEN: token,
      };
}

describe.each(["github", "gitlab"] as const)("a pull request on %s", (kind) => {
  beforeEach(async () => {
    forge = await fakeForge(kind, token);
  });

  test("is checked and gets one comment, which is updated in place", async () => {
    forge.comments.push({ id: 1, body: "looks good" });
    const first = await run("sh", [recipe("pull-request.sh"), kind, "routes"], variablesOf(kind));
    expect(first.stdout).toContain("~ route  shop.example.com /cart/  cart.yaml:1  timeout 3s → 30s\n");
    expect(first.code).toBe(0);
    expect(forge.comments.map(({ body }) => body.split("\n")[0])).toEqual(["looks good", "<!-- portolan:diff -->"]);
    expect(forge.comments[1]?.body).toContain("| timeout 3s → 30s |");

    repo.commit({ "routes/cart.yaml": mapping("soon") }, "Break it");
    const second = await run("sh", [recipe("pull-request.sh"), kind, "routes"], variablesOf(kind));
    expect(second.stdout).toContain(
      kind === "github"
        ? "::error file=routes/cart.yaml,line=4,col=79,title=document/wrong-type::timeout_ms: expected an integer, found a string"
        : "cart.yaml:4:79 error document/wrong-type",
    );
    expect(second.code).toBe(1);
    expect(forge.comments.length).toBe(2);
    expect(forge.comments[1]?.body).toContain("1 problem (1 error)");
  });

  const comment = (variables: Readonly<Record<string, string>> = {}) => {
    const file = join(work, "plan.md");
    writeFileSync(file, "<!-- portolan:diff -->\n\n**Plan**\n");
    return run("node", [recipe("comment.mjs"), kind, file], { ...variablesOf(kind), ...variables });
  };

  test("with many comments has the plan on a later page", async () => {
    for (let id = 1; id <= 250; id++) forge.comments.push({ id, body: id === 230 ? "<!-- portolan:diff -->\nold" : "talk" });
    expect((await comment()).code).toBe(0);
    expect(forge.comments.length).toBe(250);
    expect(forge.comments[229]?.body).toContain("**Plan**");
    expect(forge.asked.filter((one) => one.startsWith("GET")).length).toBe(3);
  });

  test("a wrong token, and a next page elsewhere, end with 1 and say why; the token is not shown", async () => {
    const wrong = await comment({ GITHUB_TOKEN: "wrong-token", PORTOLAN_GITLAB_TOKEN: "wrong-token" });
    expect(wrong.stderr).toMatch(/^the comment was not written: GET \/.* is answered with 401\n$/);
    expect(wrong.stderr).not.toContain("wrong-token");
    for (let id = 1; id <= 101; id++) forge.comments.push({ id, body: "talk" });
    forge.next = "http://127.0.0.1:1/elsewhere";
    const other = await comment();
    expect(other.stderr).toContain("the next page is on another host: http://127.0.0.1:1");
    expect([wrong.code, other.code]).toEqual([1, 1]);
  });

  test("a variable that is missing, and a file that is no comment", async () => {
    const { code, stderr } = await comment({ GITHUB_REPOSITORY: "", CI_PROJECT_ID: "" });
    expect(stderr).toMatch(/the variable (GITHUB_REPOSITORY|CI_PROJECT_ID) is not set/);
    expect(code).toBe(1);
    const file = join(work, "other.md");
    writeFileSync(file, "hello\n");
    expect((await run("node", [recipe("comment.mjs"), kind, file], variablesOf(kind))).code).toBe(2);
  });
});

test("without comments nobody is asked; a base that is not there fails before there is a comment", async () => {
  forge = await fakeForge("github", token);
  const silent = await run("sh", [recipe("pull-request.sh"), "github", "routes"], { ...variablesOf("github"), PORTOLAN_COMMENT: "false" });
  expect([silent.code, forge.asked]).toEqual([0, []]);
  const missing = { ...variablesOf("github"), GITHUB_BASE_REF: "nosuch" };
  const { code, stderr } = await run("sh", [recipe("pull-request.sh"), "github", "routes"], missing);
  expect(stderr).toContain("has no branch, tag or commit origin/nosuch");
  expect([code, forge.asked]).toEqual([2, []]);
});

test("a token of a fork, which may only read, puts the plan into the summary of the job", async () => {
  forge = await fakeForge("github", token);
  forge.refuse = 403;
  const summary = join(work, "summary.md");
  writeFileSync(summary, "");
  const { code, stdout } = await run("sh", [recipe("pull-request.sh"), "github", "routes"], {
    ...variablesOf("github"),
    GITHUB_STEP_SUMMARY: summary,
  });
  expect(stdout).toContain("::notice title=portolan::the token may not write comments");
  expect(readFileSync(summary, "utf8")).toContain("Plan: 0 routes to add, 1 to change");
  expect(code).toBe(0);
});

test("the action and the hooks name what is there", async () => {
  forge = await fakeForge("github", token);
  const action = parse(readFileSync(join(root, "action.yml"), "utf8"));
  const step = action.runs.steps.at(-1);
  expect(step.run).toBe('sh "$GITHUB_ACTION_PATH/recipes/pull-request.sh" github "$DIRECTORY"');
  // What is said from outside comes as a variable, never as part of a script.
  for (const { run: script = "" } of action.runs.steps) expect(script).not.toContain("${{");
  expect(Object.keys(action.inputs)).toEqual(["path", "strict", "comment", "token"]);
  const [hooks] = parseAllDocuments(readFileSync(join(root, ".pre-commit-hooks.yaml"), "utf8"));
  for (const { entry } of (hooks?.toJS() ?? []) as { readonly entry: string }[]) {
    expect((await run(join(root, "bin", "portolan"), [...entry.split(" ").slice(1), "routes"], {})).code).toBe(0);
  }
});
