import type protobuf from "protobufjs";
import { byCodePoint } from "../problem/order.ts";
import { scalar } from "./scalar.ts";

/** How the keys of a map are written. */
export interface MapKey {
  /** Writes tag and key of an entry from its name in JSON. Throws `TypeError` for one that does not fit. */
  write(writer: protobuf.Writer, name: string): void;
  /** The order of entries: numbers by value, everything else by code point. */
  order(a: string, b: string): number;
}

/** The keys of a map by their protobuf type. */
export function mapKey(type: string): MapKey {
  const kind = scalar(type);
  if (kind === undefined) throw new Error(`no map key can be ${type}`);
  const tag = 8 + kind.wireType;
  if (type === "string") return { write: (writer, name) => kind.write(writer.uint32(tag), name), order: byCodePoint };
  if (type === "bool") {
    const bool = (name: string) => (name === "true" || name === "false" ? name === "true" : name);
    return { write: (writer, name) => kind.write(writer.uint32(tag), bool(name)), order: byCodePoint };
  }
  const number = (name: string) => (type.endsWith("64") ? name : /^(?:0|-?[1-9]\d*)$/.test(name) ? Number(name) : name);
  return {
    write: (writer, name) => kind.write(writer.uint32(tag), number(name)),
    order: (a, b) => Number(a) - Number(b) || byCodePoint(a, b),
  };
}
