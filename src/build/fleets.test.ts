import { describe, expect, test } from "vitest";
import { buildFiles } from "./offline.ts";

const fleet = (name: string, metadata = "", spec = 'nodes: {id: ["*"]}') =>
  `apiVersion: portolan.dev/v1alpha1\nkind: Fleet\nmetadata: {name: ${name}${metadata}}\nspec: {${spec}}\n`;

const build = (files: Record<string, string>) => buildFiles(new Map(Object.entries(files)));

describe("a Fleet has no namespace", () => {
  test("two of one name are duplicates whatever namespaces they name, and one name is one fleet", async () => {
    const { fleets, problems } = await build({ "a.yaml": fleet("edge", ", namespace: a"), "b.yaml": fleet("edge", ", namespace: b") });
    expect(fleets.map((each) => each.fleet)).toEqual(["edge"]);
    expect(problems).toMatchObject([
      { code: "document/duplicate", at: { path: "b.yaml" }, message: expect.stringContaining("Fleet/edge") },
    ]);
  });

  test("so a namespace that is none does not harm it", async () => {
    const { fleets, problems } = await build({ "a.yaml": fleet("edge", ', namespace: "Not A Label"') });
    expect(fleets.map((each) => each.fleet)).toEqual(["edge"]);
    expect(problems).toEqual([]);
  });
});

const listener = `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;

describe("a Fleet that cannot be used", () => {
  const unusable = { code: "fleet/unusable", severity: "error", effect: "held-back", at: expect.objectContaining({ path: "fleet.yaml" }) };

  test.each([
    ["with a mistake that leaves it out", fleet("edge", "", "nodes: 5")],
    ["of a version that there is not", fleet("edge").replace("v1alpha1", "v9")],
    ["with a key that stands twice", fleet("edge", "", "nodes: {}, nodes: {}")],
    ["without a name", fleet('""')],
    ["in a file that is no YAML", `${fleet("edge")}  x: "\n`],
    ["in a file that is no UTF-8", Buffer.from(`${fleet("edge")}# \xff\n`, "latin1")],
    ["in a file that is too large", `${fleet("edge")}${"# too large\n".repeat(100_000)}`],
    ["in a file with a private key", `${fleet("edge")}# -----BEGIN PRIVATE KEY-----\n`],
  ])("%s is there all the same: no fleet takes its nodes (fleet/unusable)", async (_, text) => {
    const { fleets, problems } = await buildFiles(
      new Map<string, string | Uint8Array>([
        ["fleet.yaml", text],
        ["http.yaml", listener],
      ]),
    );
    expect(fleets).toEqual([]);
    expect(problems).toContainEqual(expect.objectContaining(unusable));
  });

  test("stops no other fleet", async () => {
    const { fleets } = await build({ "fleet.yaml": fleet("edge", "", "nodes: 5"), "west.yaml": fleet("west") });
    expect(fleets.map((each) => each.fleet)).toEqual(["west"]);
  });

  test.each([
    ["of another kind", "apiVersion: portolan.dev/v1alpha1\nkind: Upstream\nspec: {x: \n", {}],
    ["of another group", "apiVersion: example.com/v1\nkind: Fleet\nspec: {x: \n", {}],
    ["outside the control paths", `${fleet("edge")}  x: "\n`, { controlPaths: ["control/**"] }],
  ])("one %s is none", async (_, text, settings) => {
    const { fleets, problems } = await buildFiles(new Map([["fleet.yaml", text]]), settings);
    expect(fleets.map((each) => each.fleet)).toEqual(["default"]);
    expect(problems.map((problem) => problem.code)).not.toContain("fleet/unusable");
  });
});
