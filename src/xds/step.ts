import type { TypeUrl } from "../envoy/resource.ts";
import type { Effect, Event } from "./event.ts";
import { pump } from "./pump.ts";
import { receive } from "./receive.ts";
import { memoryOf } from "./remember.ts";
import { report } from "./status.ts";
import type { Stream } from "./stream.ts";
import type { View } from "./view.ts";

/**
 * Takes one event of a stream and gives what is to be done, in this order. The state is the stream's alone; nothing else is read: no clock, no chance, no I/O
 * (xds.md 2). After `closed`, or after a `close` it gave itself, it gives nothing any more.
 */
export function step(stream: Stream, event: Event): readonly Effect[] {
  if (stream.closed) return [];
  const effects = react(stream, event);
  return [...effects, ...(stream.closed ? remember(stream) : report(stream))];
}

function react(stream: Stream, event: Event): readonly Effect[] {
  switch (event.kind) {
    case "open":
      stream.mode = event.mode;
      stream.type = event.type;
      stream.node = event.node;
      stream.memory = event.memory ?? stream.memory;
      stream.pool = event.pool;
      stream.view = event.view;
      stream.opened = event.now;
      return [];
    case "request":
      return receive(stream, event.request, event.now);
    case "target":
      retarget(stream, event.view);
      return [{ kind: "ready", rank: "push" }];
    case "pump":
      return pump(stream, event.now);
    case "flushed":
      stream.unflushed = false;
      return [{ kind: "ready", rank: "answer" }];
    case "tick":
      stream.wakeAt = undefined;
      return [{ kind: "ready", rank: "push" }];
    case "retry":
      unpark(stream, event.type);
      return [{ kind: "ready", rank: "push" }];
    case "end":
      stream.closed = true;
      return [{ kind: "close", code: event.code, message: event.message }];
    case "closed":
      stream.closed = true;
      return [];
  }
}

function remember(stream: Stream): Effect[] {
  return stream.subs.size === 0 ? [] : [{ kind: "remember", memory: memoryOf(stream) }];
}

/** Newer content of any type lifts every park: what was refused may be taken now (2.6). */
function retarget(stream: Stream, view: View): void {
  stream.view = view;
  for (const sub of stream.subs.values()) if (sub.parked?.digest !== view.digest) sub.parked = undefined;
}

function unpark(stream: Stream, type: TypeUrl | undefined): void {
  for (const sub of stream.subs.values()) if (type === undefined || sub.type === type) sub.parked = undefined;
}
