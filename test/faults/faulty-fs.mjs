/**
 * Loaded before a program: makes calls of `node:fs/promises` fail, or kills the process, as `FAULT` says: `<kill or an error code> <call> <part of a path>
 * <which call, from 1, in each thread> <how many>`; with `FAULT_WHILE` only as long as that file is there.
 */
import { existsSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";

const [what, call, part, first, times] = (process.env.FAULT ?? "none").split(" ");
let seen = 0;

function happen(name, path) {
  if (what === "none" || name !== call || !String(path).includes(part)) return;
  if (process.env.FAULT_WHILE && !existsSync(process.env.FAULT_WHILE)) return;
  seen++;
  if (seen < Number(first) || seen >= Number(first) + Number(times)) return;
  if (what === "kill") process.kill(process.pid, "SIGKILL");
  const error = new Error(`${what}: made to fail, ${name} '${path}'`);
  throw Object.assign(error, { code: what, syscall: name, path });
}

for (const name of ["rename", "appendFile", "rm"]) {
  const real = fs[name];
  fs[name] = async (...args) => {
    happen(name, args.at(name === "rename" ? 1 : 0));
    return real(...args);
  };
}

const open = fs.open;
fs.open = async (path, ...rest) => {
  happen("open", path);
  const file = await open(path, ...rest);
  for (const name of ["writeFile", "sync", "close"]) {
    const real = file[name].bind(file);
    file[name] = async (...args) => {
      happen(name, path);
      return real(...args);
    };
  }
  return file;
};

syncBuiltinESMExports();
