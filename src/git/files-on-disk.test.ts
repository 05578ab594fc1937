import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildFiles } from "../build/offline.ts";
import { filesOnDisk } from "./files-on-disk.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "portolan-files-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Writes a file; the path may be bytes that are no text. */
function write(path: string | Buffer, text = ""): void {
  const whole = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path as string)]);
  mkdirSync(whole.subarray(0, whole.lastIndexOf(0x2f)), { recursive: true });
  writeFileSync(whole, text);
}

test("gives files and links by path, and nothing of git, packages and Portolan", () => {
  for (const path of ["a.yaml", "d/e/ä.yaml", ".hidden/f", ".git/HEAD", "d/.git/HEAD", "node_modules/p/g.yaml", "d/.portolan/h"])
    write(path, path);
  mkdirSync(join(root, "empty"));
  symlinkSync("d/e", join(root, "link"));
  execFileSync("mkfifo", [join(root, "pipe")]);
  const files = filesOnDisk(root);
  expect([...files.keys()].sort()).toEqual([".hidden/f", "a.yaml", "d/e/ä.yaml", "link"]);
  expect(files.get("link")).toEqual({ mode: "120000", content: Buffer.from("d/e") });
  expect(String(files.get("d/e/ä.yaml"))).toBe("d/e/ä.yaml");
});

test("a link that leads nowhere, or round in a circle, is a link", () => {
  symlinkSync("nowhere", join(root, "a"));
  symlinkSync(".", join(root, "b"));
  expect([...filesOnDisk(root).keys()]).toEqual(["a", "b"]);
});

test("what cannot be read is told", () => {
  expect(() => filesOnDisk(join(root, "nowhere"))).toThrow("ENOENT");
});

test("each file whose name is not UTF-8 is one problem, and the rest is read (source/bad-name)", async () => {
  const text = "apiVersion: getambassador.io/v3alpha1\nkind: Host\nmetadata: {name: a}\nspec: {hostname: a}\n";
  write(Buffer.from("a\xff.yaml", "latin1"), text);
  write(Buffer.from("d\xfe/b.yaml", "latin1"), text);
  write("good.yaml", text);
  const { problems, documents } = await buildFiles(filesOnDisk(root));
  expect(problems.filter(({ code }) => code === "source/bad-name").map(({ at }) => at.path)).toEqual(["a\ufffd.yaml", "d\ufffd/b.yaml"]);
  expect(documents.selected + documents.leftOut).toBeGreaterThan(0);
});
