import { fields, lengthDelimited, text, varintField } from "../../src/codec/wire.ts";
import type { Mode } from "../../src/xds/event.ts";
import { valueField } from "./resources.ts";

/** What a test writes in a request; what is absent is not written. */
export interface Ask {
  readonly type?: string;
  readonly node?: string;
  readonly names?: readonly string[];
  readonly subscribe?: readonly string[];
  readonly unsubscribe?: readonly string[];
  readonly claims?: Readonly<Record<string, string>>;
  readonly version?: string;
  readonly nonce?: string;
  readonly error?: string;
  /** Status code beside the error; 13, as Envoy sends it, if absent. */
  readonly code?: number;
  /** Encoded fields that are added as they are. */
  readonly extra?: Uint8Array;
}

/** A response as it came over the wire. */
export interface Response {
  readonly mode: Mode;
  readonly type: string;
  readonly nonce: string;
  readonly label: string;
  readonly identifier: string;
  /** In order: name, type URL of the Any, the varied value, delta version. */
  readonly resources: readonly { readonly name: string; readonly type: string; readonly value: string; readonly version: string }[];
  readonly removed: readonly string[];
}

/** Encodes a request of either form. */
export function encodeRequest(mode: Mode, ask: Ask): Buffer {
  const sotw = mode === "sotw";
  const list = (number: number, values: readonly string[] = []) => values.map((value) => lengthDelimited(number, value));
  const one = (number: number, value: string | undefined) => (value === undefined ? [] : [lengthDelimited(number, value)]);
  const node = ask.node === undefined ? [] : [lengthDelimited(sotw ? 2 : 1, lengthDelimited(1, ask.node))];
  const claims = Object.entries(ask.claims ?? {}).map(([name, version]) =>
    lengthDelimited(5, Buffer.concat([lengthDelimited(1, name), lengthDelimited(2, version)])),
  );
  const error =
    ask.error === undefined
      ? []
      : [lengthDelimited(sotw ? 6 : 7, Buffer.concat([varintField(1, ask.code ?? 13), lengthDelimited(2, ask.error)]))];
  const parts = sotw
    ? [...one(1, ask.version), ...node, ...list(3, ask.names), ...one(4, ask.type), ...one(5, ask.nonce), ...error]
    : [...node, ...one(2, ask.type), ...list(3, ask.subscribe), ...list(4, ask.unsubscribe), ...claims, ...one(6, ask.nonce), ...error];
  return Buffer.concat([...parts, ask.extra ?? new Uint8Array()]);
}

/** Decodes a response of either form. */
export function decodeResponse(mode: Mode, bytes: Uint8Array): Response {
  const found = { mode, type: "", nonce: "", label: "", identifier: "" };
  const resources: Response["resources"][number][] = [];
  const removed: string[] = [];
  for (const field of fields(bytes)) {
    if (field.number === 1) found.label = text(field.bytes);
    else if (field.number === 2) resources.push(mode === "sotw" ? readAny(field.bytes) : readResource(field.bytes));
    else if (field.number === 4) found.type = text(field.bytes);
    else if (field.number === 5) found.nonce = text(field.bytes);
    else if (field.number === 6 && mode === "delta") removed.push(text(field.bytes));
    else if (field.number === (mode === "sotw" ? 6 : 7)) found.identifier = text([...fields(field.bytes)][0]?.bytes ?? new Uint8Array());
    else throw new Error(`a response with the field ${field.number}`);
  }
  return { ...found, resources, removed };
}

function readResource(bytes: Uint8Array): Response["resources"][number] {
  const parts = new Map([...fields(bytes)].map((field) => [field.number, field.bytes]));
  const inner = readAny(parts.get(2) ?? new Uint8Array());
  return { ...inner, name: text(parts.get(3) ?? new Uint8Array()), version: text(parts.get(1) ?? new Uint8Array()) };
}

function readAny(bytes: Uint8Array): Response["resources"][number] {
  const any = new Map([...fields(bytes)].map((field) => [field.number, field.bytes]));
  const message = new Map([...fields(any.get(2) ?? new Uint8Array())].map((field) => [field.number, field.bytes]));
  const read = (part: Uint8Array | undefined) => text(part ?? new Uint8Array());
  return { name: read(message.get(1)), type: read(any.get(1)), value: read(message.get(valueField)), version: "" };
}

/** `a=1 b=2 -c`: what a response holds, for comparisons. */
export function gist(response: Response): string {
  const upserts = response.resources.map(({ name, value }) => `${name}=${value}`);
  return [...upserts, ...response.removed.map((name) => `-${name}`)].join(" ");
}
