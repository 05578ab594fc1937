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
