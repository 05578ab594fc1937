import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { join, lengthDelimited, lengthHeader } from "../codec/wire.ts";
import type { Message } from "./event.ts";
import { messagePrefix } from "./grpc/message-reader.ts";

/** The encoded bytes of one response. */
export interface Frame {
  readonly bytes: Uint8Array;
  /** The same with the prefix of gRPC before it, so that no stream has to put the two together. */
  readonly prefixed: Uint8Array;
  readonly nonce: string;
}

/** Encodes messages, each content once for all streams. */
export interface Framing {
  frame(message: Message): Frame;
}

/** Bytes of bodies that are kept for other streams and later commits, and of whole frames for other streams. */
const keptBodies = 64 * 1024 * 1024;
const keptFrames = 32 * 1024 * 1024;
/** A list of so many is looked at anew each time; of a longer one it is remembered what was found, because many streams share it. */
const few = 8;

/**
 * Frames for a server that calls itself `instance`. A frame is the body (resources and removals) and then the header (label, type, nonce, control plane):
 * protobuf allows that order, so that bodies are shared and composing is no encoding (xds.md 5.1).
 */
export function framing(instance: string): Framing {
  const bodies = new LRUCache<string, Uint8Array>({ maxSize: keptBodies, sizeCalculation: (body) => body.byteLength + 1 });
  const frames = new LRUCache<string, Frame>({ maxSize: keptFrames, sizeCalculation: (frame) => frame.bytes.byteLength });
  const bodyOf = (key: string, message: Message) => {
    const body = bodies.get(key) ?? encodeBody(message);
    bodies.set(key, body);
    return body;
  };
  return {
    frame(message) {
      const content = contentKey(message);
      const key = `${content}\n${message.label}\n${message.nonce}`;
      const frame = frames.get(key) ?? compose(bodyOf(content, message), encodeHeader(message, instance), message.nonce);
      frames.set(key, frame);
      return frame;
    },
  };
}

function compose(body: Uint8Array, header: Uint8Array, nonce: string): Frame {
  const prefix = messagePrefix(body.length + header.length);
  const prefixed = join([prefix, body, header]);
  return { bytes: prefixed.subarray(prefix.length), prefixed, nonce };
}

/** Equal for equal bodies: versions are content hashes over name and bytes. */
function contentKey({ type, mode, upserts, removals }: Message): string {
  const written = keyOf(upserts, ({ version }) => version);
  return `${mode}\n${type}\n${written}\n${mode === "delta" ? keyOf(removals, (name) => name) : ""}`;
}

const keys = new WeakMap<readonly unknown[], string>();

function keyOf<One>(list: readonly One[], text: (one: One) => string): string {
  if (list.length <= few) return list.map(text).join("\0");
  const key = keys.get(list) ?? hash("sha256", list.map(text).join("\0"), "base64");
  keys.set(list, key);
  return key;
}

function encodeBody({ mode, upserts, removals }: Message): Uint8Array {
  if (mode === "sotw") return join(upserts.flatMap(({ body }) => [lengthHeader(2, body.length), body]));
  const resources = upserts.flatMap(({ name, version, body }) => {
    const parts = [lengthDelimited(1, version), lengthHeader(2, body.length), body, lengthDelimited(3, name)];
    return [
      lengthHeader(
        2,
        parts.reduce((sum, part) => sum + part.length, 0),
      ),
      ...parts,
    ];
  });
  return join([...resources, ...removals.map((name) => lengthDelimited(6, name))]);
}

function encodeHeader({ type, mode, nonce, label, commit }: Message, instance: string): Uint8Array {
  const controlPlane = lengthDelimited(1, `portolan/${instance}/${commit}`);
  return join([
    lengthDelimited(1, label),
    lengthDelimited(4, type),
    lengthDelimited(5, nonce),
    lengthDelimited(mode === "sotw" ? 6 : 7, controlPlane),
  ]);
}
