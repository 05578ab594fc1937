// Runs a task of package.json after everything it needs is there. Plain JavaScript without dependencies: it is what runs first on a fresh machine.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { setup } from "./setup.mjs";

const types = ["tsc", "-p", "."];
const style = ["biome", "check", "--error-on-warnings", "."];

/** What each task runs, one after the other until one fails. Arguments after the task's name go to the last. */
const tasks = {
  setup: { envoy: true, commands: [] },
  lint: { commands: [types, style] },
  check: { commands: [types, style, ["knip"]] },
  test: { envoy: true, commands: [types, style, ["vitest", "run"]] },
  "test:long": { env: { PORTOLAN_LONG: "1" }, commands: [["vitest", "run", "test/property", "test/protocol/load.test.ts"]] },
  bench: { envoy: true, commands: [["node", "test/bench/main.ts"]] },
  generate: {
    envoy: true,
    commands: [
      ["node", "scripts/problems-page.ts"],
      ["node", "scripts/kinds-pages.ts"],
      ["node", "scripts/bootstrap-files.ts"],
      ["node", "scripts/conformance-page.ts"],
      ["node", "scripts/output-schemas.ts"],
      ["node", "scripts/guide-pages.ts"],
    ],
  },
  adapter: { commands: [["node", "test/adapter/main.ts"]] },
  demo: { envoy: true, commands: [["bin/portolan", "demo"]] },
};

const [name = "", ...rest] = process.argv.slice(2);
const task = Object.hasOwn(tasks, name) ? tasks[name] : undefined;
if (task === undefined) {
  console.error(`there is no task "${name}"; there are ${Object.keys(tasks).join(", ")}`);
  process.exit(2);
}
const env = { ...setup({ envoy: task.envoy === true }), ...task.env };
for (const [i, command] of task.commands.entries()) {
  const code = await run(i === task.commands.length - 1 ? [...command, ...rest] : command);
  if (code !== 0) process.exit(code);
}

/** Runs a command on this terminal, passes signals on to it, and gives its exit code as a shell would. */
function run([command, ...args]) {
  const child = spawn(command, args, { stdio: "inherit", env });
  // What is typed at a terminal reaches the child by itself.
  const pass = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, pass);
  return new Promise((resolve) => {
    const end = (code) => {
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.off(signal, pass);
      resolve(code);
    };
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`);
      end(127);
    });
    child.once("close", (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
