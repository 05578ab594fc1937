import type protobuf from "protobufjs";
import type { JsonValue } from "../model/json.ts";

/** How a scalar is written: its wire type, its proto3 default, and the writer. */
export interface Scalar {
  readonly wireType: 0 | 1 | 2 | 5;
  isDefault(value: JsonValue): boolean;
  /** Throws `TypeError` with what was expected. */
  write(writer: protobuf.Writer, value: JsonValue): void;
}

/** A JSON number within the bounds of a 32-bit type. */
function whole(value: JsonValue, low: number, high: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= low && value <= high) return value;
  throw new TypeError(`expected an integer from ${low} to ${high}`);
}

/** A JSON number that is exact, or a decimal string. */
function whole64(value: JsonValue, low: bigint, high: bigint): string {
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== "string" || !/^(?:0|-?[1-9]\d{0,19})$/.test(text) || BigInt(text) < low || BigInt(text) > high) {
    throw new TypeError("expected a 64-bit integer as a number or decimal string");
  }
  return text;
}

const largestFloat = (2 - 2 ** -23) * 2 ** 127;

function real(value: JsonValue, limit: number): number {
  if (typeof value === "number" && Math.abs(value) <= limit) return value;
  if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
  throw new TypeError("expected a number");
}

function string(value: JsonValue): string {
  if (typeof value === "string" && value.isWellFormed()) return value;
  throw new TypeError(typeof value === "string" ? "expected Unicode text" : "expected a string");
}

/** The bytes of a base64 text, as canonical JSON writes them: standard alphabet, padded. Throws `TypeError` for anything else. */
export function base64(value: JsonValue): Uint8Array {
  if (typeof value === "string" && value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value)) return Buffer.from(value, "base64");
  throw new TypeError("expected base64");
}

const isZero = (value: JsonValue) => value === 0;
const isZero64 = (value: JsonValue) => value === 0 || value === "0";
const isEmpty = (value: JsonValue) => value === "";
const int32 = [-0x80000000, 0x7fffffff] as const;
const uint32 = [0, 0xffffffff] as const;
const int64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;
const uint64 = [0n, 2n ** 64n - 1n] as const;

const scalars: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ["double", { wireType: 1, isDefault: isZero, write: (w, v) => w.double(real(v, Number.MAX_VALUE)) }],
  ["float", { wireType: 5, isDefault: isZero, write: (w, v) => w.float(real(v, largestFloat)) }],
  ["int32", { wireType: 0, isDefault: isZero, write: (w, v) => w.int32(whole(v, ...int32)) }],
  ["sint32", { wireType: 0, isDefault: isZero, write: (w, v) => w.sint32(whole(v, ...int32)) }],
  ["sfixed32", { wireType: 5, isDefault: isZero, write: (w, v) => w.sfixed32(whole(v, ...int32)) }],
  ["uint32", { wireType: 0, isDefault: isZero, write: (w, v) => w.uint32(whole(v, ...uint32)) }],
  ["fixed32", { wireType: 5, isDefault: isZero, write: (w, v) => w.fixed32(whole(v, ...uint32)) }],
  ["int64", { wireType: 0, isDefault: isZero64, write: (w, v) => w.int64(whole64(v, ...int64)) }],
  ["sint64", { wireType: 0, isDefault: isZero64, write: (w, v) => w.sint64(whole64(v, ...int64)) }],
  ["sfixed64", { wireType: 1, isDefault: isZero64, write: (w, v) => w.sfixed64(whole64(v, ...int64)) }],
  ["uint64", { wireType: 0, isDefault: isZero64, write: (w, v) => w.uint64(whole64(v, ...uint64)) }],
  ["fixed64", { wireType: 1, isDefault: isZero64, write: (w, v) => w.fixed64(whole64(v, ...uint64)) }],
  ["bool", { wireType: 0, isDefault: (v) => v === false, write: writeBool }],
  ["string", { wireType: 2, isDefault: isEmpty, write: (w, v) => w.string(string(v)) }],
  ["bytes", { wireType: 2, isDefault: isEmpty, write: (w, v) => w.bytes(base64(v)) }],
]);

function writeBool(writer: protobuf.Writer, value: JsonValue): void {
  if (typeof value !== "boolean") throw new TypeError("expected a boolean");
  writer.bool(value);
}

/** The scalar of this protobuf type name; `undefined` for messages and enums. */
export function scalar(type: string): Scalar | undefined {
  return scalars.get(type);
}

/** The canonical JSON of a scalar that protobufjs has read: 64-bit integers as strings, bytes in base64, floats in the fewest digits that give them back. */
export function scalarJson(type: string, value: unknown): JsonValue {
  if (type === "bytes") return Buffer.from(value as Uint8Array).toString("base64");
  if (type.endsWith("64")) return String(value);
  if (typeof value !== "number") return value as JsonValue;
  if (!Number.isFinite(value)) return String(value);
  return type === "float" ? shortestFloat(value) : value;
}

function shortestFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
