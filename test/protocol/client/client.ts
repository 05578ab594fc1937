import type { SecureClientSessionOptions } from "node:http2";
import type { Mode } from "../../../src/xds/event.ts";
import { type Ask, decodeResponse, encodeRequest, gist, type Response } from "../messages.ts";
import type { Call, Ending } from "./call.ts";
import { Connection } from "./connection.ts";
import { methodPath } from "./method.ts";
import { until } from "./until.ts";
import { isAggregated, modeOf, type Variant } from "./variant.ts";

/** A client whose every request is written by the test. On ADS it has one stream, else one for each type, opened by the first request of it. */
export class Client {
  readonly variant: Variant;
  readonly mode: Mode;
  readonly node: string;
  readonly connection: Connection;
  /** Every response, in order of arrival. */
  readonly log: Response[] = [];
  readonly #calls = new Map<string, Call>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #versions = new Map<string, string>();
  #read = 0;
  #reader: ((response: Response) => void) | undefined;
  closed = false;
  readonly #seen = new Set<Call>();
  /** What no response may be (C3, C6, C17), found as responses came. */
  readonly #faults: string[] = [];
  readonly #nonces = new Set<string>();

  constructor(port: number, variant: Variant, node: string, tls?: SecureClientSessionOptions) {
    this.variant = variant;
    this.mode = modeOf(variant);
    this.node = node;
    this.connection = new Connection(port, tls);
  }

  /** The stream that carries a type; opened if there is none yet. */
  stream(type: string): Call {
    const key = isAggregated(this.variant) ? "" : type;
    const open = this.#calls.get(key);
    if (open !== undefined) return open;
    const call = this.connection.call(methodPath(this.variant, type), (bytes) => this.#take(decodeResponse(this.mode, bytes)));
    this.#calls.set(key, call);
    return call;
  }

  /** Sends a request exactly as it is given, on the stream of `type`. */
  raw(type: string, ask: Ask): void {
    this.stream(type).write(encodeRequest(this.mode, ask));
  }

  /** Sends a request; the first one of a stream carries the node. */
  send(ask: Ask & { readonly type: string }): void {
    const key = isAggregated(this.variant) ? "" : ask.type;
    this.raw(ask.type, this.#calls.has(key) ? ask : { node: this.node, ...ask });
  }

  /** Asks for a type for the first time, or (SotW) for another list of names; in delta only what is new is named. */
  ask(type: string, ...names: string[]): void {
    this.#names.set(type, names);
    this.send(this.mode === "sotw" ? { type, names, ...this.#answering(type) } : { type, subscribe: names });
  }

  /** The next response, in order of arrival. */
  async next(): Promise<Response> {
    const at = this.#read++;
    await until(
      () => `response ${at + 1}; so far ${this.log.map(shown).join(", ")}`,
      () => this.log.length > at,
    );
    return this.log[at] as Response;
  }

  /** The next response, which must be of this type and hold exactly this; see {@link gist}. */
  async expect(type: string, content: string): Promise<Response> {
    const response = await this.next();
    if (shown(response) !== `${type} ${content}`) throw new Error(`expected ${type} ${content}\nreceived ${shown(response)}`);
    return response;
  }

  /** {@link expect}, and accepts it. */
  async take(type: string, content: string, names?: readonly string[]): Promise<Response> {
    const response = await this.expect(type, content);
    this.ack(response, names);
    return response;
  }

  /** Accepts a response; in SotW with the names the subscription has (those of the last request if none are given). */
  ack(response: Response, names?: readonly string[]): void {
    if (names !== undefined) this.#names.set(response.type, names);
    const list = this.mode === "sotw" ? { version: response.label, names: this.#names.get(response.type) ?? [] } : {};
    this.send({ type: response.type, nonce: response.nonce, ...list });
    this.#versions.set(response.type, response.label);
  }

  /** Rejects a response; `more` is added to the request, or stands in its place. */
  nack(response: Response, error = "no", more: Ask = {}): void {
    const { type, nonce } = response;
    const list = this.mode === "sotw" ? { version: this.#versions.get(type) ?? "", names: this.#names.get(type) ?? [] } : {};
    this.send({ type, nonce, error, ...list, ...more });
  }

  /** From now on every response is handed to this function at once, and counts as read. */
  onResponse(reader: (response: Response) => void): void {
    this.#reader = reader;
  }

  /** Waits until all that was sent is read and all that is due has come. */
  async settled(): Promise<void> {
    await this.connection.fence();
  }

  /** Nothing more has come than what was read, no stream has ended unnoticed, and nothing will come. */
  async silent(): Promise<void> {
    await this.settled();
    if (this.#faults.length > 0) throw new Error(this.#faults.join("; "));
    const more = this.log.slice(this.#read).map(shown);
    if (more.length > 0) throw new Error(`expected silence, received ${more.join(", ")}`);
    const ends = [...this.#calls.values()].filter((call) => call.ending !== undefined && !this.#seen.has(call));
    if (ends.length > 0) throw new Error(`a stream has ended: ${JSON.stringify(ends.map(({ ending }) => ending))}`);
  }

  /** How the stream of the type ended. */
  async ended(type: string): Promise<Ending> {
    const call = this.stream(type);
    this.#seen.add(call);
    return call.ended();
  }

  /** Cuts the connection. */
  close(): void {
    this.closed = true;
    this.connection.close();
  }

  #take(response: Response): void {
    this.log.push(response);
    this.#examine(response);
    if (this.#reader === undefined) return;
    this.#read = this.log.length;
    this.#reader(response);
  }

  #examine({ type, nonce, identifier, resources, removed }: Response): void {
    const names = [...resources.map(({ name }) => name), ...removed];
    if (new Set(names).size !== names.length) this.#faults.push(`${nonce} holds a name twice`);
    if (resources.some((one) => one.type !== type)) this.#faults.push(`${nonce} holds a resource of another type`);
    // Streams of one type share nothing: their nonces may be equal.
    const key = isAggregated(this.variant) ? nonce : `${type} ${nonce}`;
    if (nonce === "" || this.#nonces.has(key)) this.#faults.push(`the nonce ${nonce} is not new`);
    this.#nonces.add(key);
    if (identifier === "") this.#faults.push(`${nonce} does not name the control plane`);
  }

  #answering(type: string): Ask {
    const last = this.log.findLast((one) => one.type === type);
    return last === undefined ? {} : { nonce: last.nonce, version: this.#versions.get(type) ?? "" };
  }
}

function shown(response: Response): string {
  return `${response.type} ${gist(response)}`;
}
