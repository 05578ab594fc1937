import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { childProcesses } from "../../test/support/children.ts";
import { type Repository, repository } from "../server/demo/repository.ts";
import { gitEnvironment } from "./native.ts";
import { MissingObject, type Oid } from "./object.ts";
import { objectId } from "./parse.ts";
import { openObjects, openReader, type Transport } from "./reader.ts";
import type { TypedReader } from "./typed-reader.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function repo(): Repository {
  const made = repository();
  closers.push(() => made.remove());
  return made;
}

async function open(gitDir: string, transport: Transport): Promise<TypedReader> {
  const reader = await openObjects(gitDir, transport);
  closers.push(() => reader.close());
  return reader;
}

/** Puts an object into a repository without any git looking at it; under another id than its own if one is given. */
function writeLoose(made: Repository, type: "blob" | "tree", content: Uint8Array, oid = objectId(type, content)): Oid {
  const folder = join(made.path, ".git/objects", oid.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, oid.slice(2)), deflateSync(Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])));
  return oid;
}

const text = (content: Uint8Array) => Buffer.from(content).toString();

describe.each<[Transport]>([["native"], ["isomorphic"]])("the %s reader", (transport) => {
  describe.each([["loose objects"], ["a pack with deltas"]])("in %s", (where) => {
    const long = Array.from({ length: 2000 }, (_, i) => `line ${i} ${"x".repeat(i % 70)}\n`).join("");
    const big = randomBytes(1_000_000);
    let made: Repository;
    let reader: TypedReader;
    let head: Oid;
    let first: Oid;
    beforeAll(async () => {
      made = repository();
      first = made.commit({ "a.yaml": long, "dir/b.yaml": "b: 1\n" }, "First\n\nmore");
      writeFileSync(join(made.path, "big.bin"), big);
      head = made.commit({ "a.yaml": `${long}more\n` }, "Second");
      if (where !== "loose objects") made.git("gc", "--quiet", "--aggressive", "--prune=now");
      reader = await openObjects(join(made.path, ".git"), transport);
    });
    afterAll(async () => {
      await reader.close();
      made.remove();
    });

    const blob = async (revision: string) => text(await reader.blob(made.git("rev-parse", revision)));

    test("gives commits, trees and blobs as they are", async () => {
      const commit = await reader.commit(head);
      expect(commit).toMatchObject({ oid: head, parents: [first], subject: "Second", author: { name: "Dev", email: "dev@example.com" } });
      expect((await reader.tree(commit.tree)).map(({ name, mode }) => [name, mode])).toEqual([
        ["a.yaml", "100644"],
        ["big.bin", "100644"],
        ["dir", "040000"],
      ]);
      expect([await blob("HEAD:a.yaml"), await blob("HEAD~:a.yaml"), await blob("HEAD:dir/b.yaml")]).toEqual([
        `${long}more\n`,
        long,
        "b: 1\n",
      ]);
      expect(Buffer.compare(await reader.blob(made.git("rev-parse", "HEAD:big.bin")), big)).toBe(0);
      expect(text(await reader.raw(head, "commit"))).toBe(`${made.git("cat-file", "-p", head)}\n`);
    });

    test("refuses what is not there, is of another type, or is no id in full", async () => {
      const tree = made.git("rev-parse", "HEAD^{tree}");
      const none = "0".repeat(40);
      const names = ["main", "HEAD", head.slice(0, 12), head.toUpperCase(), `${head}^{tree}`, `${head}\n${head}`, `${head} `, "-1", ""];
      for (const read of [
        () => reader.blob(none),
        () => reader.blob(tree),
        () => reader.tree(head),
        () => reader.commit(tree),
        ...names.map((name) => () => reader.commit(name)),
      ])
        await expect(read()).rejects.toThrow(MissingObject);
      await expect(reader.blob(none)).rejects.toMatchObject({ oid: none, message: `blob ${none} is missing` });
      expect((await reader.commit(head)).oid).toBe(head);
    });

    test("answers many at once, each with its own", async () => {
      const ids = [made.git("rev-parse", "HEAD:a.yaml"), made.git("rev-parse", "HEAD:dir/b.yaml"), made.git("rev-parse", "HEAD:big.bin")];
      const sizes = [long.length + 5, 5, 1_000_000];
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => {
          const oid = ids[i % 4];
          return oid === undefined ? reader.blob("0".repeat(40)).catch(() => "none") : reader.blob(oid);
        }),
      );
      expect(answers.map((answer) => (typeof answer === "string" ? answer : answer.length))).toEqual(
        Array.from({ length: 20 }, (_, i) => sizes[i % 4] ?? "none"),
      );
    });
  });

  test("believes no place what it says: a content under another id is missing", async () => {
    const made = repo();
    const right = objectId("blob", Buffer.from("right\n"));
    writeLoose(made, "blob", Buffer.from("wrong\n"), right);
    const reader = await open(join(made.path, ".git"), transport);
    await expect(reader.blob(right)).rejects.toThrow(MissingObject);
    const good = writeLoose(made, "blob", Buffer.from("good\n"));
    expect(text(await reader.blob(good))).toBe("good\n");
  });

  test("survives a broken object beside what it is asked for", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const broken = objectId("blob", Buffer.from("broken\n"));
    writeLoose(made, "blob", Buffer.from("broken\n"));
    writeFileSync(join(made.path, ".git/objects", broken.slice(0, 2), broken.slice(2)), "no zlib");
    const reader = await open(join(made.path, ".git"), transport);
    const reads = await Promise.allSettled([reader.commit(head), reader.blob(broken), reader.blob(made.git("rev-parse", "HEAD:a"))]);
    expect(reads.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  });

  test("finds everything again after a gc, and what comes after it", async () => {
    const made = repo();
    const ids: Oid[] = [];
    for (let i = 0; i < 3; i++) {
      made.commit({ a: `${i}\n`, b: `b${i}\n` });
      ids.push(made.git("rev-parse", "HEAD:a"), made.git("rev-parse", "HEAD:b"));
    }
    const reader = await open(join(made.path, ".git"), transport);
    await reader.blob(ids[0] ?? "");
    for (let i = 0; i < 2; i++) {
      made.git("gc", "--quiet", "--prune=now");
      await Promise.all(ids.map((oid) => reader.blob(oid)));
      made.commit({ a: `more ${i}\n` });
      ids.push(made.git("rev-parse", "HEAD:a"));
      expect(text(await reader.blob(ids.at(-1) ?? ""))).toBe(`more ${i}\n`);
    }
  });

  test("reads past replacements: an id is the object that it names", async () => {
    const made = repo();
    const first = made.commit({ a: "1\n" }, "First");
    const second = made.commit({ a: "2\n" }, "Second");
    made.git("replace", first, second);
    const reader = await open(join(made.path, ".git"), transport);
    expect((await reader.commit(first)).subject).toBe("First");
  });

  test("reads the modes of old trees as git does", async () => {
    const made = repo();
    const oid = objectId("blob", new Uint8Array());
    const modes = ["100664", "100600", "100755", "100700", "120000", "160000", "040000"];
    const entries = modes.map((mode, i) => Buffer.concat([Buffer.from(`${mode} ${i}\0`), Buffer.from(oid, "hex")]));
    const tree = writeLoose(made, "tree", Buffer.concat(entries));
    const reader = await open(join(made.path, ".git"), transport);
    const read = ["100644", "100644", "100755", "100755", "120000", "160000", "040000"];
    expect((await reader.tree(tree)).map(({ mode }) => mode)).toEqual(read);
  });

  test("refuses after it is closed, and can be closed twice", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const reader = await open(join(made.path, ".git"), transport);
    const last = reader.commit(head).then(
      () => "read",
      () => "refused",
    );
    await reader.close();
    await reader.close();
    expect(["read", "refused"]).toContain(await last);
    await expect(reader.commit(head)).rejects.toThrow("closed");
  });
});

/** Puts a `git` before the real one in the `PATH`: a shell script that may run it as `$git`, and counts its starts in `$starts`. */
function fakeGit(script: string): { starts(): number } {
  const folder = mkdtempSync(join(tmpdir(), "portolan-git-"));
  const real = (process.env.PATH ?? "").split(delimiter).find((place) => existsSync(join(place, "git")));
  const starts = join(folder, "starts");
  writeFileSync(starts, "");
  const lines = ["#!/bin/sh", `git=${real}/git`, 'case "$*" in *cat-file*) ;; *) exec $git "$@" ;; esac', `echo >> ${starts}`];
  writeFileSync(join(folder, "git"), [...lines, `starts=$(wc -l < ${starts})`, script, ""].join("\n"));
  chmodSync(join(folder, "git"), 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
  closers.push(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  return { starts: () => readFileSync(starts, "utf8").length };
}

describe("when git ends", () => {
  /** Passes the commands on until one has this text; then it ends. */
  const until = (what: string) =>
    `while IFS= read -r line; do case "$line" in *${what}*) exit 1 ;; esac; printf '%s\\n' "$line"; done | $git "$@"`;

  test("another one answers what is waiting", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const b = made.git("rev-parse", "HEAD:a");
    const git = fakeGit(`if [ $starts = 1 ]; then ${until(b)}; else exec $git "$@"; fi`);
    const reader = await open(join(made.path, ".git"), "native");
    const [commit, blob] = await Promise.all([reader.commit(head), reader.blob(b), reader.tree(made.git("rev-parse", "HEAD^{tree}"))]);
    expect([commit.oid, text(blob), git.starts()]).toEqual([head, "1\n", 2]);
  });

  test("the object that ends it each time is refused, and nothing else", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const poison = made.git("rev-parse", "HEAD:a");
    const git = fakeGit(until(poison));
    const reader = await open(join(made.path, ".git"), "native");
    const reads = await Promise.allSettled([reader.commit(head), reader.blob(poison), reader.commit(head)]);
    expect(reads).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: { message: "git cat-file has ended" } },
      { status: "fulfilled" },
    ]);
    expect(git.starts()).toBe(3);
    expect((await reader.commit(head)).oid).toBe(head);
  });

  test("and always does, nobody waits for long, and all are told what git says", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const git = fakeGit('if [ $starts = 1 ]; then exec $git "$@"; else echo "fatal: no such luck" >&2; exit 128; fi');
    const reader = await open(join(made.path, ".git"), "native");
    await reader.commit(head);
    for (const { pid } of childProcesses()) process.kill(pid);
    const reads = await Promise.allSettled(Array.from({ length: 1000 }, () => reader.commit(head)));
    expect(new Set(reads.map((read) => (read.status === "rejected" ? String(read.reason) : "read")))).toEqual(
      new Set(["Error: git cat-file has ended: fatal: no such luck"]),
    );
    expect(git.starts()).toBeLessThan(8);
  });
});

describe("nothing around a repository has a say in how it is read", () => {
  test("neither the user's configuration nor the environment", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const home = mkdtempSync(join(tmpdir(), "portolan-home-"));
    closers.push(() => rmSync(home, { recursive: true, force: true }));
    writeFileSync(join(home, ".gitconfig"), "[broken\n");
    const hostile = { HOME: home, XDG_CONFIG_HOME: home, GIT_DIR: home, GIT_OBJECT_DIRECTORY: home, GIT_CONFIG_COUNT: "x", GIT_TRACE: "2" };
    for (const [name, value] of Object.entries(hostile)) vi.stubEnv(name, value);
    closers.push(() => void vi.unstubAllEnvs());
    const reader = await open(join(made.path, ".git"), "native");
    expect((await reader.commit(head)).oid).toBe(head);
    expect(Object.keys(gitEnvironment()).sort()).toEqual([
      "GIT_CONFIG_GLOBAL",
      "GIT_CONFIG_NOSYSTEM",
      "GIT_NO_LAZY_FETCH",
      "GIT_NO_REPLACE_OBJECTS",
      "GIT_OPTIONAL_LOCKS",
      "GIT_TERMINAL_PROMPT",
      "HOME",
      "PATH",
    ]);
  });

  test("nor what it says must be run", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    const trace = join(made.path, "ran");
    const script = join(made.path, "script");
    writeFileSync(script, `#!/bin/sh\ntouch ${trace}\n`, { mode: 0o755 });
    for (const name of ["core.fsmonitor", "core.sshCommand", "core.pager", "core.alternateRefsCommand", "uploadpack.packObjectsHook"])
      made.git("config", name, script);
    made.git("config", "core.hooksPath", made.path);
    made.git("config", "remote.origin.promisor", "true");
    made.git("config", "remote.origin.url", `ext::${script}`);
    const reader = await open(join(made.path, ".git"), "native");
    await reader.commit(head);
    await expect(reader.blob("0".repeat(40))).rejects.toThrow(MissingObject);
    expect(existsSync(trace)).toBe(false);
  });

  test.skipIf(process.getuid?.() !== 0)("nor whom it belongs to", async () => {
    const made = repo();
    const head = made.commit({ a: "1\n" });
    for (const path of [made.path, join(made.path, ".git")]) chownSync(path, 12_345, 12_345);
    const reader = await open(join(made.path, ".git"), "native");
    expect((await reader.commit(head)).oid).toBe(head);
  });
});

describe("which reader it is", () => {
  test("native git if it works, the other if not", async () => {
    const made = repo();
    const gitDir = join(made.path, ".git");
    const nameOf = async (transport: Transport) => {
      const reader = await openReader(gitDir, { transport });
      await reader.close();
      return reader.name;
    };
    expect([await nameOf("auto"), await nameOf("native"), await nameOf("isomorphic")]).toEqual(["native", "native", "isomorphic-git"]);
    fakeGit('echo "fatal: broken" >&2; exit 128');
    expect(await nameOf("auto")).toBe("isomorphic-git");
    await expect(nameOf("native")).rejects.toThrow("native git is needed, but git cat-file has ended: fatal: broken");
  });

  test("without any git, native is refused", async () => {
    vi.stubEnv("PATH", "/nowhere");
    closers.push(() => void vi.unstubAllEnvs());
    await expect(openReader("/nowhere", { transport: "native" })).rejects.toThrow("no git of version 2.36 or newer");
    const reader = await openReader("/nowhere", { transport: "auto" });
    expect(reader.name).toBe("isomorphic-git");
  });
});
