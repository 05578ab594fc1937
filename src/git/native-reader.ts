import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { gitConfig, gitEnvironment } from "./native.ts";
import { MissingObject, type Oid } from "./object.ts";
import type { ObjectType } from "./parse.ts";
import { TypedReader } from "./typed-reader.ts";

interface Request {
  readonly oid: Oid;
  readonly type: ObjectType;
  /** Processes that have ended instead of answering. */
  failures: number;
  resolve(content: Uint8Array): void;
  reject(error: Error): void;
}

/** Processes that may end one after the other without an answer before nobody waits any longer. */
const maxDeaths = 4;

/**
 * Reads objects through one long-lived `git cat-file --batch-command`, which is started when it is needed. When it ends, a new one answers what is waiting;
 * a request on which two of them have ended is refused.
 */
export class NativeReader extends TypedReader {
  readonly #gitDir: string;
  #process: ChildProcessWithoutNullStreams | undefined;
  #waiting: Request[] = [];
  /** How many of those that wait the process has been asked for. */
  #asked = 0;
  #deaths = 0;
  #closed = false;
  #answers = new Answers();

  constructor(gitDir: string) {
    super();
    this.#gitDir = gitDir;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#process;
    if (running === undefined) return;
    const gone = new Promise<void>((resolve) => running.once("close", () => resolve()));
    running.kill();
    await gone;
  }

  protected read(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error("the reader is closed"));
      this.#waiting.push({ oid, type, failures: 0, resolve, reject });
      // What is asked for in one go is asked with one write.
      if (this.#waiting.length === this.#asked + 1) queueMicrotask(() => this.#ask());
    });
  }

  #ask(): void {
    const more = this.#waiting.slice(this.#asked);
    if (more.length === 0 || this.#closed) return;
    this.#process ??= this.#start();
    this.#asked = this.#waiting.length;
    this.#process.stdin.write(`${more.map(({ oid }) => `contents ${oid}\n`).join("")}flush\n`);
  }

  #start(): ChildProcessWithoutNullStreams {
    const command = [...gitConfig(this.#gitDir), "--git-dir", this.#gitDir, "cat-file", "--batch-command", "--buffer"];
    const started = spawn("git", command, { env: gitEnvironment() });
    let complaint = "";
    const ended = (why: string) => {
      if (this.#process === started) this.#lose(new Error(why));
    };
    this.#answers = new Answers();
    started.stdout.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    started.stdin.on("error", () => undefined);
    started.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = `${complaint}${text}`.slice(-1000);
    });
    started.on("error", (error) => ended(`git cannot be run: ${error.message}`));
    started.on("close", () => ended(`git cat-file has ended${complaint === "" ? "" : `: ${complaint.trim()}`}`));
    return started;
  }

  /** The process is gone: the first that waits may be why, and the others are asked again of the next one. */
  #lose(error: Error): void {
    this.#process = undefined;
    this.#asked = 0;
    const [first] = this.#waiting;
    if (first === undefined) return;
    if (this.#closed || ++this.#deaths >= maxDeaths) {
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      this.#deaths = 0;
      return;
    }
    if (++first.failures > 1) {
      this.#waiting.shift();
      first.reject(error);
    }
    this.#ask();
  }

  #receive(chunk: Uint8Array): void {
    for (const { oid, type, content } of this.#answers.take(chunk)) {
      const request = this.#waiting.shift();
      this.#asked--;
      this.#deaths = 0;
      if (content !== undefined && request?.type === type) request.resolve(content);
      else request?.reject(new MissingObject(oid, request.type));
    }
  }
}

interface Answer {
  readonly oid: string;
  readonly type: string;
  /** Undefined if there is no such object. */
  readonly content?: Uint8Array;
}

/** The answers in what `git cat-file` prints: `<oid> <type> <size>`, the content, a line feed; or `<oid> missing`. */
class Answers {
  #chunks: Uint8Array[] = [];
  #received = 0;
  /** Bytes that have to be there before reading on makes sense. */
  #needed = 1;

  /** Those that are complete with this chunk. */
  take(chunk: Uint8Array): Answer[] {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#needed) return [];
    const buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    const answers: Answer[] = [];
    let at = 0;
    this.#needed = 1;
    for (;;) {
      const line = buffer.indexOf(0x0a, at);
      if (line < 0) break;
      const [oid = "", type = "", size] = Buffer.from(buffer.subarray(at, line)).toString("latin1").split(" ");
      if (size === undefined) {
        answers.push({ oid, type });
        at = line + 1;
        continue;
      }
      const end = line + 1 + Number(size);
      if (buffer.length < end + 1) {
        this.#needed = end + 1 - at;
        break;
      }
      // A copy: the chunk may be large, and what is read is kept for long.
      answers.push({ oid, type, content: Uint8Array.from(buffer.subarray(line + 1, end)) });
      at = end + 1;
    }
    const rest = buffer.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#received = rest.length;
    return answers;
  }
}
