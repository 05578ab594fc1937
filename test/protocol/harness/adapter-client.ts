import { fields, lengthDelimited } from "../../../src/codec/wire.ts";
import type { Connection } from "../client/connection.ts";

/** Calls `adapter.Adapter` as the harness does; every message is written and read by hand. */
export class AdapterClient {
  readonly #connection: Connection;
  readonly #node: string;

  constructor(connection: Connection, node: string) {
    this.#connection = connection;
    this.#node = node;
  }

  /** Sets the names of several types, as messages that hold nothing else. */
  async setState(version: string, types: readonly string[], names: readonly string[]): Promise<void> {
    const resources = types.flatMap((type) =>
      names.map((name) => lengthDelimited(3, Buffer.concat([lengthDelimited(1, type), lengthDelimited(2, lengthDelimited(1, name))]))),
    );
    await this.#succeed("SetState", [lengthDelimited(1, this.#node), lengthDelimited(2, version), ...resources]);
  }

  async clearState(): Promise<void> {
    await this.#call("ClearState", [lengthDelimited(1, this.#node)]);
  }

  async change(method: "AddResource" | "UpdateResource" | "RemoveResource", type: string, name: string, version: string): Promise<void> {
    const texts = [this.#node, type, name, version].map((value, i) => lengthDelimited(i + 1, value));
    await this.#succeed(method, texts);
  }

  async #succeed(method: string, parts: readonly Uint8Array[]): Promise<void> {
    const [success] = [...fields(await this.#call(method, parts))];
    if (success?.number !== 1 || success.varint !== 1) throw new Error(`${method} has not succeeded`);
  }

  async #call(method: string, parts: readonly Uint8Array[]): Promise<Buffer> {
    const responses: Buffer[] = [];
    const call = this.#connection.call(`/adapter.Adapter/${method}`, (bytes) => responses.push(bytes));
    call.write(Buffer.concat(parts));
    call.halfClose();
    const ending = await call.ended();
    const [response] = responses;
    if (ending.code !== 0 || response === undefined) throw new Error(`${method} has failed: ${JSON.stringify(ending)}`);
    return response;
  }
}
