import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { JsonValue } from "../model/json.ts";
import { readSpec } from "./schema.ts";

const schema = z.strictObject({
  name: z.string(),
  port: z.number().int().min(1).max(100).optional(),
  on: z.boolean().optional(),
  mode: z.enum(["a", "b"]).optional(),
  list: z.array(z.number().int()).optional(),
  map: z.record(z.string(), z.strictObject({ value: z.string(), append: z.boolean().optional() })).optional(),
  inner: z.strictObject({ must: z.string(), may: z.string().optional() }).optional(),
  special: z
    .string()
    .superRefine((value, ctx) => {
      if (value === "bad")
        ctx.issues.push({
          code: "custom",
          input: value,
          message: "must not be bad",
          params: { code: "document/bad-duration", effect: "substituted", fix: "be good" },
        });
    })
    .optional(),
});

function read(value: JsonValue, unknownField: "error" | "warning" = "warning") {
  const { spec, findings } = readSpec(schema, value, { pointer: "/spec", unknownField });
  return { spec, found: findings.map(({ code, severity, effect, pointer, on }) => `${code} ${severity} ${effect} ${pointer} ${on}`) };
}

test("what fits is read without a word", () => {
  const value = { name: "x", port: 5, on: true, mode: "a", list: [1], map: { k: { value: "v" } }, inner: { must: "m" } };
  expect(read(value)).toEqual({ spec: value, found: [] });
});

test.each([
  ["an unknown field", { prot: 5 }, {}, "document/unknown-field warning field-ignored /spec/prot key"],
  ["a wrong type", { port: "five" }, {}, "document/wrong-type error field-ignored /spec/port value"],
  ["a fraction", { port: 1.5 }, {}, "document/wrong-type error field-ignored /spec/port value"],
  ["null", { port: null }, {}, "document/wrong-type error field-ignored /spec/port value"],
  ["a range", { port: 101 }, {}, "document/out-of-range error field-ignored /spec/port value"],
  ["an enum", { mode: "c" }, {}, "document/bad-enum error field-ignored /spec/mode value"],
  ["an item of a list", { list: [1, "x", 3] }, { list: [1, 3] }, "document/wrong-type error field-ignored /spec/list/1 value"],
  [
    "a value of a map",
    { map: { a: { value: "v" }, "b/c": 7 } },
    { map: { a: { value: "v" } } },
    "document/wrong-type error field-ignored /spec/map/b~1c value",
  ],
  [
    "something required within something optional",
    { inner: { may: "x" } },
    {},
    "document/missing-field error field-ignored /spec/inner key",
  ],
  [
    "a field inside",
    { inner: { must: "x", mya: "y" } },
    { inner: { must: "x" } },
    "document/unknown-field warning field-ignored /spec/inner/mya key",
  ],
  ["a rule of its own", { special: "bad" }, {}, "document/bad-duration error substituted /spec/special value"],
])("%s is dropped and the rest is read", (_, wrong, kept, finding) => {
  expect(read({ name: "x", ...wrong } as JsonValue)).toEqual({ spec: { name: "x", ...kept }, found: [finding] });
});

test.each([
  ["a number as a string", { port: "30" }, { port: 30 }, []],
  ["yes", { on: "yes" }, { on: true }, ["document/yaml11-bool info none /spec/on value"]],
  ["Off", { on: "Off" }, { on: false }, ["document/yaml11-bool info none /spec/on value"]],
  ["a number as a string, in a list", { list: ["7"] }, { list: [7] }, []],
])("%s is taken for what is meant", (_, written, meant, found) => {
  expect(read({ name: "x", ...written })).toEqual({ spec: { name: "x", ...meant }, found });
});

describe("what is required", () => {
  test("and missing leaves the document out", () => {
    expect(read({ port: 5 })).toEqual({ spec: undefined, found: ["document/missing-field error left-out /spec key"] });
  });

  test("and of a wrong type leaves the document out, with one finding", () => {
    expect(read({ name: 7 })).toEqual({ spec: undefined, found: ["document/wrong-type error left-out /spec/name value"] });
  });

  test.each([[null], ["text"], [[1]], [7]])("as a whole: %j", (value) => {
    expect(read(value)).toEqual({ spec: undefined, found: ["document/wrong-type error left-out /spec value"] });
  });
});

test("all mistakes of one document are found at once", () => {
  const { spec, found } = read({ name: "x", prot: 1, port: 0, mode: "z", list: ["a", "b"], inner: { must: 1 } });
  expect(spec).toEqual({ name: "x", list: [] });
  expect(found.map((text) => text.split(" ")[3]).sort()).toEqual(
    ["/spec/inner/must", "/spec/list/0", "/spec/list/1", "/spec/mode", "/spec/port", "/spec/prot"].sort(),
  );
});

test("an unknown field of our own kinds is an error", () => {
  expect(read({ name: "x", nonsense: 1 }, "error").found).toEqual(["document/unknown-field error field-ignored /spec/nonsense key"]);
});

test.each([
  ["prot", "did you mean port?"],
  ["completelyDifferent", "remove it"],
])("the fix for %s: %s", (key, fix) => {
  const { findings } = readSpec(schema, { name: "x", [key]: 1 }, { pointer: "", unknownField: "warning" });
  expect(findings[0]?.fix).toBe(fix);
});

test("a suggestion comes from the object in which the field stands", () => {
  const { findings } = readSpec(schema, { name: "x", map: { k: { value: "v", apend: true } } }, { pointer: "", unknownField: "warning" });
  expect(findings[0]).toMatchObject({ pointer: "/map/k/apend", fix: "did you mean append?" });
});

test("a field called __proto__ is a field like any other", () => {
  const value = JSON.parse('{"name": "x", "__proto__": {"on": true}}') as JsonValue;
  expect(read(value)).toEqual({ spec: { name: "x" }, found: ["document/unknown-field warning field-ignored /spec/__proto__ key"] });
});

test("as many mistakes as a file can hold are all found, and the value that is read stays as it is", () => {
  const list = Array.from({ length: 10_000 }, () => "x");
  const map = Object.fromEntries(list.map((_, i) => [`k${i}`, { value: 5 }]));
  const value = { name: "x", list, map };
  const { spec, findings } = readSpec(schema, value, { pointer: "", unknownField: "warning" });
  expect(findings).toHaveLength(20_000);
  expect(spec).toEqual({ name: "x", list: [], map: {} });
  expect([value.list.length, Object.keys(value.map).length]).toEqual([10_000, 10_000]);
});
