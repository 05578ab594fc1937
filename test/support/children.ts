import { readdirSync, readFileSync } from "node:fs";

/** The processes that this one has started and that still run, with their arguments (Linux). */
export function childProcesses(): { readonly pid: number; readonly args: readonly string[] }[] {
  const tasks = `/proc/${process.pid}/task`;
  const pids = readdirSync(tasks).flatMap((task) => readFileSync(`${tasks}/${task}/children`, "utf8").split(" ").filter(Boolean));
  return pids.map((pid) => ({ pid: Number(pid), args: argumentsOf(pid) }));
}

/** Empty for one that has ended meanwhile. */
function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
  } catch {
    return [];
  }
}
