import { describe, expect, test } from "vitest";
import { countingKeeper } from "../../test/support/keeper.ts";
import { parseFile } from "../document/parse.ts";
import { InvalidResource } from "../envoy/resource.ts";
import { LDS } from "../envoy/type-url.ts";
import { type SourceLimits, sourceLimits } from "../git/limits.ts";
import { MemoryGit } from "../git/memory.ts";
import { type ComposedCommit, MissingObject } from "../git/object.ts";
import type { Language } from "../language/language.ts";
import type { Problem } from "../problem/problem.ts";
import { Engine } from "./engine.ts";
import { groups, languages } from "./languages.ts";
import { unpack } from "./packed.ts";
import type { BuildReport } from "./protocol.ts";
import { fileSelector } from "./selector.ts";

/** The Listener of the files below, as Envoy knows it. */
const at = (port: number) => `0.0.0.0:${port}/tcp`;

const listener = (port: number) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;

function engine(
  git: MemoryGit,
  { speaking = languages, limits = sourceLimits }: { speaking?: readonly Language[]; limits?: SourceLimits } = {},
) {
  const built: BuildReport[] = [];
  const told: (readonly Problem[])[] = [];
  const made = new Engine(
    {
      source: "main",
      reader: git,
      languages: speaking,
      selector: fileSelector(["**/*.yaml"], []),
      limits,
      isControl: () => true,
      parser: { parse: async (_oid, read) => parseFile(await read(), groups) },
    },
    { built: (report) => built.push(report), counted: () => {}, problems: (_, problems) => told.push(problems) },
    async () => undefined,
    countingKeeper(),
  );
  return { made, built, told };
}

test("each commit gives a delta to the one before, and a change leads back to its documents", async () => {
  const git = new MemoryGit();
  const { made, built } = engine(git);
  const one = git.snapshot(new Map([["l.yaml", listener(80)]]));
  const two = git.snapshot(new Map([["l.yaml", listener(81)]]));
  await made.build(one);
  await made.build(two);
  const deltas = built.flatMap((report) => report.fleets.map((fleet) => unpack(fleet.delta)));
  expect(deltas.map(({ commit, base, upserts }) => [commit, base, upserts.map((each) => each.name)])).toEqual([
    [one.oid, undefined, expect.arrayContaining([at(80)])],
    [two.oid, one.oid, [at(81)]],
  ]);
  const causes = await made.answer({ what: "causes", fleet: "default", commit: two.oid, type: LDS, names: [at(81)] });
  expect(causes).toEqual([{ source: "main", commit: two.oid, path: "l.yaml", line: 1, column: 1 }]);
});

test.each([
  ["a defect (snapshot/failed)", new Error("no"), "snapshot/failed"],
  ["a resource that Envoy would refuse (snapshot/invalid)", new InvalidResource("Listener", "a", "no"), "snapshot/invalid"],
])("%s is a Problem; what was built stays, and the next commit is built afresh", async (_, error, code) => {
  const git = new MemoryGit();
  let broken = false;
  const [first, ...others] = languages as [Language, ...Language[]];
  const faulty: Language = {
    ...first,
    planListeners(documents, services, fleet) {
      if (broken) throw error;
      return first.planListeners(documents, services, fleet);
    },
  };
  const { made, built, told } = engine(git, { speaking: [faulty, ...others] });
  const commits = [80, 81, 82].map((port) => git.snapshot(new Map([["l.yaml", listener(port)]])));
  for (const [i, commit] of commits.entries()) {
    broken = i === 1;
    await made.build(commit);
  }
  expect(told[1]).toMatchObject([{ code, effect: "held-back", at: { source: "main", commit: commits[1]?.oid } }]);
  expect(built.map((report) => report.commit)).toEqual([commits[0]?.oid, commits[2]?.oid]);
  expect(unpack(built[1]?.fleets[0]?.delta ?? (undefined as never)).base).toBe(commits[0]?.oid);
});

test.each<[string, Record<string, string>, Partial<SourceLimits>, string]>([
  ["a path that is too deep", { [`${"d/".repeat(32)}l.yaml`]: listener(82) }, {}, "d/".repeat(32).slice(0, -1)],
  ["too many selected files", { "a.yaml": "", "b.txt": "", "c.yaml": "" }, { files: 2 }, ""],
  ["too many bytes in selected files", { "a.yaml": "a: 1\n", "b.txt": "b".repeat(1000) }, { bytes: listener(81).length + 4 }, ""],
])("%s holds the source; what is served and the answers about it stay (source/limit)", async (_, files, limits, path) => {
  const git = new MemoryGit();
  const { made, built, told } = engine(git, { limits: { ...sourceLimits, ...limits } });
  const good = git.snapshot(new Map([["l.yaml", listener(80)]]));
  const bad = git.snapshot(new Map(Object.entries({ "l.yaml": listener(81), ...files })));
  const next = git.snapshot(
    new Map([
      ["l.yaml", listener(83)],
      ["b.txt", ""],
    ]),
  );
  expect((await made.build(good)).sourceHeld).toBeUndefined();
  expect((await made.build(bad)).sourceHeld).toMatchObject({
    code: "source/limit",
    effect: "held-back",
    at: { source: "main", commit: bad.oid, path },
  });
  expect(built).toHaveLength(1);
  expect(told).toHaveLength(1);
  const [{ body } = { body: new Uint8Array() }] = unpack(built[0]?.fleets[0]?.delta ?? (undefined as never)).upserts;
  const shown = await made.answer({ what: "show", fleet: "default", resources: [{ key: { type: LDS, name: at(80) }, body }] });
  expect(shown).toMatchObject([{ origins: [{ commit: good.oid, path: "l.yaml" }] }]);
  expect((await made.build(next)).sourceHeld).toBeUndefined();
  expect(unpack(built[1]?.fleets[0]?.delta ?? (undefined as never)).base).toBe(good.oid);
});

test("a commit of which an object cannot be read may be built later; what was built stays", async () => {
  const git = new MemoryGit();
  const { made, built, told } = engine(git);
  const [one, two] = [80, 81].map((port) => git.snapshot(new Map([["l.yaml", listener(port)]]))) as [ComposedCommit, ComposedCommit];
  expect((await made.build(one)).again).toBeFalsy();
  const blob = git.blob.bind(git);
  git.blob = (oid) => Promise.reject(new MissingObject(oid, "blob"));
  expect((await made.build(two)).again).toBe(true);
  expect(told[1]).toMatchObject([{ code: "snapshot/failed", at: { commit: two.oid } }]);
  git.blob = blob;
  expect((await made.build(two)).again).toBeFalsy();
  expect(built.map((report) => report.commit)).toEqual([one.oid, two.oid]);
});

describe("a document that was to protect something and cannot be used", () => {
  const auth = "apiVersion: getambassador.io/v3alpha1\nkind: AuthService\nmetadata: {name: login}\nspec: {auth_service: login}\n";
  const files = (path: string, text: string) =>
    new Map([
      ["l.yaml", listener(81)],
      [path, text],
    ]);

  const policy = "apiVersion: getambassador.io/v3alpha1\nkind: FilterPolicy\nmetadata: {name: login}\n";

  test("of which there is no commit without it, and that cannot be answered for, keeps the snapshot before (snapshot/invalid)", async () => {
    const git = new MemoryGit();
    const { made, built, told } = engine(git);
    const good = git.snapshot(files("policy.yaml", policy));
    const bad = git.snapshot(files("policy.yaml", `${policy}spec: [\n`));
    await made.build(good);
    expect((await made.build(bad)).built).toBe(false);
    expect(built).toHaveLength(1);
    const at = { commit: bad.oid, path: "policy.yaml" };
    expect(told[1]?.[0]).toMatchObject({ code: "snapshot/invalid", effect: "held-back", at });
    expect(told[1]).toContainEqual(expect.objectContaining({ code: "document/syntax", at: expect.objectContaining(at) }));
    await made.build(git.snapshot(files("policy.yaml", policy)));
    expect(unpack(built[1]?.fleets[0]?.delta ?? (undefined as never)).base).toBe(good.oid);
  });

  // An unrendered template makes any document unusable.
  const module = (config: string) =>
    `apiVersion: getambassador.io/v3alpha1\nkind: Module\nmetadata: {name: ambassador, labels: {a: "{{ b }}"}}\nspec: {config: ${config}}\n`;

  test.each([
    ["an AuthService", "auth.yaml", auth.replace("auth_service: login", "proto: http"), true],
    ["an AuthService in a file that is no YAML", "auth.yaml", `${auth}---\na: [\n`, true],
    ["a Module with a list of addresses", "module.yaml", module("{ip_deny: [{peer: 10.0.0.0/8}]}"), true],
    ["a Module that refuses nobody", "module.yaml", module("{server_name: a}"), false],
  ])("is answered for where its kind tells how: %s", async (_, path, text, isClosed) => {
    const git = new MemoryGit();
    const { made, told } = engine(git);
    expect((await made.build(git.snapshot(files(path, text)))).built).toBe(true);
    expect(told[0]?.some(({ code }) => code === "ambassador/guard-unusable")).toBe(isClosed);
  });

  test("leaves in the manifest which commit the files are of", async () => {
    const git = new MemoryGit();
    const { made, built } = engine(git);
    const good = git.snapshot(new Map([["l.yaml", listener(80)]]));
    const bad = git.snapshot(files("auth.yaml", auth.replace("auth_service: login", "proto: http")), "main", { parents: [good.oid] });
    await made.build(good);
    await made.build(bad);
    const sources = built.flatMap(({ fleets }) => fleets.flatMap(({ manifest }) => manifest.sources));
    expect(sources).toMatchObject([
      { effective: good.oid, read: good.oid },
      { effective: bad.oid, read: good.oid },
    ]);
  });

  test("of another installation holds nothing", async () => {
    const git = new MemoryGit();
    const { made, built } = engine(git);
    await made.build(git.snapshot(files("auth.yaml", auth.replace("auth_service: login", "proto: http, ambassador_id: [other]"))));
    expect(built).toHaveLength(1);
  });
});

test("the tests of a fleet are run before its snapshot is told, and bear the same name while they say the same", async () => {
  const git = new MemoryGit();
  const { made, built, told } = engine(git);
  const host = `apiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: any}\nspec: {requestPolicy: {insecure: {action: Route}}}\n`;
  const mapping = `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: a}\nspec: {hostname: "*", prefix: /, service: a}\n`;
  const tests = (status: number) =>
    `apiVersion: portolan.dev/v1alpha1\nkind: RouteTest\nmetadata: {name: a}\nspec:\n  tests:\n  - {name: a, request: {url: "http://a/"}, expect: {cluster: a}}\n  - {name: b, request: {url: "http://a/"}, expect: {response: {status: ${status}}}}\n`;
  const files = (more: Readonly<Record<string, string>>) => new Map(Object.entries({ "l.yaml": listener(80), "h.yaml": host, ...more }));
  await made.build(git.snapshot(files({ "a.yaml": mapping, "t.yaml": tests(404) })));
  await made.build(git.snapshot(files({ "t.yaml": `# moved\n${tests(404)}` })));
  await made.build(git.snapshot(files({ "t.yaml": tests(405) })));
  const results = built.map(({ fleets }) => fleets[0]?.tests.map(({ id, passed }) => [id, passed] as const) ?? []);
  const [[first, second] = [], third] = results.map((each) => each.map(([id]) => id));
  expect(results.map((each) => each.map(([, passed]) => passed))).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
  expect(results[1]?.map(([id]) => id)).toEqual([first, second]);
  expect(third?.[0]).toBe(first);
  expect(results[2]?.map(([id]) => id)).toEqual([first, expect.not.stringMatching(second ?? "")]);
  const [problem] = built[1]?.fleets[0]?.tests.flatMap(({ problem: one }) => one ?? []) ?? [];
  expect(problem).toMatchObject({ code: "route/test-failed", at: { path: "t.yaml", line: 7, pointer: "/spec/tests/0/expect" } });
  expect(told.map((problems) => problems.map(({ code }) => code))).toEqual([
    ["route/test-failed"],
    ["route/test-failed"],
    ["route/test-failed", "route/test-failed"],
  ]);
});
