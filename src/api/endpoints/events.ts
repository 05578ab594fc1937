import type { Hono } from "hono";
import type { EventLog, LoggedEvent } from "../../fleet/event-log.ts";
import { eventFilter, name, parameters } from "../parameters.ts";
import type { View } from "../view.ts";

/** Milliseconds after which a silent stream gets a comment, so that nothing on the way closes it. */
const heartbeat = 15_000;
/** Events that are written at once: the next are read when the client has taken these, so a slow one costs no memory. */
const batch = 200;

/** `/events?types=&fleet=&after=`: what happens, as `text/event-stream`, from now on or after the event that `Last-Event-ID` or `after` names. */
export function eventsEndpoint(app: Hono, view: View, closing: AbortSignal): void {
  app.get("/events", (c) => {
    const { types, fleet, after } = parameters(c.req.query(), {
      types: eventFilter.optional(),
      fleet: name.optional(),
      after: name.optional(),
    });
    const isWanted = (event: LoggedEvent) => types?.(event.type) !== false && (fleet ?? event.fleet) === event.fleet;
    const signal = AbortSignal.any([closing, c.req.raw.signal]);
    const body = eventStream(view.events, c.req.header("last-event-id") ?? after, isWanted, signal);
    return c.body(body, 200, { "content-type": "text/event-stream", connection: "close" });
  });
}

function eventStream(
  log: EventLog,
  cursor: string | undefined,
  isWanted: (event: LoggedEvent) => boolean,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const over = AbortSignal.any([signal, gone.signal]);
  const parts = read(log, cursor, isWanted, over);
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await parts.next();
        if (done === true) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: () => gone.abort(),
    },
    { highWaterMark: 0 },
  );
}

/** The parts of the stream. The first is the cursor at which it begins; after a gap there is a `reset`, and the client has to load everything anew. */
async function* read(
  log: EventLog,
  cursor: string | undefined,
  isWanted: (event: LoggedEvent) => boolean,
  over: AbortSignal,
): AsyncGenerator<string> {
  let position = log.position(cursor ?? log.cursor());
  if (position !== undefined) yield `id: ${log.cursor(position)}\n\n`;
  while (!over.aborted) {
    const events = position === undefined ? undefined : log.after(position, batch);
    if (events === undefined) {
      position = log.position(log.cursor()) as number;
      yield `event: reset\nid: ${log.cursor()}\ndata: {"detail":"events between are not kept any more; load everything anew"}\n\n`;
    } else if (events.length > 0) {
      position = (events.at(-1) as LoggedEvent).number;
      const text = events.filter(isWanted).map((event) => eventText(log, event));
      if (text.length > 0) yield text.join("");
    } else if (await isSilent(log, over)) yield ": still here\n\n";
  }
}

/** Waits for an event; gives whether there was none for as long as a stream may be silent. */
async function isSilent(log: EventLog, over: AbortSignal): Promise<boolean> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(), heartbeat);
  await log.changed(AbortSignal.any([over, silent.signal]));
  clearTimeout(timer);
  return silent.signal.aborted;
}

function eventText(log: EventLog, { number, type, at, fleet, data }: LoggedEvent): string {
  const shown = { at: new Date(at).toISOString(), ...(fleet === undefined ? {} : { fleet }), ...data };
  return `id: ${log.cursor(number)}\nevent: ${type}\ndata: ${JSON.stringify(shown)}\n\n`;
}
