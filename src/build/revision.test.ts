import { expect, it } from "vitest";
import { programRevision } from "./revision.ts";

it("names one program by one short word", () => {
  expect(programRevision()).toMatch(/^[0-9a-f]{16}$/);
  expect(programRevision()).toBe(programRevision());
});
