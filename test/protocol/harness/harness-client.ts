import type { Client } from "../client/client.ts";
import { until } from "../client/until.ts";
import type { Ask, Response } from "../messages.ts";

/** What was last heard of a resource. */
interface Heard {
  readonly version: string;
  readonly nonce: string;
}

/** How soon a change must be seen, in milliseconds: the harness looks after three seconds, whatever the machine does meanwhile. */
const soon = 1_000;

/**
 * A client as the harness is one, with its habits (xds.md 10.2): every response is accepted at once, the node is in requests that subscribe only.
 * What takes something from a subscription is over when the server has read it: a change on another connection could overtake it.
 */
export class HarnessClient {
  readonly #client: Client;
  readonly #heard = new Map<string, Map<string, Heard>>();
  readonly #removed = new Map<string, Set<string>>();
  /** What acceptances repeat in SotW: the first subscription of the stream, or the one that replaced it, whatever type they are for. */
  #repeated: { readonly type: string; readonly names: readonly string[] } | undefined;
  #requests = 0;

  constructor(client: Client) {
    this.#client = client;
    client.onResponse((response) => this.#take(response));
  }

  /** Subscribes; without names to everything. */
  subscribe(type: string, ...names: string[]): void {
    this.#heard.set(type, new Map());
    this.#repeated ??= { type, names };
    this.#send(type, { node: this.#client.node, ...this.#list(names) });
  }

  /** SotW: wants this one alone from now on. */
  async narrow(type: string, name: string): Promise<void> {
    const { version, nonce } = this.#of(type).get(name) ?? { version: "", nonce: "" };
    this.#heard.set(type, new Map([[name, { version, nonce }]]));
    this.#repeated = { type, names: [name] };
    this.#send(type, { version, nonce, names: [name] });
    await this.#client.settled();
  }

  /** SotW: wants nothing any more, which it says with the empty name. */
  async unsubscribeAll(type: string): Promise<void> {
    const nonce = [...this.#of(type).values()].at(-1)?.nonce ?? "";
    this.#heard.set(type, new Map());
    this.#repeated = { type, names: [""] };
    this.#send(type, { nonce, names: [""] });
    await this.#client.settled();
  }

  /** Delta: does not want this one any more. */
  async unsubscribe(type: string, name: string): Promise<void> {
    const { nonce = "" } = this.#of(type).get(name) ?? {};
    this.#of(type).delete(name);
    this.#send(type, { nonce, unsubscribe: [name] });
    await this.#client.settled();
  }

  /** These have come, in this version, and soon. */
  async receives(type: string, version: string, ...names: string[]): Promise<void> {
    const since = performance.now();
    await until(
      () => `${names} in version ${version}; heard ${JSON.stringify([...this.#of(type)])}`,
      () => names.every((name) => this.#of(type).get(name)?.version === version),
    );
    const took = performance.now() - since;
    if (took > soon) throw new Error(`${names} in version ${version} took ${took} ms`);
  }

  /** {@link receives}, and nothing but these. */
  async receivesOnly(type: string, version: string, ...names: string[]): Promise<void> {
    await this.receives(type, version, ...names);
    await this.#client.settled();
    const others = [...this.#of(type).keys()].filter((name) => !names.includes(name));
    if (others.length > 0) throw new Error(`received ${others} as well`);
  }

  /** They came in one response. */
  together(type: string, ...names: string[]): void {
    const nonces = new Set(names.map((name) => this.#of(type).get(name)?.nonce));
    if (nonces.size !== 1) throw new Error(`${names} came in ${nonces.size} responses`);
  }

  /** No other resource came with this one; with `version`, none has its version either. */
  alone(type: string, name: string, what: "nonce" | "nonce and version"): void {
    const one = this.#of(type).get(name);
    for (const [other, heard] of this.#of(type)) {
      if (other === name) continue;
      if (heard.nonce === one?.nonce) throw new Error(`${other} came with ${name}`);
      if (what === "nonce and version" && heard.version === one?.version) throw new Error(`${other} has the version of ${name}`);
    }
  }

  /** Delta: it was told that this one is gone. */
  async losesSight(type: string, name: string): Promise<void> {
    await until(
      () => `the removal of ${name}`,
      () => this.#removed.get(type)?.has(name) === true,
    );
  }

  /** Nothing of the type has come since it was last (un)subscribed to, or not this one. */
  async receivesNothing(type: string, ...names: string[]): Promise<void> {
    await this.#client.settled();
    const come = [...this.#of(type).keys()].filter((name) => names.length === 0 || names.includes(name));
    if (come.length > 0) throw new Error(`received ${come}`);
  }

  /** Ends its half of the stream; even then there are fewer responses than requests: none answered an acceptance. */
  async endsQuietly(type: string): Promise<void> {
    this.#client.stream(type).halfClose();
    const { code } = await this.#client.ended(type);
    if (code !== 0) throw new Error(`the stream has ended with ${code}`);
    await this.#client.settled();
    const responses = this.#client.log.length;
    if (responses >= this.#requests) throw new Error(`${responses} responses to ${this.#requests} requests`);
  }

  #take(response: Response): void {
    const { type, nonce, label } = response;
    for (const { name } of response.resources) this.#of(type).set(name, { version: label, nonce });
    for (const name of response.removed) {
      this.#of(type).delete(name);
      this.#removed.set(type, (this.#removed.get(type) ?? new Set()).add(name));
    }
    const sotw = this.#client.mode === "sotw";
    if (sotw) this.#send(type, { version: label, nonce, ...this.#repeated });
    else this.#send(type, { nonce });
  }

  #send(type: string, ask: Ask): void {
    this.#requests++;
    this.#client.raw(type, { type, ...ask });
  }

  #list(names: readonly string[]): Ask {
    return this.#client.mode === "sotw" ? { names } : { subscribe: names };
  }

  #of(type: string): Map<string, Heard> {
    const heard = this.#heard.get(type) ?? new Map<string, Heard>();
    this.#heard.set(type, heard);
    return heard;
  }
}
