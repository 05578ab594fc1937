import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kindsPages } from "./kinds-page.ts";
import { root } from "./source-files.ts";

test.each([...kindsPages()])("%s lists every kind and field as the tables have it (npm run generate writes it)", (path, text) => {
  expect(readFileSync(join(root, "docs/reference", path), "utf8")).toBe(text);
});
