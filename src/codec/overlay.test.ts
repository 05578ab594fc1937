import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import type { IDescriptorProto } from "protobufjs/ext/descriptor.js";
import { describe, expect, test } from "vitest";
import { envoyBinary } from "../../test/envoy-binary.ts";
import { envoyDescriptors } from "../../test/envoy-descriptor.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { messageType, protoRoots } from "./load.ts";
import { laterFields, since } from "./overlay.ts";
import { violations } from "./rules.ts";

test("a later field has the release that it came with, an old one has none", () => {
  expect(since("envoy.config.route.v3.RouteMatch", "cookies")).toBe("1.37");
  expect(since("envoy.config.route.v3.RouteMatch", "headers")).toBeUndefined();
  expect(since("envoy.config.route.v3.Route", "cookies")).toBeUndefined();
});

/** One value for each entry of the table. */
const samples: Readonly<Record<string, object>> = {
  "envoy.config.route.v3.RouteMatch/cookies": {
    prefix: "/",
    cookies: [{ name: "session", string_match: { exact: "a" }, invert_match: true }],
  },
};

test.each(laterFields)("$message $field is written, read and checked", ({ message, field, since: release }) => {
  expect(release).toMatch(/^1\.\d+$/);
  const sample = samples[`${message}/${field}`];
  expect(sample).toHaveProperty(field);
  expect(decode(message, encode(message, sample as never))).toEqual(sample);
  expect(violations(message, sample as never)).toEqual([]);
});

test("rules of an overlaid message apply", () => {
  const found = violations("envoy.config.route.v3.RouteMatch", { prefix: "/", cookies: [{ name: "" }] });
  expect(found.map(({ pointer }) => pointer).sort()).toEqual(["/cookies/0/name", "/cookies/0/string_match"]);
});

function hasEnvoy(): boolean {
  try {
    return existsSync(envoyBinary());
  } catch {
    return false;
  }
}

describe.skipIf(!process.env.CI && !hasEnvoy())("the overlay agrees with the descriptors in Envoy", () => {
  const path = (message: string) => `${message.replace(/\.[A-Z].*$/, "").replaceAll(".", "/")}/`;
  const inEnvoy = (message: string): IDescriptorProto | undefined =>
    envoyDescriptors(path(message))
      .flatMap((file) => file.messageType ?? [])
      .find(({ name }) => message.endsWith(`.${name}`));
  const typeNumber = ({ type, resolvedType }: protobuf.Field) =>
    resolvedType instanceof protobuf.Type ? 11 : resolvedType === null ? scalarNumbers[type] : 14;
  // FieldDescriptorProto.Type.
  const scalarNumbers: Readonly<Record<string, number>> = {
    double: 1,
    int64: 3,
    uint64: 4,
    int32: 5,
    bool: 8,
    string: 9,
    bytes: 12,
    uint32: 13,
  };
  const described = (field: protobuf.Field) => ({
    name: field.name,
    number: field.id,
    label: field.repeated ? 3 : 1,
    type: typeNumber(field.resolve()),
    typeName: field.resolvedType?.fullName ?? "",
  });

  test.each(laterFields)("$message $field", ({ message, field, number, type, label }) => {
    const theirs = inEnvoy(message)?.field?.find(({ name }) => name === field);
    expect({ number: theirs?.number, type: theirs?.typeName?.slice(1), label: theirs?.label }).toEqual({
      number,
      type,
      label: label === "repeated" ? 3 : 1,
    });
  });

  const overlay = protoRoots()[0] ?? "";
  const messages = globSync("**/*.proto", { cwd: overlay }).flatMap((file) => {
    const { root } = protobuf.parse(readFileSync(join(overlay, file), "utf8"), { keepCase: true });
    const parsed = root.lookup(file.replace(/\/[^/]*$/, "").split("/")) as protobuf.Namespace;
    return parsed.nestedArray.map((each) => each.fullName.slice(1));
  });

  test.each(messages)("%s", (message) => {
    const theirs = (inEnvoy(message)?.field ?? []).map(({ name, number, label, type, typeName }) => ({
      name,
      number,
      label,
      type,
      typeName,
    }));
    expect(messageType(message).fieldsArray.map(described)).toEqual(theirs);
  });
});
