import { expect, test } from "vitest";
import { inputs } from "../../test/support/build.ts";
import { MemoryGit } from "../git/memory.ts";
import { Conductor } from "./conductor.ts";
import { buildFiles } from "./offline.ts";

const secret = (name: string, data: string, more = "") =>
  `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}${more}}\nstringData: {${data}}\n`;
const fleet = (name: string) =>
  `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}}\nspec: {nodes: {id: ["${name}-*"]}, documents: {include: ["${name}/**"]}, namespaces: [{path: "**", namespace: ${name}}]}\n`;

/** What each fleet may be served at the last of the commits, by a conductor that has built all of them and by a new one, and what is found. */
async function last(commits: readonly Record<string, string>[], allowPlaintext = true) {
  const git = new MemoryGit();
  const [following, fresh] = [0, 1].map(() => new Conductor({ ...inputs(git), allowPlaintext })) as [Conductor, Conductor];
  let tip: ReturnType<MemoryGit["snapshot"]> | undefined;
  for (const [time, files] of commits.entries()) {
    tip = git.snapshot(new Map(Object.entries(files)), "main", { time, parents: tip === undefined ? [] : [tip.oid] });
    await following.build(tip);
  }
  if (tip !== undefined) await fresh.build(tip);
  const texts = async (conductor: Conductor) =>
    (await conductor.secrets()).flatMap((one) =>
      one.secrets.map(
        ({ namespace, name, values }) =>
          `${one.fleet}: ${namespace}/${name} ${[...values].map(([key, bytes]) => `${key}=${Buffer.from(bytes).toString()}`).join()}`,
      ),
    );
  expect(await texts(following)).toEqual(await texts(fresh));
  const findings = [...new Set([...fresh.findings()].map(({ code, severity, effect }) => `${code} ${severity} ${effect}`))];
  return { secrets: await texts(fresh), findings, counts: fresh.documents() };
}

test("a committed Secret is served, with a warning", async () => {
  expect(await last([{ "a.yaml": secret("a", "tls.crt: one") }])).toEqual({
    secrets: ["default: default/a tls.crt=one"],
    findings: ["secret/plaintext warning none"],
    counts: { selected: 1, heldBack: 0, leftOut: 0, ignored: 0 },
  });
});

test("without the switch it is left out", async () => {
  expect(await last([{ "a.yaml": secret("a", "tls.crt: one") }], false)).toEqual({
    secrets: [],
    findings: ["secret/plaintext error left-out"],
    counts: { selected: 0, heldBack: 0, leftOut: 1, ignored: 0 },
  });
});

test.each<[string, Record<string, string>[], string[], string]>([
  [
    "changes",
    [{ "a.yaml": secret("a", "tls.crt: one") }, { "a.yaml": secret("a", "tls.crt: two") }],
    ["tls.crt=two"],
    "secret/plaintext warning none",
  ],
  [
    "moves",
    [{ "a.yaml": secret("a", "tls.crt: one") }, { "b.yaml": secret("a", "tls.crt: one") }],
    ["tls.crt=one"],
    "secret/plaintext warning none",
  ],
  [
    "is broken",
    [{ "a.yaml": secret("a", "tls.crt: one") }, { "a.yaml": secret("a", "tls.crt: 5") }],
    ["tls.crt=one"],
    "document/held-back error held-back",
  ],
  [
    "stands in a file that is torn",
    [{ "a.yaml": secret("a", "tls.crt: one") }, { "a.yaml": `${secret("a", "tls.crt: one")}x: [\n` }],
    ["tls.crt=one"],
    "document/held-back error held-back",
  ],
  [
    "is written a second time",
    [{ "a.yaml": secret("a", "tls.crt: one"), "b.yaml": secret("a", "tls.crt: two") }],
    ["tls.crt=one"],
    "document/duplicate error left-out",
  ],
  [
    "is copied",
    [{ "a.yaml": secret("a", "tls.crt: one"), "b.yaml": secret("a", "tls.crt: one") }],
    ["tls.crt=one"],
    "document/duplicate warning none",
  ],
  ["is gone", [{ "a.yaml": secret("a", "tls.crt: one") }, { "b.yaml": "" }], [], ""],
])("one that %s", async (_, commits, expected, finding) => {
  const { secrets, findings } = await last(commits);
  expect(secrets).toEqual(expected.map((text) => `default: default/a ${text}`));
  if (finding !== "") expect(findings).toContain(finding);
});

test("each fleet has those that it reads, in its own namespaces", async () => {
  const files = {
    "f.yaml": `${fleet("edge")}---\n${fleet("core")}`,
    "edge/a.yaml": secret("a", "tls.crt: one"),
    "core/a.yaml": secret("a", "tls.crt: two"),
  };
  const { secrets } = await last([files]);
  expect(secrets).toEqual(["core: core/a tls.crt=two", "edge: edge/a tls.crt=one"]);
});

test("offline builds treat it alike, and tell what is wrong at its line without what it holds", async () => {
  const files = new Map([["a.yaml", secret("a", "tls.crt: 4711")]]);
  const built = await buildFiles(files, { allowPlaintext: true });
  expect(built.problems.map(({ code, at }) => `${code} ${at.line}:${at.column}`)).toEqual([
    "secret/plaintext 2:7",
    "document/wrong-type 4:14",
  ]);
  expect(JSON.stringify(built.problems)).not.toContain("4711");
  expect(await built.ignored()).toEqual([]);
  expect((await buildFiles(files)).documents.leftOut).toBe(1);
});
