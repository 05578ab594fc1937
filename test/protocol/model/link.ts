import type { TypeUrl } from "../../../src/envoy/resource.ts";
import type { Effect, Event, Message, Mode, Request } from "../../../src/xds/event.ts";
import { type Memory, noMemory } from "../../../src/xds/memory.ts";
import { step } from "../../../src/xds/step.ts";
import { createStream } from "../../../src/xds/stream.ts";
import type { Pool, View } from "../../../src/xds/view.ts";
import { Watch } from "./watch.ts";

type Happening = Event extends infer E ? (E extends Event ? Omit<E, "now"> : never) : never;

/** What a stream begins with. */
export interface LinkOptions {
  readonly mode: Mode;
  readonly type?: TypeUrl;
  readonly memory: Memory;
  readonly pool: Pool;
  readonly view: View;
  readonly now: number;
}

/** One stream: the reducer, the shell around it in memory, and the messages on their way. */
export class Link {
  /** Messages that the client has not read yet. */
  readonly inbox: Message[] = [];
  readonly status = new Map<TypeUrl, string>();
  #memory: Memory = noMemory;
  readonly #stream = createStream();
  readonly #watch: Watch;
  #now: number;
  #wakeAt = Number.POSITIVE_INFINITY;
  #unflushed: Message | undefined;
  #ready = false;

  constructor({ mode, type, memory, pool, view, now }: LinkOptions) {
    this.#watch = new Watch(mode, memory);
    this.#now = now;
    this.#watch.published(view);
    this.#happen({ kind: "open", mode, node: "n", memory, pool, view, ...(type === undefined ? {} : { type }) });
  }

  request(request: Request): void {
    this.#watch.requested(request);
    this.#happen({ kind: "request", request });
  }

  target(view: View): void {
    this.#watch.published(view);
    this.#happen({ kind: "target", view });
  }

  retry(): void {
    this.#watch.retried();
    this.#happen({ kind: "retry" });
  }

  /** The transport hands the last write on: from now on the client can read it. */
  flush(): void {
    if (this.#unflushed === undefined) return;
    this.inbox.push(this.#unflushed);
    this.#unflushed = undefined;
    this.#happen({ kind: "flushed" });
  }

  /** Time has passed. */
  tick(now: number): void {
    this.#now = now;
    if (this.#wakeAt > now) return;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    this.#happen({ kind: "tick" });
  }

  /** The stream is lost with everything on its way; gives what is to be remembered. */
  close(): Memory {
    this.#happen({ kind: "closed" });
    return this.#memory;
  }

  #happen(what: Happening): void {
    this.#step(what);
    while (this.#ready) {
      this.#ready = false;
      this.#step({ kind: "pump" });
    }
  }

  #step(what: Happening): void {
    for (const effect of step(this.#stream, { now: this.#now, ...what } as Event)) this.#carry(effect);
  }

  #carry(effect: Effect): void {
    if (effect.kind === "ready") this.#ready = true;
    if (effect.kind === "wake") this.#wakeAt = effect.at;
    if (effect.kind === "status") this.status.set(effect.type, effect.status);
    if (effect.kind === "remember") this.#memory = effect.memory;
    if (effect.kind === "close") throw new Error(`closed: ${effect.message}`);
    if (effect.kind === "defect") throw new Error(`defect: ${effect.invariant}`);
    if (effect.kind === "write") this.#write(effect.message);
  }

  #write(message: Message): void {
    if (this.#unflushed !== undefined) throw new Error("a second message before the first was flushed");
    this.#watch.written(message, this.#now);
    this.#unflushed = message;
  }
}
