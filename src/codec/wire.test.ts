import fc from "fast-check";
import protobuf from "protobufjs";
import { expect, test } from "vitest";
import { fields, join, lengthDelimited, lengthHeader, MalformedMessage, text, varintField } from "./wire.ts";

const read = (bytes: Iterable<number>) => [...fields(Uint8Array.from(bytes))].map((field) => ({ ...field, bytes: [...field.bytes] }));

test("all wire types, in the order in which they stand", () => {
  expect(read([0x08, 0x96, 0x01, 0x12, 2, 104, 105, 0x1d, 1, 2, 3, 4, 0x09, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual([
    { number: 1, wireType: 0, bytes: [], varint: 150 },
    { number: 2, wireType: 2, bytes: [104, 105], varint: 0 },
    { number: 3, wireType: 5, bytes: [1, 2, 3, 4], varint: 0 },
    { number: 1, wireType: 1, bytes: [1, 2, 3, 4, 5, 6, 7, 8], varint: 0 },
  ]);
});

test("payloads are views, not copies", () => {
  const message = Uint8Array.from([0x0a, 1, 7]);
  const [field] = fields(message);
  expect(field?.bytes.buffer).toBe(message.buffer);
});

test("a varint above the safe integers is clamped", () => {
  const [field] = read([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  expect(field?.varint).toBe(Number.MAX_SAFE_INTEGER);
});

test.each<[string, number[]]>([
  ["a tag that is cut", [0x88]],
  ["a varint that is cut", [0x08, 0x80]],
  ["a varint of eleven bytes", [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]],
  ["a length that is missing", [0x0a]],
  ["a payload that is cut", [0x0a, 3, 1, 2]],
  ["a length that is huge", [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
  ["four bytes that are cut", [0x0d, 1, 2, 3]],
  ["eight bytes that are cut", [0x09, 1, 2, 3, 4, 5, 6, 7]],
  ["the start of a group", [0x0b]],
  ["the end of a group", [0x0c]],
  ["a wire type that is not used", [0x0e]],
  ["field 0", [0x00, 1]],
  ["a field number above the highest", [0x80, 0x80, 0x80, 0x80, 0x10, 1]],
])("%s is malformed", (_, bytes) => {
  expect(() => read(bytes)).toThrow(MalformedMessage);
});

test("any bytes are read or refused as malformed, and nothing else happens", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      try {
        for (const field of fields(bytes)) expect(field.bytes.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedMessage);
      }
    }),
  );
});

test.each([
  ["ASCII", [0x61], "a"],
  ["a byte order mark, which is text", [0xef, 0xbb, 0xbf, 0x61], "\ufeffa"],
  ["beyond the basic plane", [0xf0, 0x9f, 0x9a, 0xa2], "🚢"],
  ["nothing", [], ""],
])("%s is text", (_, bytes, expected) => {
  expect(text(Uint8Array.from(bytes))).toBe(expected);
});

test.each([
  ["a byte that begins nothing", [0xff]],
  ["a sequence that is cut", [0xc3]],
  ["a surrogate", [0xed, 0xa0, 0x80]],
  ["an overlong form", [0xc0, 0xaf]],
])("%s is no text", (_, bytes) => {
  expect(() => text(Uint8Array.from(bytes))).toThrow(MalformedMessage);
});

test("what is written is what protobufjs writes", () => {
  const number = fc.integer({ min: 1, max: 0x1fffffff });
  fc.assert(
    fc.property(number, fc.uint8Array({ maxLength: 300 }), fc.string({ unit: "grapheme" }), fc.maxSafeNat(), (id, bytes, string, value) => {
      const tag = (wireType: number) => protobuf.Writer.create().uint64(id * 8 + wireType);
      expect(lengthDelimited(id, bytes)).toEqual(Uint8Array.from(tag(2).bytes(bytes).finish()));
      expect(lengthDelimited(id, string)).toEqual(Uint8Array.from(tag(2).string(string).finish()));
      expect(varintField(id, value)).toEqual(Uint8Array.from(tag(0).uint64(value).finish()));
      expect(join([lengthHeader(id, bytes.length), bytes])).toEqual(lengthDelimited(id, bytes));
    }),
  );
});

test("parts are joined in order", () => {
  expect(join([])).toEqual(new Uint8Array(0));
  expect(join([Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3)])).toEqual(Uint8Array.of(1, 2, 3));
});
