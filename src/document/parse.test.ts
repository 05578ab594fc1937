import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ParsedFile } from "./document.ts";
import { limits } from "./limits.ts";
import { locate } from "./locate.ts";
import { parseFile } from "./parse.ts";

const groups = new Set(["getambassador.io", "portolan.dev"]);

function parse(text: string): ParsedFile {
  return parseFile(new TextEncoder().encode(text), groups);
}

const head = "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\n";

/** A routing document whose spec is the given text. */
function mapping(spec: string): string {
  return `${head}metadata: {name: a}\nspec: ${spec}\n`;
}

describe("documents", () => {
  it("gives group, version, kind and plain values, without status", () => {
    const file = parse(`${mapping("{prefix: /a/, weight: 10, on: true, none: ~, list: [1.5, x]}")}status: {state: Running}\n`);
    expect(file).toEqual({
      documents: [
        {
          index: 0,
          group: "getambassador.io",
          version: "v3alpha1",
          kind: "Mapping",
          value: {
            apiVersion: "getambassador.io/v3alpha1",
            kind: "Mapping",
            metadata: { name: "a" },
            spec: { prefix: "/a/", weight: 10, on: true, none: null, list: [1.5, "x"] },
          },
          findings: [],
        },
      ],
      ignored: 0,
      findings: [],
      size: 164,
    });
  });

  it("counts every document of the file, also empty and foreign ones", () => {
    const file = parse(`---\n---\n${mapping("{}")}---\napiVersion: apps/v1\nkind: Deployment\n---\n${mapping("{}")}...\n`);
    expect(file.documents.map((document) => document.index)).toEqual([1, 3]);
    expect(file.ignored).toBe(1);
  });

  it("puts the items of a list in its place", () => {
    const item = "- apiVersion: getambassador.io/v3alpha1\n  kind: Mapping\n  metadata: {name: x}\n";
    const file = parse(
      `${mapping("{}")}---\napiVersion: v1\nkind: List\nitems:\n${item}- apiVersion: v1\n  kind: Pod\n${item}---\n${mapping("{}")}`,
    );
    expect(file.documents.map((document) => document.index)).toEqual([0, 1, 3, 4]);
    expect(file.ignored).toBe(1);
  });

  it.each([
    ["CR LF", `${head}metadata: {name: a}\nspec:\n  text: |\n    a\n    b\n`.replaceAll("\n", "\r\n"), { text: "a\nb\n" }],
    ["a byte order mark", `\ufeff${mapping("{a: 1}")}`, { a: 1 }],
    ["a directive for YAML 1.1", `%YAML 1.1\n---\n${mapping("{a: yes, b: 010}")}`, { a: "yes", b: 10 }],
    ["an unknown tag", mapping("{a: !env X, b: !!binary aGk=}"), { a: "X", b: "aGk=" }],
    ["an anchor that nothing refers to", mapping("{a: &x 1}"), { a: 1 }],
    ["a merge key as an ordinary key", mapping("{<<: {a: 1}}"), { "<<": { a: 1 } }],
    ["numbers that JSON does not have", mapping("{a: .inf, b: -.Inf, c: .nan, d: -0}"), { a: ".inf", b: "-.Inf", c: ".nan", d: 0 }],
    ["keys that are no strings", mapping("{1: a, true: b, ~: c}"), { "1": "a", true: "b", "": "c" }],
    ["JSON", JSON.stringify({ apiVersion: "getambassador.io/v3alpha1", kind: "Mapping", spec: { a: [1] } }), { a: [1] }],
  ])("reads %s", (_, text, spec) => {
    const [document] = parse(text).documents;
    expect(document?.value.spec).toEqual(spec);
    expect(document?.findings).toEqual([]);
  });

  it("keeps names of the prototype as names, and takes no document with __proto__", () => {
    const [document] = parse(mapping("{__proto__: {polluted: 1}, constructor: {prototype: {polluted: 1}}, toString: x}")).documents;
    const spec = document?.value.spec as object;
    expect(Object.keys(spec)).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.getPrototypeOf(spec)).toBe(Object.prototype);
    expect(document?.findings).toMatchObject([
      { code: "document/unknown-field", effect: "left-out", pointer: "/spec/__proto__", on: "key" },
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
  });
});

describe("what is wrong with a document", () => {
  it("leaves out the document with a duplicate key and no other", () => {
    const file = parse(`${mapping("{a: 1, b: {c: 1, c: 2, c: 3}}")}---\n${mapping("{a: 1}")}`);
    expect(file.documents.map((document) => document.findings.map((found) => [found.code, found.effect, found.pointer, found.on]))).toEqual(
      [
        [
          ["document/duplicate-key", "left-out", "/spec/b/c", "key"],
          ["document/duplicate-key", "left-out", "/spec/b/c", "key"],
        ],
        [],
      ],
    );
  });

  it("tells of a duplicate key in an item by its pointer in the item", () => {
    const file = parse("apiVersion: v1\nkind: List\nitems:\n- apiVersion: getambassador.io/v2\n  kind: Host\n  spec: {a: 1, a: 2}\n");
    expect(file.documents[0]?.findings[0]).toMatchObject({ code: "document/duplicate-key", pointer: "/spec/a" });
  });

  it.each([
    ["a key that is a mapping", mapping("{{x: 1}: y}"), "document/syntax", "/spec"],
    ["half a surrogate pair", mapping('{a: "\\ud800"}'), "document/syntax", "/spec/a"],
    ["no kind", "apiVersion: getambassador.io/v2\n", "document/missing-field", ""],
    ["a kind that is no string", "apiVersion: getambassador.io/v2\nkind: [Mapping]\n", "document/wrong-type", "/kind"],
    ["a namespace that is no label", `${head}metadata: {name: a, namespace: "a/b"}\n`, "document/bad-namespace", "/metadata/namespace"],
    ["a namespace that is no string", `${head}metadata: {name: a, namespace: 7}\n`, "document/bad-namespace", "/metadata/namespace"],
  ])("leaves out a document with %s", (_, text, code, pointer) => {
    const [document] = parse(text).documents;
    expect(document?.findings).toMatchObject([{ code, pointer, severity: "error", effect: "left-out" }]);
  });

  it("reads a known group without a version", () => {
    expect(parse("apiVersion: getambassador.io\nkind: Mapping\n").documents[0]).toMatchObject({ group: "getambassador.io", version: "" });
  });
});

describe("documents of others", () => {
  it.each([
    ["v1", 0],
    ["apps/v1", 0],
    ["getambassador.example/v1", 0],
    ["getambassador.com/v1", 1],
    ["getambasador.io/v1", 1],
    ["portolan.de/v1", 1],
  ])("warns of %s only if it looks misspelt", (apiVersion, warnings) => {
    const file = parse(`a: 1\n---\napiVersion: ${apiVersion}\nkind: X\nspec: {a: 1, a: 2}\n`);
    expect(file.documents).toEqual([]);
    expect(file.ignored).toBe(2);
    expect(file.findings).toHaveLength(warnings);
    if (warnings > 0)
      expect(file.findings[0]).toMatchObject({ code: "document/unknown-group", severity: "warning", effect: "none", index: 1 });
  });

  it.each(["", "# nothing\n", "---\n---\n", "\ufeff", "just text", "- 1\n- 2\n", "7"])("says nothing about %j", (text) => {
    expect(parse(text)).toMatchObject({ documents: [], findings: [] });
    expect(parse(text).unreadable).toBeUndefined();
  });

  it.each(["a: b: c\n", "{{- if .Values.x }}\na: 1\n{{ end }}\n", "a: [\n", "\t- x", "a: \0\n"])(
    "ignores %j, which is not YAML, and keeps why",
    (text) => {
      const { torn, ...file } = parse(text);
      expect(file).toEqual({ documents: [], ignored: 1, findings: [], size: Buffer.byteLength(text) });
      expect(torn).toMatchObject({ code: "document/syntax", line: expect.any(Number), column: expect.any(Number) });
    },
  );
});

describe("unreadable files", () => {
  const broken = `${mapping("{}")}---\n${head}metadata:\n  name: a\n spec: {}\n`;

  it("names line and column of a syntax error in a file that names a known group", () => {
    const { documents, unreadable } = parse(broken);
    expect(documents).toEqual([]);
    expect(unreadable).toMatchObject({ code: "document/syntax", severity: "error", effect: "left-out", line: 10, column: 1 });
  });

  it.each([
    ["- apiVersion: getambassador.io/v2\n- : : :\n\t"],
    ['{"apiVersion": "getambassador.io/v2", "kind" "Mapping"}'],
    ["# apiVersion: portolan.dev/v1alpha1\na: b: c\n"],
  ])("knows its own in %j", (text) => {
    expect(parse(text).unreadable?.code).toBe("document/syntax");
  });

  it("does not quote the text in messages", () => {
    for (const text of [
      `${head}a: "x" geheim\n`,
      `${head}a: \`geheim\n`,
      `${head}a: {x} geheim\n`,
      `${head}a: "\\geheim"\n`,
      `${head}? geheim\nx`,
    ]) {
      expect(parse(text).unreadable?.message ?? "").not.toMatch(/geheim/);
    }
  });

  const deep = (depth: number) => `apiVersion: getambassador.io/v2\nkind: X\nspec: ${"[".repeat(depth)}1${"]".repeat(depth)}\n`;

  it("reads 64 levels and no more", () => {
    expect(parse(deep(63)).documents).toHaveLength(1);
    expect(parse(deep(64)).unreadable).toMatchObject({ code: "document/too-large", severity: "error" });
  });

  it.each([
    ["100,000 levels in flow", `${head}a: ${"[".repeat(100_000)}`],
    ["100,000 levels of dashes", `${head}a:\n  ${"- ".repeat(100_000)}`],
    ["100,000 levels of explicit keys", `${head}a:\n  ${"? ".repeat(100_000)}`],
    ["an alias", `${head}a: &x 1\nb: *x\n`],
    ["an alias bomb", `${head}a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n`],
    ["an alias to itself", `${head}a: &a [*a]\n`],
    ["too many documents", `${mapping("{}")}${"---\na: 1\n".repeat(limits.documents)}`],
    ["too many items", `${mapping("{}")}---\napiVersion: v1\nkind: List\nitems: [${"{},".repeat(limits.documents)}]\n`],
    ["too many bytes", `${mapping("{}")}#${" ".repeat(limits.size)}`],
    ["too many tokens", `${head}a: [${"1,".repeat(limits.tokens / 2)}]`],
  ])("refuses %s", (_, text) => {
    expect(parse(text)).toMatchObject({ documents: [], unreadable: { code: "document/too-large", severity: "error", effect: "left-out" } });
  });

  it("only warns of a file over a limit that holds nothing of Portolan's", () => {
    expect(parse("a: &a 1\nb: *a\n")).toMatchObject({
      ignored: 1,
      unreadable: { code: "document/too-large", severity: "warning", effect: "none", line: 2, column: 4 },
    });
    expect(parse(" ".repeat(limits.size + 1)).unreadable).toMatchObject({ severity: "warning" });
  });

  it("takes 1,000 documents of 1 MiB", () => {
    const text = Array(1000).fill(mapping("{}")).join("---\n");
    expect(parse(`${text}#${" ".repeat(limits.size - text.length - 1)}`).documents).toHaveLength(1000);
  });

  it.each([
    ["a byte that is not UTF-8", [0x61, 0x3a, 0xff]],
    ["an overlong form", [0xc0, 0xaf]],
    ["an encoded surrogate", [0xed, 0xa0, 0x80]],
    ["UTF-16", [0xff, 0xfe, 0x61, 0x00]],
  ])("refuses %s", (_, bytes) => {
    expect(parseFile(new Uint8Array(bytes), groups).unreadable).toMatchObject({ code: "document/not-utf8", severity: "warning" });
    const known = new Uint8Array([...new TextEncoder().encode(head), ...bytes]);
    expect(parseFile(known, groups).unreadable).toMatchObject({ code: "document/not-utf8", severity: "error" });
  });

  it("refuses NUL at its place", () => {
    expect(parse(`${head}a: "x\0y"\n`).unreadable).toMatchObject({ code: "document/syntax", line: 3, column: 6 });
  });

  it("refuses a pointer of Git LFS", () => {
    expect(parse("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n").unreadable?.code).toBe("source/lfs-pointer");
  });
});

describe("secrets", () => {
  const begin = "-----BEGIN PRIVATE KEY-----";

  it.each([
    ["a value", `${mapping("{}")}---\na: |\n  ${begin}\n  MIIE\n`, 7],
    ["a comment", `${mapping("{}")}# ${begin}\n`, 5],
    ["a foreign document", `apiVersion: v1\nkind: ConfigMap\ndata:\n  k: "-----BEGIN RSA PRIVATE KEY-----\\nMII"\n`, 4],
    ["a file that is not YAML", `a: b: c\n-----BEGIN EC PRIVATE KEY-----\n`, 2],
    ["an age identity", "a: AGE-SECRET-KEY-1QQQ\n", 1],
  ])("refuses a private key in %s", (_, text, line) => {
    expect(parse(text)).toMatchObject({ documents: [], unreadable: { code: "secret/plaintext", severity: "error", line } });
  });

  it.each(["-----BEGIN CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----", "-----BEGIN ENCRYPTED PRIVATE KEY-----"])("reads %s", (text) => {
    expect(parse(mapping(`{a: ${JSON.stringify(text)}}`)).documents).toHaveLength(1);
  });

  it.each(["data", "stringData"])("leaves out a Secret with %s, and nothing else", (field) => {
    const file = parse(`${mapping("{}")}---\napiVersion: v1\nkind: Secret\n${field}:\n  k: |\n    ${begin}\n    geheim\n`);
    expect(file.documents).toHaveLength(1);
    expect(file.findings).toMatchObject([
      {
        code: "secret/plaintext",
        severity: "error",
        effect: "left-out",
        index: 1,
        pointer: "/kind",
        message: expect.stringContaining(`the ${field} of`),
      },
    ]);
    expect(JSON.stringify(file)).not.toMatch(/geheim/);
  });

  it("finds a Secret in a list", () => {
    const file = parse(`apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  stringData: {k: "${begin}"}\n`);
    expect(file.findings).toMatchObject([{ code: "secret/plaintext", index: 0 }]);
    expect(file.unreadable).toBeUndefined();
  });

  it.each([
    ["holds nothing", "data: {}\n", 0],
    ["is encrypted", "data: {k: 'ENC[AES256_GCM,data:x]'}\nsops: {version: 3.8.1}\n", 0],
    ["only says that it is encrypted", "data: {k: aGk=}\nsops: {version: 3.8.1}\n", 1],
    ["only looks encrypted", "data: {k: 'ENC[x]'}\n", 1],
  ])("judges a Secret that %s", (_, rest, findings) => {
    expect(parse(`apiVersion: v1\nkind: Secret\n${rest}`).findings).toHaveLength(findings);
  });
});

describe("any bytes", () => {
  const fragments = fc.constantFrom(
    ..."apiVersion: getambassador.io/v3alpha1\n|kind: Mapping\n|kind: List\n|apiVersion: v1\n|items:\n|---\n|...\n|- |? |: |{|}|[|]|,|&a |*a |!t |\"|'|\\|>|#|%|\t|\r\n|\n|  |a|1|<<: |__proto__: |\0|\ufeff|😀|\u2028|-----BEGIN PRIVATE KEY-----".split(
      "|",
    ),
    "|",
  );
  const file = fc.oneof(
    fc.uint8Array({ maxLength: 500 }),
    fc.array(fragments, { maxLength: 60 }).map((parts) => new TextEncoder().encode(parts.join(""))),
  );

  it("give a result that is JSON, with every document at a place", () => {
    fc.assert(
      fc.property(file, (bytes) => {
        const parsed = parseFile(bytes, groups);
        expect(JSON.parse(JSON.stringify(parsed))).toEqual(parsed);
        if (parsed.unreadable !== undefined) expect(parsed.documents).toEqual([]);
        const indices = [...parsed.documents, ...parsed.findings].map((one) => one.index);
        for (const index of indices) expect(locate(bytes, index, "", "value")).toBeDefined();
        expect(new Set(parsed.documents.map((document) => document.index)).size).toBe(parsed.documents.length);
        for (const document of parsed.documents) {
          for (const found of document.findings) expect(locate(bytes, document.index, found.pointer, found.on)).toBeDefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  const filled = (unit: string, before = "") => before + unit.repeat(Math.floor((limits.size - before.length) / unit.length));
  it.each(["[", "- ", "? ", "@\n", "%A\n", '"', "*", "!a ", "a: 1\n", "#\n", "---\n", ":\n", "[],"])(
    "of 1 MiB of %j are read in bounded time",
    (unit) => {
      const started = performance.now();
      for (const text of [filled(unit), filled(unit, `${head}a: `)]) parse(text);
      // Each takes about a second; what is not linear takes minutes.
      expect(performance.now() - started).toBeLessThan(20_000);
    },
  );
});
