import { spawn } from "node:child_process";
import { once } from "node:events";

/** A bash that lives through a page, so that `cd`, variables and what runs behind `&` stay. */
export interface Shell {
  /** Runs one line to its end; gives what it wrote, errors among it, and its exit code. */
  run(line: string): Promise<{ readonly output: string; readonly code: number }>;
  /** Ends it with everything that it has started. */
  close(): Promise<void>;
}

/** Printed by the shell behind each command, and by nothing else. */
const mark = "--- the command has ended with ";

/** Starts one in this directory, with nothing in its environment but this. */
export function shell(cwd: string, env: Readonly<Record<string, string>>): Shell {
  // A process group of its own is ended as a whole.
  const child = spawn("bash", ["--norc", "--noprofile"], { cwd, env, detached: true, stdio: ["pipe", "pipe", "ignore"] });
  const exited = once(child, "exit");
  child.stdin.on("error", () => undefined);
  let written = "";
  let heard: () => void = () => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written += text;
    heard();
  });
  child.once("exit", () => heard());
  child.stdin.write("exec 2>&1\n");
  return {
    async run(line) {
      child.stdin.write(`${line}\nprintf '\\n${mark}%d\\n' $?\n`);
      for (;;) {
        const end = new RegExp(`\\n${mark}(\\d+)\\n$`).exec(written);
        if (end !== null) {
          const output = written.slice(0, end.index);
          written = "";
          return { output, code: Number(end[1]) };
        }
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the shell has ended: ${written}`);
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      }
    },
    async close() {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
      await exited;
    },
  };
}
