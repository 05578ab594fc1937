import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { type CommitObject, MissingObject, type ObjectReader, type Oid, type TreeEntry } from "./object.ts";
import { type ObjectType, parseCommit, parseTree } from "./parse.ts";

const run = promisify(execFile);

/** The environment of every git that is started: nothing of the user's or the machine's configuration (delivery.md 2). */
export function gitEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_OPTIONAL_LOCKS: "0",
    HOME: tmpdir(),
  };
}

/** Configuration that every git is started with: no hooks, no transports, no background work. */
export function gitConfig(gitDir: string): string[] {
  const settings = [
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "submodule.recurse=false",
    "core.fsmonitor=false",
    "gc.auto=0",
    "maintenance.auto=false",
  ];
  return [...settings, `safe.directory=${gitDir}`].flatMap((setting) => ["-c", setting]);
}

/** Runs git in a repository and gives what it prints. Rejects with its message. */
export async function git(gitDir: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await run("git", [...gitConfig(gitDir), "--git-dir", gitDir, ...args], {
    env: gitEnvironment(),
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Whether there is a git that is new enough (2.36). */
export async function hasNativeGit(): Promise<boolean> {
  try {
    const { stdout } = await run("git", ["--version"], { env: gitEnvironment() });
    const [, major, minor] = /(\d+)\.(\d+)/.exec(stdout) ?? [];
    return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 36);
  } catch {
    return false;
  }
}

interface Request {
  readonly oid: Oid;
  readonly type: ObjectType;
  resolve(content: Uint8Array): void;
  reject(error: Error): void;
}

/** Reads objects through one long-lived `git cat-file --batch`, which is started when it is needed and again when it has ended. */
export class NativeReader implements ObjectReader {
  readonly #gitDir: string;
  #process: ChildProcessWithoutNullStreams | undefined;
  #waiting: Request[] = [];
  #chunks: Uint8Array[] = [];
  #received = 0;
  /** Bytes that have to be there before reading on makes sense. */
  #needed = 1;

  constructor(gitDir: string) {
    this.#gitDir = gitDir;
  }

  async commit(oid: Oid): Promise<CommitObject> {
    return parseCommit(oid, await this.#read(oid, "commit"));
  }

  async tree(oid: Oid): Promise<readonly TreeEntry[]> {
    return parseTree(await this.#read(oid, "tree"));
  }

  blob(oid: Oid): Promise<Uint8Array> {
    return this.#read(oid, "blob");
  }

  /** An object as it is. */
  raw(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    return this.#read(oid, type);
  }

  async close(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    const gone = new Promise<void>((resolve) => running.once("close", () => resolve()));
    running.stdin.end();
    running.kill();
    await gone;
  }

  #read(oid: Oid, type: ObjectType): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#process ??= this.#start();
      this.#waiting.push({ oid, type, resolve, reject });
      this.#process.stdin.write(`${oid}\n`);
    });
  }

  #start(): ChildProcessWithoutNullStreams {
    const started = spawn("git", [...gitConfig(this.#gitDir), "--git-dir", this.#gitDir, "cat-file", "--batch"], { env: gitEnvironment() });
    const ended = (error: Error) => {
      if (this.#process !== started) return;
      this.#process = undefined;
      const waiting = this.#waiting;
      this.#waiting = [];
      this.#chunks = [];
      this.#received = 0;
      this.#needed = 1;
      for (const request of waiting) request.reject(error);
    };
    started.stdout.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    started.stdin.on("error", () => undefined);
    started.stderr.resume();
    started.on("error", ended);
    started.on("close", () => ended(new Error("git cat-file has ended")));
    return started;
  }

  #receive(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#needed) return;
    const buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    let at = 0;
    this.#needed = 1;
    for (;;) {
      const line = buffer.indexOf(0x0a, at);
      if (line < 0) break;
      const [oid = "", type = "", size = ""] = Buffer.from(buffer.subarray(at, line)).toString("latin1").split(" ");
      if (type === "missing") {
        this.#waiting.shift()?.reject(new MissingObject(oid, "object"));
        at = line + 1;
        continue;
      }
      const end = line + 1 + Number(size);
      if (buffer.length < end + 1) {
        this.#needed = end + 1 - at;
        break;
      }
      const request = this.#waiting.shift();
      // A copy: the chunk may be large, and what is read is kept for long.
      if (request?.type === type) request.resolve(Uint8Array.from(buffer.subarray(line + 1, end)));
      else request?.reject(new MissingObject(oid, request.type));
      at = end + 1;
    }
    const rest = buffer.subarray(at);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#received = rest.length;
  }
}
