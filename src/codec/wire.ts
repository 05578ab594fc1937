/** Bytes that are no protobuf message, or not the one they should be. */
export class MalformedMessage extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MalformedMessage";
  }
}

/** One field as it stands on the wire. */
export interface WireField {
  readonly number: number;
  readonly wireType: 0 | 1 | 2 | 5;
  /** Payload of wire types 1, 2 and 5: a view, not a copy. Empty for 0. */
  readonly bytes: Uint8Array;
  /** Value of wire type 0, clamped to the safe integers; 0 for the others. */
  readonly varint: number;
}

const empty = new Uint8Array(0);

/** The fields of a message in the order in which they stand (protobuf encoding specification). Throws {@link MalformedMessage} on anything that is cut, overlong, a group or field 0. */
export function* fields(message: Uint8Array): Generator<WireField> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < 10; i++) {
      const byte = message[at++];
      if (byte === undefined) throw new MalformedMessage("a varint is cut");
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return Math.min(value, Number.MAX_SAFE_INTEGER);
    }
    throw new MalformedMessage("a varint is longer than 10 bytes");
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) throw new MalformedMessage("a field is cut");
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0 || number > 0x1fffffff) throw new MalformedMessage(`field number ${number} does not exist`);
    if (wireType === 0) yield { number, wireType, bytes: empty, varint: varint() };
    else if (wireType === 1) yield { number, wireType, bytes: take(8), varint: 0 };
    else if (wireType === 2) yield { number, wireType, bytes: take(varint()), varint: 0 };
    else if (wireType === 5) yield { number, wireType, bytes: take(4), varint: 0 };
    else throw new MalformedMessage(`wire type ${wireType} is not used`);
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a string field. Throws {@link MalformedMessage} if it is not UTF-8. */
export function text(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    throw new MalformedMessage("a string is not valid UTF-8");
  }
}

const encoder = new TextEncoder();

/** Tag, length and payload of a length-delimited field: a string, bytes or an encoded message. */
export function lengthDelimited(number: number, payload: Uint8Array | string): Uint8Array {
  const bytes = typeof payload === "string" ? encoder.encode(payload) : payload;
  const tag = number * 8 + 2;
  const header = varintLength(tag) + varintLength(bytes.length);
  const field = new Uint8Array(header + bytes.length);
  writeVarint(field, writeVarint(field, 0, tag), bytes.length);
  field.set(bytes, header);
  return field;
}

/** Tag and length of a length-delimited field, for a payload that is written elsewhere. */
export function lengthHeader(number: number, length: number): Uint8Array {
  return twoVarints(number * 8 + 2, length);
}

/** Tag and value of a varint field; the value is a non-negative safe integer. */
export function varintField(number: number, value: number): Uint8Array {
  return twoVarints(number * 8, value);
}

/** All parts in one. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function twoVarints(first: number, second: number): Uint8Array {
  const bytes = new Uint8Array(varintLength(first) + varintLength(second));
  writeVarint(bytes, writeVarint(bytes, 0, first), second);
  return bytes;
}

function varintLength(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) length++;
  return length;
}

/** Writes at a place and gives back the place behind. */
function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  bytes[at++] = rest;
  return at;
}
