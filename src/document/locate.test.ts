import { describe, expect, it } from "vitest";
import { frame } from "./frame.ts";
import { locate } from "./locate.ts";

const text = `# comment
apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata:
  name: a
spec:
  prefix: /a/
  "a/b~c": 1
  empty:
  headers:
  - name: x
    value: "😀" # wide
  - {name: "😀", value: y}
  block: |
    one
  twice: 1
  twice: 2
---
apiVersion: v1
kind: List
items:
- kind: A
  spec: {x: 1}
-
- kind: B
  spec: {x: 2}
---
---
kind: C
`;

function at(index: number, pointer: string, on: "key" | "value" = "value", of = text): string {
  const place = locate(new TextEncoder().encode(of), index, pointer, on);
  return place === undefined ? "nowhere" : `${place.line}:${place.column}`;
}

describe("locate", () => {
  it.each([
    ["the document", 0, "", "value", "2:1"],
    ["a value", 0, "/spec/prefix", "value", "7:11"],
    ["a key", 0, "/spec/prefix", "key", "7:3"],
    ["an escaped step", 0, "/spec/a~1b~0c", "value", "8:12"],
    ["an absent value, at its key", 0, "/spec/empty", "value", "9:3"],
    ["an item", 0, "/spec/headers/1", "value", "13:5"],
    ["a field of an item, columns in code points", 0, "/spec/headers/1/value", "value", "13:24"],
    ["a block scalar", 0, "/spec/block", "value", "14:10"],
    ["the last of equal keys", 0, "/spec/twice", "key", "17:3"],
    ["the key above what is missing", 0, "/spec/none/at/all", "value", "6:1"],
    ["the key above a missing item", 0, "/spec/headers/7", "value", "10:3"],
    ["what is below a scalar, at its key", 0, "/spec/prefix/0", "key", "7:3"],
    ["the document above what is missing", 0, "/none", "key", "2:1"],
    ["the first item of a list", 1, "", "value", "22:3"],
    ["a field of it", 1, "/spec/x", "value", "23:13"],
    ["the third item", 3, "/spec/x", "key", "26:10"],
    ["the document after a list and an empty one", 5, "/kind", "value", "29:7"],
    ["a document that is not there", 6, "", "value", "nowhere"],
  ] as const)("finds %s", (_, index, pointer, on, place) => {
    expect(at(index, pointer, on)).toBe(place);
  });

  it.each([
    ["CR LF", text.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${text}`],
  ])("finds the same with %s", (_, variant) => {
    expect(at(0, "/spec/headers/1/value", "value", variant)).toBe("13:24");
    expect(at(0, "", "value", variant)).toBe("2:1");
  });

  it("finds nothing in a file that cannot be read", () => {
    expect(at(0, "", "value", "a: b: c")).toBe("nowhere");
    expect(locate(new Uint8Array([0xff]), 0, "", "key")).toBeUndefined();
  });
});

describe("frame", () => {
  it("shows the line with a caret and a note", () => {
    expect(frame('a\n        port: "8080"\nb', 2, 15, "remove the quotes")).toBe(
      '    2 |         port: "8080"\n      |               ^ remove the quotes',
    );
  });

  it.each([
    ["tabs as blanks", "\ta", 1, 2, "    1 |  a\n      |  ^"],
    ["CR LF", "a\r\nb\r\n", 1, 2, "    1 | a\n      |  ^"],
    ["a column beyond the line", "ab", 1, 99, "    1 | ab\n      |   ^"],
    ["a line beyond the text", "a\nb", 9, 1, "    2 | b\n      | ^"],
    ["an empty text", "", 0, 0, "    1 | \n      | ^"],
    ["a character of two units as one", "😀x", 1, 2, "    1 | 😀x\n      |  ^"],
    ["nothing that speaks to the terminal", "\u001b[31mx", 1, 1, "    1 | \ufffd[31mx\n      | ^"],
  ])("shows %s", (_, source, line, column, shown) => {
    expect(frame(source, line, column)).toBe(shown);
  });

  it("cuts a long line around the column", () => {
    const [shown, caret] = frame(`${"a".repeat(5000)}X${"b".repeat(5000)}`, 1, 5001).split("\n");
    expect(shown).toHaveLength(8 + 120);
    expect(shown?.[caret?.indexOf("^") ?? 0]).toBe("X");
  });

  it("does not show a private key", () => {
    expect(frame('k: "-----BEGIN PRIVATE KEY-----\\nMIIgeheim"', 1, 1)).not.toMatch(/geheim/);
    expect(frame("k: AGE-SECRET-KEY-1GEHEIM", 1, 30)).not.toMatch(/GEHEIM/);
  });
});
