import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { outputSchemas } from "./output-schemas.ts";

const folder = new URL("../../docs/schemas/", import.meta.url);

test("docs/schemas is what the shapes give: npm run generate", () => {
  const written = readdirSync(folder).map((name): [string, string] => [name, readFileSync(new URL(name, folder), "utf8")]);
  expect(new Map(written.sort())).toEqual(new Map([...outputSchemas()].sort()));
});
