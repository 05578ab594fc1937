import fc, { type GeneratorValue } from "fast-check";
import protobuf from "protobufjs";
import { messageType } from "../../src/codec/load.ts";
import type { JsonObject, JsonValue } from "../../src/model/json.ts";

const { Enum, MapField, Type } = protobuf;

/** What an `Any` may hold in generated messages. */
const anyTypes = [
  "envoy.config.core.v3.HeaderValueOption",
  "envoy.config.endpoint.v3.LbEndpoint",
  "envoy.extensions.filters.http.cors.v3.CorsPolicy",
  "google.protobuf.Duration",
  "google.protobuf.Empty",
  "google.protobuf.Struct",
  "google.protobuf.UInt32Value",
];

/** Draws values as canonical JSON writes them: what `decode` gives back for what `encode` has made of it. */
export class ArbitraryMessage {
  readonly #draw: GeneratorValue;
  /** Messages that may still be drawn: some types refer to so many that a depth alone bounds nothing. */
  #left = 80;
  constructor(draw: GeneratorValue) {
    this.#draw = draw;
  }

  /** A message of a type in canonical JSON. At `depth` 0, and when there are many already, it holds no further messages but empty ones. */
  message(type: string, depth: number): JsonValue {
    const own = this.#wellKnown(type, depth);
    if (own !== undefined) return own;
    this.#left--;
    const json: { [name: string]: JsonValue } = {};
    const set = new Set<protobuf.OneOf>();
    for (const field of [...messageType(type).fieldsArray].sort((a, b) => a.id - b.id)) {
      const { partOf } = field;
      if (!this.#chance(this.#left > 0 ? 3 : 8) || (partOf !== null && set.has(partOf))) continue;
      const value = this.#field(field.resolve(), depth - 1);
      if (value === undefined) continue;
      json[field.name] = value;
      if (partOf !== null) set.add(partOf);
    }
    return json;
  }

  #field(field: protobuf.Field, depth: number): JsonValue | undefined {
    if (field.resolvedType instanceof Type && depth < 0)
      return field.repeated || field.map ? undefined : this.#smallest(field.resolvedType);
    if (field instanceof MapField) {
      const keys = this.#draw(fc.uniqueArray, this.#key(field.keyType), { minLength: 1, maxLength: 3 });
      return Object.fromEntries(keys.sort((a, b) => byBytes(a as string, b as string)).map((key) => [key, this.#value(field, depth)]));
    }
    if (field.repeated) return Array.from({ length: this.#draw(fc.integer, { min: 1, max: 3 }) }, () => this.#value(field, depth));
    const value = this.#value(field, depth);
    const isDefault = value === 0 || value === "" || value === false || value === "0" || this.#isFirst(field, value);
    return isDefault && field.partOf === null && !(field.resolvedType instanceof Type) ? undefined : value;
  }

  #smallest(type: protobuf.Type): JsonValue | undefined {
    return type.fullName.startsWith(".google.protobuf.") ? undefined : {};
  }

  #isFirst(field: protobuf.Field, value: JsonValue): boolean {
    return field.resolvedType instanceof Enum && field.resolvedType.values[String(value)] === 0;
  }

  #value(field: protobuf.Field, depth: number): JsonValue {
    const type = field.resolvedType;
    if (type instanceof Enum) {
      const number = this.#draw(fc.constantFrom, ...Object.values(type.values));
      return type.valuesById[number] ?? number;
    }
    return type instanceof Type ? this.message(type.fullName.slice(1), depth) : this.#scalar(field.type);
  }

  #scalar(type: string): JsonValue {
    switch (type) {
      case "bool":
        return this.#draw(fc.boolean);
      case "string":
        return this.#draw(fc.string, { unit: "binary", maxLength: 12 });
      case "bytes":
        return Buffer.from(this.#draw(fc.uint8Array, { maxLength: 12 })).toString("base64");
      case "double":
        return this.#draw(fc.double, { noNaN: true, noDefaultInfinity: true }) || 0;
      case "float":
        return Number(this.#draw(fc.float, { noNaN: true, noDefaultInfinity: true }).toPrecision(6)) || 0;
      case "uint32":
      case "fixed32":
        return this.#draw(fc.integer, { min: 0, max: 0xffffffff });
      case "uint64":
      case "fixed64":
        return this.#draw(fc.bigInt, { min: 0n, max: 2n ** 64n - 1n }).toString();
      default:
        return type.endsWith("64") ? this.#draw(fc.bigInt, { min: -(2n ** 63n), max: 2n ** 63n - 1n }).toString() : this.#draw(fc.integer);
    }
  }

  #key(type: string): fc.Arbitrary<string> {
    if (type === "string") return fc.string({ unit: "binary", maxLength: 6 });
    return type === "bool" ? fc.constantFrom("true", "false") : fc.nat(99).map(String);
  }

  #wellKnown(type: string, depth: number): JsonValue | undefined {
    switch (type) {
      case "google.protobuf.Duration":
        return `${this.#draw(fc.constantFrom, "", "-")}${this.#draw(fc.integer, { min: 1, max: 315_576_000_000 })}${this.#fraction()}s`;
      case "google.protobuf.Timestamp":
        return `${this.#draw(fc.date, { noInvalidDate: true, min: new Date("0001-01-01"), max: new Date("9999-12-31") })
          .toISOString()
          .slice(0, 19)}${this.#fraction()}Z`;
      case "google.protobuf.FieldMask":
        return "a,fooBar.baz";
      case "google.protobuf.Struct":
        return this.#struct(depth);
      case "google.protobuf.Value":
        return this.#dynamic(depth);
      case "google.protobuf.ListValue":
        return [this.#dynamic(depth), null];
      case "google.protobuf.Any":
        return this.#any(depth);
      default:
        return type.startsWith("google.protobuf.") && type.endsWith("Value") ? this.#scalar(wrapped(type)) : undefined;
    }
  }

  #any(depth: number): JsonObject {
    const type = this.#draw(fc.constantFrom, ...anyTypes);
    const inner = this.message(type, depth - 1);
    const isPlain = type.startsWith("google.protobuf.") && type !== "google.protobuf.Empty";
    return { "@type": `type.googleapis.com/${type}`, ...(isPlain ? { value: inner } : (inner as JsonObject)) };
  }

  #struct(depth: number): JsonObject {
    const keys = this.#draw(fc.uniqueArray, fc.string({ unit: "binary", maxLength: 6 }), { maxLength: 3 });
    return Object.fromEntries(keys.sort((a, b) => byBytes(a as string, b as string)).map((key) => [key, this.#dynamic(depth)]));
  }

  #dynamic(depth: number): JsonValue {
    const kinds: (() => JsonValue)[] = [() => null, () => this.#scalar("bool"), () => this.#scalar("string"), () => this.#scalar("double")];
    if (depth > 0)
      kinds.push(
        () => this.#struct(depth - 1),
        () => [this.#dynamic(depth - 1)],
      );
    return this.#draw(fc.constantFrom, ...kinds)();
  }

  #fraction(): string {
    return this.#draw(fc.constantFrom, "", ".500", ".000020", ".123456789");
  }

  #chance(of: number): boolean {
    return this.#draw(fc.nat, of - 1) === 0;
  }
}

function wrapped(type: string): string {
  return type.slice("google.protobuf.".length, -"Value".length).toLowerCase();
}

/** Key order as the bytes have it. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
