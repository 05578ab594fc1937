import { describe, expect, test } from "vitest";
import { BadMessage, MessageReader, messagePrefix } from "./message-reader.ts";

const framed = (...messages: string[]) => Buffer.concat(messages.flatMap((one) => [messagePrefix(one.length), Buffer.from(one)]));
const texts = (messages: readonly Uint8Array[]) => messages.map((one) => Buffer.from(one).toString());

describe("messages of a call", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 100])("are found in chunks of %d bytes", (size) => {
    const bytes = framed("first", "", "a second one", "x");
    const reader = new MessageReader(100);
    const found: string[] = [];
    for (let at = 0; at < bytes.length; at += size) found.push(...texts(reader.push(bytes.subarray(at, at + size))));
    expect(found).toEqual(["first", "", "a second one", "x"]);
  });

  test("may have as many bytes as the limit says, and not one more", () => {
    expect(texts(new MessageReader(3).push(framed("abc")))).toEqual(["abc"]);
    const tooLarge = framed("abcd").subarray(0, 5);
    expect(() => new MessageReader(3).push(tooLarge)).toThrow(expect.objectContaining({ code: 8 }));
  });

  test("are not compressed", () => {
    const compressed = framed("abc");
    compressed[0] = 1;
    expect(() => new MessageReader(3).push(compressed)).toThrow(BadMessage);
  });

  test("end where they are cut: nothing comes of it", () => {
    expect(new MessageReader(100).push(framed("abc").subarray(0, 7))).toEqual([]);
  });
});
