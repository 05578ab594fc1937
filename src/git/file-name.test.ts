import fc from "fast-check";
import { expect, test } from "vitest";
import { nameBytes, nameText } from "./file-name.ts";

test("every name leads back to its bytes, and two names are never the same text", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(Buffer.compare(nameBytes(nameText(bytes)), bytes)).toBe(0);
    }),
  );
});

test("a valid name is itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (name) => {
      expect(nameText(Buffer.from(name))).toBe(name);
    }),
  );
  expect(nameText(Buffer.from("\ufeffä"))).toBe("\ufeffä");
});
