import type { Resource, TypeUrl } from "../../src/envoy/resource.ts";
import { shortName } from "../../src/envoy/type-url.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Effect, Event, Message, Mode, Request } from "../../src/xds/event.ts";
import type { Memory } from "../../src/xds/memory.ts";
import { SnapshotPool } from "../../src/xds/snapshot-pool.ts";
import { step } from "../../src/xds/step.ts";
import { createStream, type Stream } from "../../src/xds/stream.ts";
import { type View, viewOf } from "../../src/xds/view.ts";
import { snapshot } from "./resources.ts";

type OfKind<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;
type Happening = Event extends infer E ? (E extends Event ? Omit<E, "now"> : never) : never;

/** The reducer alone, with time that stands still; every request is written by the test. */
export class Stepper {
  readonly mode: Mode;
  readonly pool = new SnapshotPool();
  stream: Stream = createStream();
  now = 0;
  /** All effects of the stream so far. */
  effects: Effect[] = [];
  #last: Snapshot | undefined;
  #push = 0;

  constructor(mode: Mode = "delta") {
    this.mode = mode;
  }

  /** Makes a snapshot of exactly these resources the target, of streams to come too. */
  publish(commit: number, ...resources: readonly Resource[]): Snapshot {
    this.#last = snapshot(commit, resources, this.#last);
    this.#push++;
    this.pool.add(this.#last);
    if (this.stream.opened !== undefined && !this.stream.closed) this.happen({ kind: "target", view: this.#view() as View });
    return this.#last;
  }

  /** Begins a new stream, of one type if it is given, of a node of which this is remembered. */
  open(type?: TypeUrl, memory?: Memory): this {
    this.stream = createStream();
    this.effects = [];
    const view = this.#view();
    this.happen({
      kind: "open",
      mode: this.mode,
      node: "n1",
      pool: this.pool,
      ...(type === undefined ? {} : { type }),
      ...(memory === undefined ? {} : { memory }),
      ...(view === undefined ? {} : { view }),
    });
    return this;
  }

  happen(what: Happening): readonly Effect[] {
    const effects = step(this.stream, { now: this.now, ...what } as Event);
    this.effects.push(...effects);
    return effects;
  }

  /** A request with nothing but what is given. */
  send(type: TypeUrl, more: Partial<Request> = {}): readonly Effect[] {
    const empty = { node: "", names: [], subscribe: [], unsubscribe: [], claims: new Map<string, string>(), version: "", nonce: "" };
    return this.happen({ kind: "request", request: { type, ...empty, ...more } });
  }

  /** Asks for names; in SotW they are the whole list. */
  ask(type: TypeUrl, ...names: string[]): readonly Effect[] {
    if (this.mode === "delta") return this.send(type, { subscribe: names });
    return this.send(type, { names, nonce: this.stream.subs.get(type)?.lastNonce ?? "" });
  }

  /** The message that the next turn writes, flushed at once. */
  written(): Message | undefined {
    const [write] = of("write", this.happen({ kind: "pump" }));
    if (write !== undefined) this.happen({ kind: "flushed" });
    return write?.message;
  }

  /** The next message, which must be of the type and hold exactly this: `a b -c`, names alone. Throws if it does not. */
  expect(type: TypeUrl, content: string): Message {
    const message = this.written();
    const seen = message === undefined ? "nothing" : `${shortName(message.type)} ${this.gist(message)}`;
    const wanted = `${shortName(type)} ${content}`;
    if (message === undefined || seen !== wanted) throw new Error(`expected ${wanted}, written was ${seen}`);
    return message;
  }

  /** {@link expect}, and accepts it. */
  take(type: TypeUrl, content: string): Message {
    const message = this.expect(type, content);
    this.ack(message);
    return message;
  }

  /** Nothing is due. */
  silent(): void {
    const message = this.written();
    if (message !== undefined) throw new Error(`expected nothing, written was ${shortName(message.type)} ${this.gist(message)}`);
  }

  ack(message: Message): readonly Effect[] {
    return this.send(message.type, { nonce: message.nonce, ...this.#list(message.type, message.label) });
  }

  nack(message: Message, text = "no"): readonly Effect[] {
    return this.send(message.type, { nonce: message.nonce, error: { code: 13, message: text }, ...this.#list(message.type, "") });
  }

  /** Lets time pass; tells the stream, as the shell does for a time that was asked for. */
  pass(ms: number): void {
    this.now += ms;
    this.happen({ kind: "tick" });
  }

  /** Names that the target has of a type, in order. */
  names(type: TypeUrl): string {
    return [...(this.#last?.types.get(type)?.resources.keys() ?? [])].join(" ");
  }

  /** The roll-up of a type as last reported, with its reason if there is one. */
  status(type: TypeUrl): string {
    const last = of("status", this.effects).findLast((one) => one.type === type);
    return [last?.status, last?.reason].filter((one) => one !== undefined).join(" ");
  }

  /** What has been counted, in order. */
  get counted(): string[] {
    return of("count", this.effects).map((one) => one.what);
  }

  /** Names of a message, what goes with a minus; in SotW absences are not written. */
  gist({ upserts, removals }: Message): string {
    const gone = this.mode === "delta" ? removals.map((name) => `-${name}`) : [];
    return [...upserts.map((one) => one.name), ...gone].join(" ");
  }

  /** In SotW a client repeats what it asks for, and the version it has. */
  #list(type: TypeUrl, version: string): Partial<Request> {
    if (this.mode === "delta") return {};
    const sub = this.stream.subs.get(type);
    return { version, names: [...(sub?.names ?? []), ...(sub?.wildcard && sub.named ? ["*"] : [])] };
  }

  #view(): View | undefined {
    return this.#last === undefined ? undefined : viewOf(this.#last, this.#push);
  }
}

/** The effects of one kind. */
export function of<K extends Effect["kind"]>(kind: K, effects: readonly Effect[]): OfKind<K>[] {
  return effects.filter((one): one is OfKind<K> => one.kind === kind);
}
