import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conductor, found, served } from "../../test/support/build.ts";
import type { Document } from "../document/document.ts";
import { MemoryGit } from "../git/memory.ts";
import { openSoundDocuments } from "./sound.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-sound-"));
  path = join(directory, "cache", "sound.cache");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A document by what a check of it can depend on. */
function document({ blob, index, namespace }: { readonly blob: string; readonly index: number; readonly namespace: string }): Document {
  const identity = { group: "getambassador.io", kind: "Mapping", namespace, name: "cart" };
  return { id: { blob, index }, path: "cart.yaml", source: "main", version: "v3alpha1", identity, value: {} };
}

const one = document({ blob: "a".repeat(40), index: 0, namespace: "shop" });
const others = {
  "another content": document({ blob: "b".repeat(40), index: 0, namespace: "shop" }),
  "another document of the file": document({ blob: "a".repeat(40), index: 1, namespace: "shop" }),
  "another namespace": document({ blob: "a".repeat(40), index: 0, namespace: "other" }),
};

describe("the documents that are known to be sound", () => {
  it("are known to the next program once they were written, and no others", () => {
    const first = openSoundDocuments(path, "1");
    expect(first.has(one)).toBe(false);
    first.add(one);
    expect(first.has(one)).toBe(true);
    first.flush();
    const second = openSoundDocuments(path, "1");
    expect(second.has(one)).toBe(true);
    for (const [what, other] of Object.entries(others)) expect(second.has(other), what).toBe(false);
  });

  it("are added to those that are there", () => {
    for (const each of [one, ...Object.values(others)]) {
      const opened = openSoundDocuments(path, "1");
      opened.add(each);
      opened.flush();
    }
    const last = openSoundDocuments(path, "1");
    for (const each of [one, ...Object.values(others)]) expect(last.has(each)).toBe(true);
  });

  it("are not believed of another revision, whose file is begun anew", () => {
    const old = openSoundDocuments(path, "1");
    old.add(one);
    old.flush();
    const next = openSoundDocuments(path, "2");
    expect(next.has(one)).toBe(false);
    next.add(others["another content"]);
    next.flush();
    expect(openSoundDocuments(path, "1").has(one)).toBe(false);
    expect(openSoundDocuments(path, "2").has(others["another content"])).toBe(true);
  });

  it.each(["shop\nline", "\ud800", "a b", ""])("tell a namespace apart whatever it holds: %j", (namespace) => {
    const odd = document({ blob: "a".repeat(40), index: 0, namespace });
    const opened = openSoundDocuments(path, "1");
    opened.add(odd);
    opened.flush();
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(3);
    expect(openSoundDocuments(path, "1").has(odd)).toBe(true);
    expect(openSoundDocuments(path, "1").has(one)).toBe(false);
  });

  it("are checked again after a line that was not written whole", () => {
    const opened = openSoundDocuments(path, "1");
    opened.add(one);
    opened.flush();
    appendFileSync(path, `${"c".repeat(40)} 0`);
    const next = openSoundDocuments(path, "1");
    expect(next.has(one)).toBe(false);
    next.add(one);
    next.flush();
    expect(openSoundDocuments(path, "1").has(one)).toBe(true);
  });

  it("are remembered for this program when the file cannot be written, and written when it can", () => {
    mkdirSync(`${path}.new`, { recursive: true });
    const opened = openSoundDocuments(path, "1");
    opened.add(one);
    opened.flush();
    expect(opened.has(one)).toBe(true);
    rmSync(`${path}.new`, { recursive: true });
    opened.add(others["another content"]);
    opened.flush();
    expect(openSoundDocuments(path, "1").has(others["another content"])).toBe(true);
  });
});

describe("a build that knows what is sound", () => {
  const mapping = (name: string, timeout: number) =>
    `apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: ${name}}\nspec: {hostname: "*", prefix: /${name}/, service: ${name}, timeout_ms: ${timeout}}\n`;
  const listener =
    "apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: web}\nspec: {port: 8080, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n";
  const files = new Map([
    ["listener.yaml", listener],
    ["good.yaml", mapping("good", 3000)],
    // A time of more than 10,000 years cannot be sent.
    ["bad.yaml", mapping("bad", 900_000_000_000_000)],
  ]);

  it("gives and finds what one gives that knows nothing", async () => {
    const git = new MemoryGit();
    const commit = git.snapshot(files, "main");
    const plain = conductor(git);
    const expected = served(await plain.build(commit));
    for (const round of ["first", "second"]) {
      const sound = openSoundDocuments(path, "1");
      const knowing = conductor(git, sound);
      expect(served(await knowing.build(commit)), round).toEqual(expected);
      expect(found(knowing.findings()), round).toEqual(found(plain.findings()));
      sound.flush();
    }
    // The header, the listener and the good Mapping; never the bad one.
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(3);
    expect(found(plain.findings()).join("\n")).toContain("bad.yaml");
  });
});
