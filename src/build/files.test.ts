import { expect, test } from "vitest";
import type { FileChange } from "../git/object.ts";
import { Files } from "./files.ts";
import { fileSelector } from "./selector.ts";

const blobs = new Map([["ignore", "private/\n*.tmp.yaml\n"]]);
const read = async (oid: string) => Buffer.from(blobs.get(oid) ?? "");
const file = (oid: string) => ({ oid, mode: "100644" as const });
const added = (path: string, oid = "1"): FileChange => ({ path, after: file(oid) });
const paths = (changes: readonly { path: string; after?: unknown }[]) =>
  changes.map(({ path, after }) => `${after === undefined ? "-" : "+"}${path}`).sort();

const files = () => new Files(fileSelector(["**/*.yaml"], ["**/.*"]));

test("selects by globs, and says what differs", async () => {
  const tree = files();
  expect(paths(await tree.apply([added("a.yaml"), added("b.txt"), added(".hidden.yaml"), added("dir/c.yaml")], read))).toEqual([
    "+a.yaml",
    "+dir/c.yaml",
  ]);
  expect(await tree.apply([{ path: "b.txt", before: file("1"), after: file("2") }], read)).toEqual([]);
  expect(paths(await tree.apply([{ path: "a.yaml", before: file("1") }, added("d.yaml")], read))).toEqual(["+d.yaml", "-a.yaml"]);
  expect([...tree.selected.keys()].sort()).toEqual(["d.yaml", "dir/c.yaml"]);
});

test("an ignore file that comes or goes changes files that did not", async () => {
  const tree = files();
  await tree.apply([added("a.yaml"), added("x.tmp.yaml"), added("private/p.yaml")], read);
  expect(paths(await tree.apply([added(".portolanignore", "ignore")], read))).toEqual(["-private/p.yaml", "-x.tmp.yaml"]);
  expect(paths(await tree.apply([{ path: ".portolanignore", before: file("ignore") }], read))).toEqual(["+private/p.yaml", "+x.tmp.yaml"]);
});

test("an ignore file counts for its own directory", async () => {
  const tree = files();
  await tree.apply([added("private/p.yaml"), added("dir/private/p.yaml"), added("dir/.portolanignore", "ignore")], read);
  expect([...tree.selected.keys()]).toEqual(["private/p.yaml"]);
});

test("a file that becomes a link is a change though its content is the same", async () => {
  const tree = files();
  await tree.apply([added("a.yaml")], read);
  expect(await tree.apply([{ path: "a.yaml", before: file("1"), after: { oid: "1", mode: "120000" } }], read)).toHaveLength(1);
});
