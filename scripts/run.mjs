// Runs a task of package.json after everything it needs is there. Plain JavaScript without dependencies: it is what runs first on a fresh machine.
import { spawnSync } from "node:child_process";
import { setup } from "./setup.mjs";

const tasks = {
  setup: [],
  lint: [
    ["tsc", "-p", "."],
    ["biome", "check", "--error-on-warnings", "."],
  ],
  check: [["tsc", "-p", "."], ["biome", "check", "--error-on-warnings", "."], ["knip"]],
  test: [
    ["tsc", "-p", "."],
    ["biome", "check", "--error-on-warnings", "."],
    ["vitest", "run"],
  ],
  bench: [["node", "test/bench/commit.ts"]],
  demo: [["bin/portolan", "demo"]],
};

const [name = "", ...rest] = process.argv.slice(2);
const commands = tasks[name];
if (commands === undefined) {
  console.error(`there is no task ${name}; there are ${Object.keys(tasks).join(", ")}`);
  process.exit(2);
}
const env = setup();
for (const [i, [command, ...args]] of commands.entries()) {
  const given = i === commands.length - 1 ? rest : [];
  const { status, error } = spawnSync(command, [...args, ...given], { stdio: "inherit", env });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}
