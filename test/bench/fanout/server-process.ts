import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** What the system says of a process: CPU time in milliseconds, resident memory and its peak in bytes. */
export interface Usage {
  readonly cpu: number;
  readonly resident: number;
  readonly peak: number;
}

/** What it says of itself: heap in bytes after a collection, delay of its event loop in milliseconds since it was asked last. */
export interface OwnStats {
  readonly heap: number;
  readonly p99?: number;
  readonly max?: number;
}

/** A server that is measured, whatever it is written in: it takes lines and answers with lines of JSON. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  port = 0;

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** Waits until it listens. */
  async start(): Promise<this> {
    this.port = ((await this.#answer()) as { port: number }).port;
    return this;
  }

  /** Publishes the `step`-th content. */
  push(step: number): void {
    this.#child.stdin?.write(`push ${step}\n`);
  }

  /** What it says of itself. */
  async stats(): Promise<OwnStats> {
    this.#child.stdin?.write("stats\n");
    return (await this.#answer()) as OwnStats;
  }

  /** Forgets the peak of the resident memory so far (proc(5), `clear_refs`). */
  forgetPeak(): void {
    writeFileSync(`/proc/${this.#child.pid}/clear_refs`, "5");
  }

  usage(): Usage {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, "utf8");
    const bytes = (field: string) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
    // Fields 14 and 15 of stat, user and system time in ticks of 10 ms; the name before them may hold spaces.
    const fields = readFileSync(`/proc/${this.#child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return { cpu: (Number(fields[11]) + Number(fields[12])) * 10, resident: bytes("VmRSS"), peak: bytes("VmHWM") };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin?.end();
    await ended;
  }

  async #answer(): Promise<unknown> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the server has ended");
    return JSON.parse(value);
  }
}
