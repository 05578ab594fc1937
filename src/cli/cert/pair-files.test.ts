import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Authority } from "../../../test/support/certificates.ts";
import { isDue } from "./pair-files.ts";

const day = 24 * 60 * 60 * 1000;
let dir: string;
let certificate: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "portolan-due-"));
  certificate = readFileSync(new Authority(dir).issue("a", "DNS:a", 90).cert, "utf8");
});
afterAll(() => rmSync(dir, { recursive: true }));

test.each([
  [0, false],
  [59, false],
  [61, true],
  [91, true],
])("after %i of 90 days it is due: %j", (days, due) => {
  expect(isDue(certificate, Date.now() + days * day)).toBe(due);
});

test("what cannot be read is due", () => {
  expect(isDue("no certificate", 0)).toBe(true);
});
