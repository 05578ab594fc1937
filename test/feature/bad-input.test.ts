import { expect, test } from "vitest";
import { buildFiles } from "../../src/build/offline.ts";
import { show } from "../../src/build/show.ts";
import { RDS } from "../../src/envoy/type-url.ts";
import type { MemoryFile } from "../../src/git/memory.ts";

const ambassador = (kind: string, name: string, spec: string) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: {${spec}}\n`;
const mapping = (name: string, more = "") => ambassador("Mapping", name, `hostname: "*", prefix: /${name}/, service: a${more}`);
const good = [
  ambassador("Listener", "l", "port: 80, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}"),
  ambassador("Host", "h", 'hostname: "*", requestPolicy: {insecure: {action: Route}}'),
  mapping("good"),
].join("---\n");
const binary = Buffer.from([...Buffer.from(mapping("x")), 0xff, 0xfe, 0x00]);
const bomb = `${mapping("x")}---\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n`;
const key = ["-----BEGIN", "PRIVATE KEY-----"].join(" ");

/** A file as somebody may commit it, and what must be said of it; nothing is silence. Whatever it is, everything else is served as without it. */
test.each<[string, MemoryFile, string[]]>([
  ["a symbolic link", { mode: "120000", content: Buffer.from("a.yaml") }, ["source/symlink"]],
  ["a submodule", { mode: "160000", content: Buffer.from("0".repeat(40)) }, ["source/gitlink"]],
  ["a binary file", Buffer.from([0, 1, 2, 0xff]), ["document/not-utf8"]],
  ["a binary file that names a group", binary, ["document/not-utf8"]],
  ["an LFS pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n", ["source/lfs-pointer"]],
  ["a file over the limit of size", `${mapping("x")}${"# x\n".repeat(300_000)}`, ["document/too-large"]],
  ["too many documents", "---\na: 1\n".repeat(1_001), ["document/too-large"]],
  ["an alias bomb", bomb, ["document/too-large"]],
  ["100,000 levels", `${mapping("x")}---\n${"[".repeat(100_000)}`, ["document/too-large"]],
  ["100,000 levels of blocks", `${mapping("x")}---\n${"- ".repeat(100_000)}`, ["document/too-large"]],
  ["a __proto__ key", mapping("x", ", __proto__: {prefix_regex: true}"), ["document/unknown-field"]],
  ["a constructor key", mapping("x", ", headers: {constructor: a, toString: b, hasOwnProperty: c}"), []],
  ["a key that stands twice", `${mapping("x", ", service: b")}---\n${mapping("y")}`, ["document/duplicate-key"]],
  ["a NUL", `${mapping("x")}# \0\n`, ["document/syntax"]],
  ["a NUL in a file of others", "a: \0\n", []],
  ["a tab as indentation", "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata:\n\tname: x\n", ["document/syntax"]],
  ["CRLF", mapping("x").replaceAll("\n", "\r\n"), []],
  ["a byte order mark", `\ufeff${mapping("x")}`, []],
  ["a byte order mark in the middle", `${mapping("x")}---\n\ufeff${mapping("y")}`, []],
  ["UTF-16", Buffer.from(`\ufeff${mapping("x")}`, "utf16le"), ["document/not-utf8"]],
  ["UTF-16 that does not say so", Buffer.from(mapping("x"), "utf16le"), []],
  ["nothing", "", []],
  ["only comments", "# nothing\n", []],
  ["empty documents around one", `---\n---\n${mapping("x")}---\n---\n`, []],
  ["a private key", `a: |\n  ${key}\n`, ["secret/plaintext"]],
  ["a key that is a mapping", `${mapping("x")}---\n{a: 1}: 2\n`, []],
  ["a document that is a list", "- apiVersion: getambassador.io/v3alpha1\n  kind: Mapping\n", []],
  ["a document that is a word", "getambassador.io/v3alpha1\n", []],
  ["a name that is not text", "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: [x]}\n", ["document/missing-field"]],
  ["a kind that is not text", "apiVersion: getambassador.io/v3alpha1\nkind: [Mapping]\n", ["document/wrong-type"]],
  ["another program's templates", "{{- if .Values.x }}\napiVersion: apps/v1\n{{- end }}\n", []],
])("%s", async (_, file, codes) => {
  const { problems, fleets } = await buildFiles(
    new Map<string, MemoryFile>([
      ["a.yaml", good],
      ["b.yaml", file],
    ]),
  );
  const said = problems.filter(({ at, severity }) => at.path === "b.yaml" && severity !== "info").map(({ code }) => code);
  expect([...new Set(said)].sort()).toEqual(codes);
  expect(problems.filter(({ at }) => at.path === "a.yaml")).toEqual([]);
  const tables = [...(fleets[0]?.snapshot.types.get(RDS)?.resources.values() ?? [])];
  expect(tables.map((table) => JSON.stringify(show(table))).join()).toContain('"name":"default/good"');
});
