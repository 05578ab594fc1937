import { join, lengthDelimited, varintField } from "../../codec/wire.ts";

/** Plain JSON as `google.protobuf.Struct`. */
export function encodeStruct(object: Readonly<Record<string, unknown>>): Uint8Array {
  return join(
    Object.entries(object).map(([key, value]) =>
      lengthDelimited(1, join([lengthDelimited(1, key), lengthDelimited(2, encodeValue(value))])),
    ),
  );
}

/** Plain JSON as `google.protobuf.Value`. */
function encodeValue(value: unknown): Uint8Array {
  if (typeof value === "number") return double(2, value);
  if (typeof value === "string") return lengthDelimited(3, value);
  if (typeof value === "boolean") return varintField(4, value ? 1 : 0);
  if (Array.isArray(value)) return lengthDelimited(6, join(value.map((one) => lengthDelimited(1, encodeValue(one)))));
  if (typeof value === "object" && value !== null) return lengthDelimited(5, encodeStruct(value as Readonly<Record<string, unknown>>));
  return varintField(1, 0);
}

function double(number: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, number * 8 + 1);
  view.setFloat64(1, value, true);
  return bytes;
}
