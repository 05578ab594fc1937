import protobuf from "protobufjs";
import type { JsonValue } from "../model/json.ts";
import { mapKey } from "./map-key.ts";
import { path } from "./place.ts";
import { type Scalar, scalar } from "./scalar.ts";
import { array, object } from "./shape.ts";

const { Enum, MapField, Type } = protobuf;

/** Writes a value; throws `TypeError` for one that does not fit, with {@link path} at its place. */
export type Write = (writer: protobuf.Writer, value: JsonValue) => void;

/** How a field is written, its tag included; and nothing at all for a proto3 default. */
export interface FieldWriter {
  readonly name: string;
  readonly write: Write;
  readonly oneof: string | undefined;
  /** Whether JSON `null` is a value and not the absence of one. */
  readonly takesNull: boolean;
}

/** Works out how a field is written. `enter` gives the writer of a message inside it. */
export function fieldWriter(field: protobuf.Field, enter: (type: string) => Write): FieldWriter {
  field.resolve();
  const isOptional = field.options?.proto3_optional === true;
  // The oneof that stands for proto3 `optional` has one member, which no other can exclude.
  const oneof = field.partOf !== null && !isOptional ? field.partOf.name : undefined;
  const takesNull = field.resolvedType?.fullName === ".google.protobuf.Value" && !field.repeated && !field.map;
  return { name: field.name, oneof, takesNull, write: writeOf(field, enter, oneof !== undefined || isOptional) };
}

function writeOf(field: protobuf.Field, enter: (type: string) => Write, hasPresence: boolean): Write {
  if (field instanceof MapField) return mapWriter(field, enter);
  if (field.repeated)
    return field.resolvedType instanceof Type || scalar(field.type)?.wireType === 2 ? listWriter(field, enter) : packedWriter(field);
  const write = taggedWriter(field, field.id, enter);
  if (hasPresence || field.resolvedType instanceof Type) return write;
  const { isDefault } = bareOf(field);
  return (writer, value) => {
    if (!isDefault(value)) write(writer, value);
  };
}

/** Writes tag and value of one element. */
function taggedWriter(field: protobuf.Field, number: number, enter: (type: string) => Write): Write {
  if (field.resolvedType instanceof Type) {
    const inner = field.resolvedType.fullName.slice(1);
    const tag = number * 8 + 2;
    return (writer, value) => {
      writer.uint32(tag).fork();
      enter(inner)(writer, value);
      writer.ldelim();
    };
  }
  const bare = bareOf(field);
  const tag = number * 8 + bare.wireType;
  return (writer, value) => bare.write(writer.uint32(tag), value);
}

function bareOf({ type, resolvedType }: protobuf.Field): Scalar {
  const known = scalar(type);
  if (known !== undefined) return known;
  if (!(resolvedType instanceof Enum)) throw new Error(`no writer for ${type}`);
  const numbers = new Map<JsonValue, number>(Object.entries(resolvedType.values));
  const numberOf = (value: JsonValue): number => {
    // Enums of proto3 are open: a number without a name is a value as well.
    const number = typeof value === "number" && (value | 0) === value ? value : numbers.get(value);
    if (number === undefined) throw new TypeError(`${JSON.stringify(value)} is no value of ${resolvedType.name}`);
    return number;
  };
  return { wireType: 0, isDefault: (value) => numberOf(value) === 0, write: (writer, value) => writer.int32(numberOf(value)) };
}

function listWriter(field: protobuf.Field, enter: (type: string) => Write): Write {
  const write = taggedWriter(field, field.id, enter);
  return (writer, value) => eachItem(value, (item) => write(writer, item));
}

function packedWriter(field: protobuf.Field): Write {
  const bare = bareOf(field);
  const tag = field.id * 8 + 2;
  return (writer, value) => {
    if (array(value).length === 0) return;
    writer.uint32(tag).fork();
    eachItem(value, (item) => bare.write(writer, item));
    writer.ldelim();
  };
}

function eachItem(value: JsonValue, write: (item: JsonValue) => void): void {
  const items = array(value);
  for (let i = 0; i < items.length; i++) {
    path.push(i);
    write(items[i] as JsonValue);
    path.pop();
  }
}

function mapWriter(field: protobuf.MapField, enter: (type: string) => Write): Write {
  const key = mapKey(field.keyType);
  const write = taggedWriter(field as unknown as protobuf.Field, 2, enter);
  const tag = field.id * 8 + 2;
  return (writer, value) => {
    const map = object(value);
    for (const name of Object.keys(map).sort(key.order)) {
      const item = map[name];
      if (item === undefined) continue;
      path.push(name);
      key.write(writer.uint32(tag).fork(), name);
      write(writer, item);
      writer.ldelim();
      path.pop();
    }
  };
}
