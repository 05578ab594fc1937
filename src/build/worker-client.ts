import { Worker } from "node:worker_threads";
import type { Outcome } from "../snapshot/manifest.ts";
import type { Answers, FromWorker, Question, Retained, ToWorker, WorkerSettings } from "./protocol.ts";

/** What the worker tells; `died` says why a worker ended that was not asked to. */
export interface WorkerHooks {
  message(message: Exclude<FromWorker, { kind: "answer" | "refusal" }>): void;
  died(error: Error): void;
}

/** The worker as the serving thread sees it. */
export interface BuildWorker {
  /** Hands over what the worker has told so far and what it will tell; once. */
  listen(hooks: WorkerHooks): void;
  ask<W extends keyof Answers>(question: Extract<Question, { what: W }>): Promise<Answers[W]>;
  /** Names the snapshots that are kept however old they are. */
  retain(snapshots: readonly Retained[]): void;
  /** Something was decided about a snapshot; the history tells it. */
  ended(fleet: string, commit: string, outcome: Outcome): void;
  close(): Promise<void>;
  /** Ends it at once, whatever it does. */
  terminate(): Promise<void>;
}

/** Wait before a worker that died is started again, doubling up to the last of them, in milliseconds. */
const restartAfter = [100, 1000, 10_000];

/**
 * Starts the worker and keeps one running until `close`. A new one builds from the data directory what the old one had.
 * It works before anybody listens, so that the rest of the program can be loaded meanwhile; what it tells is kept.
 */
export function startWorker(settings: WorkerSettings): BuildWorker {
  let early: ((hooks: WorkerHooks) => void)[] = [];
  let listener: WorkerHooks | undefined;
  const tell = (what: (hooks: WorkerHooks) => void) => {
    if (listener === undefined) early.push(what);
    else what(listener);
  };
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  let retained: readonly Retained[] | undefined;
  let asked = 0;
  let deaths = 0;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let worker = start();

  function start(): Worker {
    const started = new Worker(new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url), {
      workerData: settings,
    });
    let failure: Error | undefined;
    started.on("message", (message: FromWorker) => {
      if (message.kind === "answer" || message.kind === "refusal") return settle(message);
      if (message.kind === "built") deaths = 0;
      tell((hooks) => hooks.message(message));
    });
    started.on("error", (error) => {
      failure = error instanceof Error ? error : new Error(String(error));
    });
    started.on("exit", () => {
      for (const { reject } of waiting.values()) reject(new Error("the worker has ended"));
      waiting.clear();
      if (closed) return;
      const reason = failure ?? new Error("the worker has ended");
      tell((hooks) => hooks.died(reason));
      timer = setTimeout(
        () => {
          worker = start();
        },
        restartAfter[Math.min(deaths++, restartAfter.length - 1)],
      );
    });
    if (retained !== undefined) started.postMessage({ kind: "retain", snapshots: retained } satisfies ToWorker);
    return started;
  }

  function settle(message: Extract<FromWorker, { kind: "answer" | "refusal" }>): void {
    const question = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === "answer") question?.resolve(message.value as never);
    else question?.reject(new Error(message.message));
  }

  return {
    listen(hooks) {
      listener = hooks;
      for (const what of early) what(hooks);
      early = [];
    },
    ask(question) {
      return new Promise((resolve, reject) => {
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ kind: "ask", id, question } satisfies ToWorker);
      });
    },
    retain(snapshots) {
      retained = snapshots;
      worker.postMessage({ kind: "retain", snapshots } satisfies ToWorker);
    },
    ended: (fleet, commit, outcome) => worker.postMessage({ kind: "ended", fleet, commit, outcome } satisfies ToWorker),
    async terminate() {
      closed = true;
      clearTimeout(timer);
      await worker.terminate();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
      worker.postMessage({ kind: "stop" } satisfies ToWorker);
      const overdue = setTimeout(() => void worker.terminate(), 2000);
      if (worker.threadId !== -1) await ended;
      clearTimeout(overdue);
    },
  };
}
