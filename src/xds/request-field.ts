import { MalformedMessage, text, type WireField } from "../codec/wire.ts";

/** The payload of a field that is a string, bytes or a message. Throws MalformedMessage if it stands there as something else. */
export function payload({ number, wireType, bytes }: WireField): Uint8Array {
  if (wireType !== 2) throw new MalformedMessage(`field ${number} has the wire type ${wireType}`);
  return bytes;
}

/** The text of a string field. Throws MalformedMessage. */
export function textOf(field: WireField): string {
  return text(payload(field));
}
