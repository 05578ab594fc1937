import type { Resource } from "../envoy/resource.ts";
import type { SnapshotDelta } from "../snapshot/snapshot.ts";

/** A delta whose bodies lie in one buffer, so that it crosses to another thread without one copy per resource. */
export interface PackedDelta {
  readonly delta: Omit<SnapshotDelta, "upserts"> & { readonly upserts: readonly Omit<Resource, "body">[] };
  readonly lengths: Uint32Array<ArrayBuffer>;
  readonly bodies: Uint8Array<ArrayBuffer>;
}

/** Copies all bodies into one buffer of their own; the buffers of the result may be transferred. */
export function pack(delta: SnapshotDelta): PackedDelta {
  const lengths = new Uint32Array(delta.upserts.map((resource) => resource.body.length));
  const bodies = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0));
  let at = 0;
  for (const { body } of delta.upserts) {
    bodies.set(body, at);
    at += body.length;
  }
  const upserts = delta.upserts.map(({ body: _, ...rest }) => rest);
  return { delta: { ...delta, upserts }, lengths, bodies };
}

/** The delta again; its bodies are views of the one buffer. */
export function unpack({ delta, lengths, bodies }: PackedDelta): SnapshotDelta {
  let at = 0;
  const upserts = delta.upserts.map((resource, i) => {
    const length = lengths[i] ?? 0;
    const body = bodies.subarray(at, at + length);
    at += length;
    return { ...resource, body };
  });
  return { ...delta, upserts };
}
