import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cli } from "../../test/support/cli.ts";
import { cacheDirectory } from "./cache-directory.ts";

test.each<[Record<string, string>, string | undefined]>([
  [{ XDG_CACHE_HOME: "/caches", HOME: "/home/a" }, "/caches/portolan"],
  [{ HOME: "/home/a" }, "/home/a/.cache/portolan"],
  [{ XDG_CACHE_HOME: "relative", HOME: "/home/a" }, "/home/a/.cache/portolan"],
  [{ HOME: "" }, undefined],
  [{}, undefined],
])("%j", (env, expected) => {
  expect(cacheDirectory({ env })).toBe(expected);
});

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "portolan-cache-"));
  const mapping =
    "apiVersion: getambassador.io/v3alpha1\nkind: Mapping\nmetadata: {name: a}\nspec: {hostname: '*', prefix: 7, service: a}\n";
  writeFileSync(join(work, "a.yaml"), mapping);
});
afterEach(() => rmSync(work, { recursive: true }));

const validate = async (caches: string) => {
  const { code, stdout } = await cli(["validate"], { cwd: work, env: { XDG_CACHE_HOME: join(work, caches) } });
  return { code, stdout: stdout.replace(/\d\.\d\d s/, "") };
};

test("what is remembered changes no answer, and only its owner can read it", async () => {
  const first = await validate("caches");
  expect(first.stdout).toContain("a.yaml:4:31 error document/wrong-type");
  const file = join(work, "caches", "portolan", "parsed.cache");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await validate("caches")).toEqual(first);
  writeFileSync(file, readFileSync(file, "utf8").replace('"prefix":7', '"prefix":8'));
  expect(await validate("caches")).toEqual(first);
});

test("where nothing can be written, nothing is remembered", async () => {
  writeFileSync(join(work, "file"), "");
  expect((await validate("file")).stdout).toContain("a.yaml:4:31 error");
  expect(existsSync(join(work, "file", "portolan"))).toBe(false);
});
