import { describe, expect, test } from "vitest";
import { conductor, found, served } from "../../test/support/build.ts";
import { RDS } from "../envoy/type-url.ts";
import { type MemoryFile, MemoryGit } from "../git/memory.ts";
import type { ComposedCommit } from "../git/object.ts";

const base = `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: http}
spec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: all}
spec: {hostname: "*", requestPolicy: {insecure: {action: Route}}}
`;

const mapping = (name: string, service: string, prefix = `/${name}/`) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: ${name}}\nspec: {hostname: "*", prefix: ${prefix}, service: ${service}}\n`;

/** The type of `service` makes the whole document unusable. */
const broken = (name: string) => mapping(name, "[1]");
const torn = "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: [\n";
const auth = (spec: string) => `apiVersion: getambassador.io/v3alpha1\nkind: AuthService\nmetadata: {name: login}\nspec: {${spec}}\n`;
const goodAuth = auth("auth_service: login");
/** It does not say whom to ask. */
const brokenAuth = auth("proto: http");

type Step = Readonly<Record<string, string | undefined>>;

/** The commits of a history, each given by the files in which it differs from the one before. */
function history(git: MemoryGit, steps: readonly Step[]): ComposedCommit[] {
  const files = new Map<string, MemoryFile>([["base.yaml", base]]);
  const commits: ComposedCommit[] = [];
  for (const [i, step] of steps.entries()) {
    for (const [path, text] of Object.entries(step)) {
      if (text === undefined) files.delete(path);
      else files.set(path, text);
    }
    const parents = commits.slice(-1).map(({ oid }) => oid);
    commits.push(git.snapshot(files, "main", { time: i, parents }));
  }
  return commits;
}

/** What the last commit serves, and what is said of it: by a new build, and by one that has built every commit, which must agree. */
async function last(steps: readonly Step[]) {
  const git = new MemoryGit();
  const commits = history(git, steps);
  const incremental = conductor(git);
  for (const commit of commits.slice(0, -1)) await incremental.build(commit);
  const cold = conductor(git);
  const tip = commits.at(-1) as ComposedCommit;
  const [outcome, followed] = [await cold.build(tip), await incremental.build(tip)];
  expect(served(followed)).toEqual(served(outcome));
  expect(found(incremental.findings())).toEqual(found(cold.findings()));
  const routes = [...(outcome.fleets[0]?.snapshot.types.get(RDS)?.resources.values() ?? [])].map(({ body }) =>
    Buffer.from(body).toString("latin1"),
  );
  const findings = [...cold.findings()];
  return {
    commits,
    outcome,
    findings,
    codes: [...new Set(findings.map(({ code }) => code))],
    /** Whether some route table names the upstream. */
    serves: (service: string) => routes.join().includes(service),
  };
}

describe("the newest valid version of a document is served (document/held-back)", () => {
  test.each<[string, Step[], string, string | undefined, number]>([
    ["broken", [{ "a.yaml": mapping("a", "one") }, { "a.yaml": mapping("a", "two") }, { "a.yaml": broken("a") }], "two", "one", 1],
    [
      "broken again and again",
      [
        { "a.yaml": mapping("a", "one") },
        { "a.yaml": broken("a") },
        { "a.yaml": `${broken("a")}# again\n` },
        { "b.yaml": mapping("b", "other") },
      ],
      "one",
      undefined,
      3,
    ],
    [
      "renamed and broken at once",
      [{ "a.yaml": mapping("a", "one") }, { "a.yaml": undefined, "b.yaml": broken("a") }],
      "one",
      undefined,
      1,
    ],
    ["in a file that is nothing any more", [{ "a.yaml": mapping("a", "one") }, { "a.yaml": "{{{{\n" }], "one", undefined, 1],
    [
      "in a file that has been nothing for long, beside one that never was ours",
      [{ "a.yaml": mapping("a", "one"), "chart.yaml": "{{ if }}\n" }, { "a.yaml": "{{{{\n" }, { "b.yaml": mapping("b", "other") }],
      "one",
      undefined,
      2,
    ],
    ["in a file that is no YAML any more", [{ "a.yaml": mapping("a", "one") }, { "a.yaml": torn }], "one", undefined, 1],
    [
      "in a file that was no YAML in between",
      [{ "a.yaml": mapping("a", "one") }, { "a.yaml": torn }, { "a.yaml": broken("a") }],
      "one",
      undefined,
      2,
    ],
    [
      "whose name is lost",
      [{ "a.yaml": mapping("a", "one") }, { "a.yaml": mapping("a", "two").replace("{name: a}", "{}") }],
      "one",
      "two",
      1,
    ],
    [
      "broken while its neighbour in the file changes",
      [{ "a.yaml": `${mapping("a", "one")}---\n${mapping("b", "old")}` }, { "a.yaml": `${broken("a")}---\n${mapping("b", "new")}` }],
      "one",
      "old",
      1,
    ],
  ])("%s", async (_, steps, expected, gone, behind) => {
    const { serves, findings } = await last(steps);
    expect(serves(expected)).toBe(true);
    if (gone !== undefined) expect(serves(gone)).toBe(false);
    const [held] = findings.filter(({ code }) => code === "document/held-back");
    expect(held?.message).toContain(`${behind} commit${behind === 1 ? "" : "s"} behind, is served`);
    expect(held?.related[0]?.place.origin.commit).toMatch(/^[0-9a-f]{40}$/);
  });

  test("at its own commit, path and line, and beside the mistake itself", async () => {
    const { findings, commits } = await last([{ "a.yaml": mapping("a", "one") }, { "a.yaml": undefined, "b.yaml": broken("a") }]);
    const held = findings.find(({ code }) => code === "document/held-back");
    expect(held).toMatchObject({
      effect: "held-back",
      severity: "error",
      pointer: "/spec/service",
      origin: { path: "b.yaml" },
      message: `Mapping/default/a is invalid at ${commits[1]?.oid.slice(0, 12)}; the version of ${commits[0]?.oid.slice(0, 12)}, 1 commit behind, is served`,
      related: [{ why: "served", place: { origin: { path: "a.yaml", commit: commits[0]?.oid } } }],
    });
    expect(findings).toContainEqual(expect.objectContaining({ code: "document/wrong-type", pointer: "/spec/service" }));
  });
});

test("a file that is torn takes away no namespace that services of others are looked up in", async () => {
  const fleet =
    "apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: edge}\nspec: {nodes: {}, services: {dnsSuffix: .svc.local}}\n";
  const steps: Step[] = [
    {
      "f.yaml": fleet,
      "a.yaml": mapping("a", "one.team"),
      "b.yaml": mapping("b", "two").replace("{name: b}", "{name: b, namespace: team}"),
    },
    { "b.yaml": torn },
  ];
  const [before, after] = [await last(steps.slice(0, 1)), await last(steps)];
  expect(served(before.outcome).length).toBeGreaterThan(1);
  expect(served(after.outcome)).toEqual(served(before.outcome));
});

describe("nothing is served of a document", () => {
  test.each<[string, Step[], string, string[]]>([
    ["that never was valid", [{ "a.yaml": broken("a") }, { "a.yaml": `${broken("a")}# again\n` }], "one", ["document/no-valid-version"]],
    [
      "that was deleted while another file was torn, and comes back broken",
      [
        { "a.yaml": mapping("a", "one"), "c.yaml": mapping("c", "two") },
        { "c.yaml": torn },
        { "a.yaml": undefined },
        { "a.yaml": broken("a"), "c.yaml": mapping("c", "two") },
      ],
      "one",
      [],
    ],
    ["that is deleted", [{ "a.yaml": mapping("a", "one") }, { "a.yaml": undefined }], "one", []],
    [
      "that was deleted, and comes back broken",
      [{ "a.yaml": mapping("a", "one") }, { "a.yaml": undefined }, { "a.yaml": broken("a") }],
      "one",
      [],
    ],
    [
      "that was taken out of a file which is torn afterwards",
      [{ "a.yaml": mapping("a", "one") }, { "a.yaml": mapping("b", "two") }, { "a.yaml": torn }],
      "one",
      ["document/held-back"],
    ],
    [
      "that was taken out of its file while that was torn",
      [{ "a.yaml": mapping("a", "one") }, { "a.yaml": torn }, { "a.yaml": mapping("b", "two") }, { "c.yaml": broken("a") }],
      "one",
      [],
    ],
  ])("%s", async (_, steps, gone, codes) => {
    const { serves, codes: told } = await last(steps);
    expect(serves(gone)).toBe(false);
    expect(told.filter((code) => ["document/held-back", "document/no-valid-version"].includes(code))).toEqual(codes);
  });
});

describe("of two documents with one identity the one that was there first counts (document/duplicate)", () => {
  test.each<[string, Step[], string]>([
    ["at the larger path", [{ "b.yaml": mapping("a", "first") }, { "a.yaml": mapping("a", "second") }], "first"],
    [
      "moved away and doubled",
      [{ "c.yaml": mapping("a", "old") }, { "c.yaml": undefined, "a.yaml": mapping("a", "smallest"), "b.yaml": mapping("a", "other") }],
      "smallest",
    ],
    ["both from the first commit", [{ "a.yaml": mapping("a", "smallest"), "b.yaml": mapping("a", "other") }], "smallest"],
    [
      "and is broken now: its older version",
      [{ "b.yaml": mapping("a", "first") }, { "a.yaml": mapping("a", "second") }, { "b.yaml": broken("a") }],
      "first",
    ],
  ])("%s", async (_, steps, expected) => {
    const { serves, findings } = await last(steps);
    expect(serves(expected)).toBe(true);
    for (const other of ["first", "second", "smallest", "other"]) if (other !== expected) expect(serves(other)).toBe(false);
    expect(findings.filter(({ code }) => code === "document/duplicate")).toHaveLength(1);
  });
});

describe("a document that protects", () => {
  test("and was valid once is served in that version, like any other", async () => {
    const { codes, outcome } = await last([{ "auth.yaml": goodAuth, "a.yaml": mapping("a", "one") }, { "auth.yaml": brokenAuth }]);
    expect(codes).toContain("document/held-back");
    expect(codes).not.toContain("source/held");
    expect(outcome.fleets[0]?.readAt).toBeUndefined();
  });

  test.each([
    ["new and broken", brokenAuth],
    ["new in a file that is no YAML", `${auth("")}  a: [\n`],
  ])("and is %s holds the source at the commit before (source/held)", async (_, text) => {
    const { commits, outcome, serves, findings } = await last([
      { "a.yaml": mapping("a", "one") },
      { "auth.yaml": text, "a.yaml": mapping("a", "two") },
      { "a.yaml": mapping("a", "three") },
    ]);
    expect(outcome.fleets[0]).toMatchObject({ readAt: commits[0]?.oid, snapshot: { commit: commits[2]?.oid } });
    expect(serves("one")).toBe(true);
    expect(findings.find(({ code }) => code === "source/held")).toMatchObject({
      origin: { path: "auth.yaml" },
      message: expect.stringContaining(`the source is read at ${commits[0]?.oid.slice(0, 12)}, 2 commits behind`),
    });
    expect(outcome.unprotected).toEqual([]);
  });

  test("and was there from the first commit, and never valid, is answered for", async () => {
    const { outcome, codes } = await last([{ "auth.yaml": brokenAuth, "a.yaml": mapping("a", "one") }, { "a.yaml": mapping("a", "two") }]);
    expect(outcome.fleets[0]?.readAt).toBeUndefined();
    expect(codes).toContain("ambassador/guard-unusable");
  });

  test("lets the source go on when it is mended", async () => {
    const { outcome, serves } = await last([
      { "a.yaml": mapping("a", "one") },
      { "auth.yaml": brokenAuth, "a.yaml": mapping("a", "two") },
      { "auth.yaml": goodAuth },
    ]);
    expect(outcome.fleets[0]?.readAt).toBeUndefined();
    expect(serves("two")).toBe(true);
  });
});

const fleet = (containment: string) =>
  `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: edge}\nspec: {nodes: {}, containment: ${containment}}\n`;

describe("a Fleet", () => {
  test("that is broken stays what it was", async () => {
    const { outcome, codes } = await last([{ "f.yaml": fleet("{}") }, { "f.yaml": fleet("{}").replace("nodes: {}", "nodes: 7") }]);
    expect(outcome.fleets.map((one) => one.fleet)).toEqual(["edge"]);
    expect(codes).toContain("document/held-back");
    expect(codes).not.toContain("fleet/unusable");
  });

  test("says how far is looked back (document/expiring)", async () => {
    const steps = (count: number): Step[] => [
      { "f.yaml": fleet("{lookBack: {commits: 4}}"), "a.yaml": mapping("a", "one") },
      { "a.yaml": broken("a") },
      ...Array.from({ length: count }, (_, i) => ({ "b.yaml": mapping("b", `b${i}`) })),
    ];
    expect((await last(steps(0))).codes).not.toContain("document/expiring");
    const late = await last(steps(2));
    expect(late.serves("one")).toBe(true);
    expect(late.findings.find(({ code }) => code === "document/expiring")?.message).toContain("after 1 commit more");
    const expired = await last(steps(4));
    expect(expired.serves("one")).toBe(false);
    expect(expired.codes).toContain("document/no-valid-version");
  });

  test("counts versions, too", async () => {
    const steps: Step[] = [
      { "f.yaml": fleet("{lookBack: {versions: 2}}"), "a.yaml": mapping("a", "one") },
      { "a.yaml": broken("a") },
      { "a.yaml": `${broken("a")}# again\n` },
    ];
    expect((await last(steps.slice(0, 2))).serves("one")).toBe(true);
    expect((await last(steps)).serves("one")).toBe(false);
  });

  test("that demands valid documents names the first mistake, whichever came first", async () => {
    const { findings } = await last([
      { "f.yaml": fleet("{hold: [main]}"), "a.yaml": mapping("a", "one"), "b.yaml": mapping("b", "two") },
      { "b.yaml": broken("b") },
      { "a.yaml": broken("a") },
    ]);
    expect(findings.filter(({ code }) => code === "source/held").map(({ origin }) => origin.path)).toEqual(["a.yaml"]);
  });

  test("may demand that all documents of a source are valid", async () => {
    const { serves, codes, commits, outcome } = await last([
      { "f.yaml": fleet("{hold: [main]}"), "a.yaml": mapping("a", "one"), "b.yaml": mapping("b", "b-old") },
      { "a.yaml": broken("a"), "b.yaml": mapping("b", "b-new") },
    ]);
    expect(serves("b-old")).toBe(true);
    expect(codes).toContain("source/held");
    expect(outcome.fleets[0]?.readAt).toBe(commits[0]?.oid);
  });
});
