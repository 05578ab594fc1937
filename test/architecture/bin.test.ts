import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./source-files.ts";

let work: string;
const bin = () => join(work, "bin/portolan");
const system = "/usr/bin:/bin";

beforeEach(() => {
  work = realpathSync(mkdtempSync(join(tmpdir(), "portolan-bin-")));
  mkdirSync(join(work, "bin"));
  cpSync(join(root, "bin/portolan"), bin());
});

afterEach(() => rmSync(work, { recursive: true, force: true }));

function file(path: string, text: string, mode = 0o644): string {
  mkdirSync(dirname(join(work, path)), { recursive: true });
  writeFileSync(join(work, path), text);
  chmodSync(join(work, path), mode);
  return join(work, path);
}

/** A Node that says which one it is; asked for its version with `-e`, it exits with `check`. */
function node(path: string, check: number): string {
  return dirname(file(path, `#!/bin/sh\n[ "$1" = -e ] && exit ${check}\necho "${path} $2 $3"\n`, 0o755));
}

function run(path: string, command = bin()) {
  const { status, stdout, stderr } = spawnSync(command, ["status"], { encoding: "utf8", env: { PATH: path } });
  return { status, stdout: stdout.replaceAll(`${work}/`, ""), stderr };
}

test("the pinned Node of a checkout runs its sources, also by a link from elsewhere", () => {
  const path = `${node("other/node", 0)}:${system}`;
  node("node_modules/node/bin/node", 0);
  file("src/server/main.ts", "");
  const ran = { status: 0, stdout: "node_modules/node/bin/node src/server/main.ts status\n" };
  expect(run(path)).toMatchObject(ran);
  symlinkSync(bin(), join(work, "link"));
  expect(run(path, join(work, "link"))).toMatchObject(ran);
});

test("without one the Node in the PATH does, and a package runs what was made of its sources", () => {
  expect(run(`${node("other/node", 0)}:${system}`)).toMatchObject({ status: 0, stdout: "other/node dist/server/main.js status\n" });
});

test("a Node that is too old is refused with what to do", () => {
  expect(run(`${node("other/node", 1)}:${system}`)).toMatchObject({
    status: 2,
    stdout: "",
    stderr: expect.stringContaining("npm run setup"),
  });
});

test("signals reach the program, and its exit code is kept", async () => {
  file("src/server/main.ts", 'process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); console.log("up");');
  const child = spawn(bin(), { env: { PATH: `${dirname(process.execPath)}:${system}` }, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await ended).toEqual([9, null]);
});
