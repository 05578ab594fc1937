import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";
import { sourceLimits } from "../../git/limits.ts";
import { type Repository, repository } from "../../server/demo/repository.ts";
import { withSides } from "../diff/sides.ts";
import { diffShape } from "../output/diff.ts";

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
let [first, second] = ["", ""];

beforeEach(() => {
  repo = repository();
  repo.commit({ "base.yaml": base, "cart.yaml": mapping("cart", "service: cart") });
  first = repo.commit({ "old.yaml": mapping("old", "service: old") });
  repo.git("checkout", "--quiet", "-b", "change");
  second = repo.commit({ "cart.yaml": `# slow\n${mapping("cart", "service: cart, timeout_ms: 30000")}`, "old.yaml": null });
});
afterEach(() => repo.remove());

const diff = (argv: readonly string[] = [], cwd = repo.path) => cli(["diff", ...argv], { cwd });
const expected = `~ route  shop.example.com /cart/  cart.yaml:2           timeout 3s → 30s
- route  shop.example.com /old/   old.yaml:1 (removed)  → old

Plan: 0 routes to add, 1 to change, 1 to remove; 1 virtual host; fleet default
`;

describe("a plan", () => {
  test("from where the branch has left main to the files on disk", async () => {
    const { code, stdout, stderr } = await diff();
    expect(stdout).toBe(expected);
    expect(stderr).toBe(`Comparing main (${first.slice(0, 12)}) with the files on disk.\n`);
    expect(code).toBe(1);
    repo.git("checkout", "--quiet", "main");
    repo.commit({ "new.yaml": mapping("new", "service: new") });
    repo.git("checkout", "--quiet", "change");
    expect((await diff()).stdout).toBe(expected);
    expect((await diff()).stderr).toBe(`Comparing ${first.slice(0, 12)} (where HEAD has left main) with the files on disk.\n`);
    writeFileSync(join(repo.path, "more.yaml"), mapping("more", "service: more"));
    expect((await diff()).stdout).toContain("+ route  shop.example.com /more/  more.yaml:1           → more\n");
  });

  test.each<[string, () => string]>([
    ["two branches", () => "main..change"],
    ["two commits", () => `${first}..${second.slice(0, 8)}`],
    ["parents", () => "HEAD~1..HEAD"],
    ["a range without an end", () => "main.."],
    ["three dots", () => "main...change"],
    ["a base alone", () => "main"],
  ])("of %s", async (_, range) => {
    expect((await diff([range()])).stdout).toBe(expected);
  });

  test("backwards", async () => {
    expect((await diff(["change..main"])).stdout).toBe(`~ route  shop.example.com /cart/  cart.yaml:1  timeout 30s → 3s
+ route  shop.example.com /old/   old.yaml:1   → old

Plan: 1 route to add, 1 to change, 0 to remove; 1 virtual host; fleet default
`);
  });

  test("the branch that the configuration serves comes first", async () => {
    repo.git("branch", "live", "HEAD~2");
    repo.commit({
      "portolan.yaml": "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [{name: main, path: ., branch: live}]\n",
    });
    expect((await diff()).stdout).toBe(`~ route  shop.example.com /cart/  cart.yaml:2  timeout 3s → 30s

Plan: 0 routes to add, 1 to change, 0 to remove; 1 virtual host; fleet default
`);
  });

  test("nothing differs", async () => {
    repo.git("mv", "cart.yaml", "basket.yaml");
    repo.commit({});
    expect(await diff(["HEAD~1..HEAD"])).toMatchObject({ code: 0, stdout: "No difference.\n" });
  });

  test("only names of Envoy differ", async () => {
    repo.commit({ "cart.yaml": mapping("cart", "service: cart, timeout_ms: 30000").replace("name: cart", "name: basket") });
    const { code, stdout } = await diff(["HEAD~1..HEAD"]);
    expect(stdout).toBe("Plan: no route changes; 1 resource of Envoy differs; fleet default\n");
    expect(code).toBe(1);
  });

  test("several differences of one route stand below it", async () => {
    repo.commit({ "cart.yaml": mapping("cart", "service: basket, timeout_ms: 1500, add_request_headers: {x-password: hush}") });
    expect((await diff(["HEAD~1..HEAD"])).stdout).toBe(`~ route  shop.example.com /cart/  cart.yaml:1
      upstream cart → basket
      timeout 30s → 1500ms
      request_headers.x-password.append unset → (not shown)

Plan: 0 routes to add, 1 to change, 0 to remove; 1 virtual host; fleet default
`);
  });

  test("problems that the base does not have come first, with their lines", async () => {
    repo.commit({ "bad.yaml": mapping("bad", "service: bad, timeout_ms: soon") });
    const { stdout } = await diff(["HEAD~1..HEAD"]);
    expect(stdout).toContain("bad.yaml:4:77 error document/wrong-type  timeout_ms: expected an integer, found a string\n    4 | spec: {");
    repo.commit({ "other.yaml": mapping("other", "service: other") });
    expect((await diff(["HEAD~1..HEAD"])).stdout).not.toContain("bad.yaml");
  });

  test("colour says nothing that the text does not", async () => {
    const { stdout } = await diff(["--color", "always", "main..change"]);
    expect(stdout).toContain("\u001b[33m~ route\u001b[39m");
    expect((await cli(["diff"], { cwd: repo.path, isTTY: true, env: { NO_COLOR: "1" } })).stdout).toBe(expected);
  });
});

describe("other levels", () => {
  test("resources", async () => {
    expect((await diff(["--level", "resources", "main..change"])).stdout).toBe(`- remove  CDS  old                     old.yaml:1 (removed)
~ change  RDS  default.http/cleartext  base.yaml:6

Plan: 0 routes to add, 1 to change, 1 to remove; 1 virtual host; fleet default
`);
  });

  test("a patch, without secrets", async () => {
    const { stdout } = await diff(["--level", "patch", "main..change"]);
    expect(stdout).toContain("--- a/CDS/old\n+++ /dev/null\n@@ -1,19 +0,0 @@\n-name: old\n");
    expect(stdout).toContain("--- a/RDS/default.http/cleartext\n+++ b/RDS/default.http/cleartext\n@@ -9,12 +9,5 @@\n");
    expect(stdout).toContain("-          timeout: 3s\n+          timeout: 30s\n");
  });
});

test("a comment for the pull request", async () => {
  expect(await diff(["-o", "markdown", "main..change"])).toEqual({
    code: 1,
    stderr: "",
    stdout: `<!-- portolan:diff -->

**Plan: 0 routes to add, 1 to change, 1 to remove; 1 virtual host; fleet default**

| action | host and match | change | document | source |
|---|---|---|---|---|
| \\~ change route | shop.example.com /cart/ | timeout 3s → 30s | Mapping/default/cart | cart.yaml:2 |
| - remove route | shop.example.com /old/ | → old | Mapping/default/old | old.yaml:1 (removed) |
`,
  });
  expect((await diff(["-o", "markdown", "--level", "resources", "main..change"])).stdout).toContain("| - remove | CDS old |");
});

describe("data", () => {
  test.each(["routes", "resources", "patch"])("at the level %s fits its schema", async (level) => {
    const { stdout } = await diff(["-o", "json", "--level", level, "main..change"]);
    const data = JSON.parse(stdout);
    expect(diffShape.parse(data)).toEqual(data);
    expect(data).toMatchObject({ format_version: "1", command: "diff", level, base: first, head: second, problems: [] });
    expect(data.summary).toEqual({
      routes: { add: 0, change: 1, remove: 1 },
      listeners: { add: 0, change: 0, remove: 0 },
      virtual_hosts: 1,
      clusters: { add: 0, change: 0, remove: 1 },
      resources: { add: 0, change: 1, remove: 1 },
      fleets: ["default"],
      guard: "pass",
    });
    const [change] = data.changes;
    if (level === "routes") {
      const at = { source: "main", commit: second, path: "cart.yaml", line: 2, column: 1 };
      const fields = [{ path: "timeout", before: "3s", after: "30s" }];
      const route = { level: "route", host: "shop.example.com", match: "/cart/", listeners: ["0.0.0.0:8080"], target: "cart" };
      const documents = ["Mapping/default/cart"];
      expect(change).toEqual({
        action: "change",
        fleets: ["default"],
        ...route,
        documents,
        at,
        was: { ...at, commit: first, line: 1 },
        fields,
      });
    } else {
      const at = { source: "main", commit: first, path: "old.yaml", line: 1, column: 1 };
      expect(change).toMatchObject({ action: "remove", fleets: ["default"], level: "resource", type: "CDS", name: "old", at });
      expect(change.patch?.startsWith("--- a/CDS/old\n")).toBe(level === "patch" ? true : undefined);
    }
  });

  test("the files on disk are no commit, and a fleet that loses everything is told", async () => {
    for (const file of ["base.yaml", "cart.yaml"]) rmSync(join(repo.path, file));
    const { stdout } = await diff(["-o", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({ head: null, summary: { guard: "trip" } });
    expect((await diff()).stdout).toContain("; a fleet would lose everything, so it keeps what it has\n");
  });
});

test("a directory is compared as the repository that it is, and files of others do not count", async () => {
  repo.commit({ "team/base.yaml": base, "team/cart.yaml": mapping("team", "service: team") });
  const { stdout } = await diff(["HEAD~1..HEAD", "--path", "team"]);
  expect(stdout).toContain("+ route     shop.example.com /team/  cart.yaml:1  → team\n");
  expect((await diff(["HEAD~2..HEAD~1"], join(repo.path, "team"))).stdout).toBe("No difference.\n");
});

test("several fleets", async () => {
  const fleet = (name: string) =>
    `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}}\nspec: {nodes: {cluster: [${name}]}}\n`;
  repo.commit({ "fleets.yaml": `${fleet("east")}---\n${fleet("west")}` });
  repo.commit({ "cart.yaml": mapping("cart", "service: cart") });
  expect((await diff(["HEAD~1..HEAD"])).stdout).toBe(`~ route  shop.example.com /cart/  cart.yaml:1  (east, west)  timeout 30s → 3s

Plan: 0 routes to add, 1 to change, 0 to remove; 1 virtual host; fleets east, west
`);
  expect((await diff(["HEAD~1..HEAD", "--fleet", "east"])).stdout).toContain("fleet east\n");
  expect(await diff(["HEAD~1..HEAD", "--fleet", "north"])).toMatchObject({ code: 2, stdout: "" });
});

describe("what cannot be compared", () => {
  test.each<[string, readonly string[], number, RegExp]>([
    ["a branch that is not there", ["nosuch..HEAD"], 2, /has no branch, tag or commit nosuch\n$/],
    ["an unknown commit", ["0123456789abcdef0123456789abcdef01234567..HEAD"], 5, /no branch, tag or commit 0123456789abcdef/],
    ["more parents than there are", ["HEAD~99..HEAD"], 2, /no branch, tag or commit HEAD~99\n$/],
    ["a directory that is not there", ["--path", "nosuch"], 2, /cannot read nosuch: there is no such file or directory\n$/],
    ["a level that is not there", ["--level", "lines"], 2, /Allowed choices are routes, resources, patch/],
  ])("%s", async (_, argv, expectedCode, message) => {
    const { code, stdout, stderr } = await diff(argv);
    expect([code, stdout]).toEqual([expectedCode, ""]);
    expect(stderr).toMatch(message);
  });

  test("a directory without git", async () => {
    const bare = mkdtempSync(join(tmpdir(), "portolan-bare-"));
    expect(await diff([], bare)).toEqual({ code: 2, stdout: "", stderr: `error: ${bare} is in no git repository\n` });
    rmSync(bare, { recursive: true });
  });

  test("more than a source may hold", async () => {
    const settings = { limits: { ...sourceLimits, files: 1 } };
    const comparing = { directory: repo.path, range: "main..change", settings };
    await expect(withSides(comparing, async () => "")).rejects.toMatchObject({
      name: "Failure",
      exitCode: 2,
      message: "a source may have 1 selected files; this one has 3",
    });
  });

  test("no branch to compare with", async () => {
    repo.git("branch", "--quiet", "-m", "main", "trunk");
    expect((await diff()).stderr).toBe("error: it is not clear what to compare with: there is no branch main or master; say BASE..HEAD\n");
  });

  test("branches that have nothing in common", async () => {
    repo.git("checkout", "--quiet", "--orphan", "alone");
    repo.commit({});
    const { code, stderr } = await diff();
    expect(stderr).toContain("no commit is here that main has in common with what is compared; if the clone is shallow");
    expect(code).toBe(2);
  });
});
