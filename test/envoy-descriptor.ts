import { readFileSync } from "node:fs";
import type { IFileDescriptorProto } from "protobufjs/ext/descriptor.js";
import descriptor from "protobufjs/ext/descriptor.js";
import { envoyBinary } from "./envoy-binary.ts";

let image: Buffer | undefined;

/** The descriptors of the `.proto` files in a folder (`envoy/config/route/v3/`) as they stand, serialized, in the Envoy binary. */
export function envoyDescriptors(folder: string): IFileDescriptorProto[] {
  image ??= readFileSync(envoyBinary());
  const found: IFileDescriptorProto[] = [];
  for (let at = image.indexOf(folder); at >= 0; at = image.indexOf(folder, at + 1)) {
    const length = image[at - 1] ?? 0;
    // A descriptor begins with its file name (field 1), which its package (field 2) follows.
    if (image[at - 2] !== 0x0a || image[at + length] !== 0x12 || !image.toString("latin1", at, at + length).endsWith(".proto")) continue;
    found.push(descriptor.FileDescriptorProto.decode(message(image, at - 2)) as IFileDescriptorProto);
  }
  return found;
}

/** The bytes from `start` up to the first that are no field of a FileDescriptorProto. */
function message(bytes: Buffer, start: number): Buffer {
  let end = start;
  for (let at = start; at < bytes.length; end = at) {
    const tag = varint(bytes, at);
    const [number, wireType] = [Math.floor(tag.value / 8), tag.value % 8];
    if (number < 1 || number > 14 || (wireType !== 0 && wireType !== 2)) break;
    const value = varint(bytes, tag.end);
    at = wireType === 2 ? value.end + value.value : value.end;
  }
  return bytes.subarray(start, end);
}

function varint(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[start + i] ?? 0;
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { value, end: start + i + 1 };
  }
  return { value: Number.POSITIVE_INFINITY, end: start + 5 };
}
