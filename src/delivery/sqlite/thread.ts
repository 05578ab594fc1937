import { Worker } from "node:worker_threads";
import { StoreUnwritable } from "../store.ts";
import type { Committed, PlainChange } from "./database.ts";
import type { SetAside } from "./open.ts";
import type { FromDatabase, ToDatabase } from "./protocol.ts";

type Answer = Extract<FromDatabase, { kind: "got" | "committed" }>;

/** The thread of the database as the rest of the program sees it: answers come in the order of the requests. */
export class DatabaseThread {
  readonly #path: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #asked = 0;

  /** Opens the file; what had to be set aside for it is told. */
  constructor(path: string, setAside: (what: SetAside) => void) {
    this.#path = path;
    const file = import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js";
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: { path } });
    this.#worker.unref();
    this.#worker.on("message", (message: FromDatabase) => {
      if (message.kind === "set-aside") setAside(message.setAside);
      else this.#settle(message);
    });
    this.#worker.on("error", (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => this.#fail(new Error("the store is closed")));
  }

  /** This and the others reject with {@link StoreUnwritable} if the disk is at fault. */
  async get(prefix: string): Promise<Extract<FromDatabase, { kind: "got" }>["value"]> {
    const answer = await this.#ask((id) => ({ kind: "get", id, prefix }));
    if (answer.kind !== "got") throw new Error("the thread of the store has answered something else");
    return answer.value;
  }

  commit(change: PlainChange): Promise<Committed> {
    return this.#change((id) => ({ kind: "commit", id, change }));
  }

  revoke(lease: string): Promise<Committed> {
    return this.#change((id) => ({ kind: "revoke", id, lease }));
  }

  async close(): Promise<void> {
    if (this.#worker.threadId === -1) return;
    const ended = new Promise<void>((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.postMessage({ kind: "close" } satisfies ToDatabase);
    await ended;
  }

  async #change(request: (id: number) => ToDatabase): Promise<Committed> {
    const answer = await this.#ask(request);
    if (answer.kind !== "committed") throw new Error("the thread of the store has answered something else");
    return answer.value;
  }

  #ask(request: (id: number) => ToDatabase): Promise<Answer> {
    const id = ++this.#asked;
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(request(id));
    });
  }

  #settle(message: Exclude<FromDatabase, { kind: "set-aside" }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (message.kind !== "failed") waiting?.resolve(message);
    else
      waiting?.reject(
        message.unwritable ? new StoreUnwritable(this.#path, message.message) : new Error(`${this.#path}: ${message.message}`),
      );
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
