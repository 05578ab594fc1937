import type { Io, Output } from "./io.ts";

/** The streams and environment of this process. A reader of stdout who has closed it ends the process quietly. */
export function processIo(): Io {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit();
      throw error;
    });
  }
  let interrupted: AbortController | undefined;
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    env: process.env,
    cwd: process.cwd(),
    stdin: readStdin,
    interrupt() {
      if (interrupted === undefined) {
        const controller = new AbortController();
        interrupted = controller;
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => controller.abort());
      }
      return interrupted.signal;
    },
  };
}

function output(stream: NodeJS.WriteStream): Output {
  return { write: (text) => void stream.write(text), isTTY: stream.isTTY === true };
}

async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
