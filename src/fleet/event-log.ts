import type { JsonObject } from "../model/json.ts";
import { Waiters } from "./waiters.ts";

/** What may happen (delivery.md 11.1); `node.status` is one type of one node. */
export const eventTypes = [
  "fleet.held",
  "fleet.pinned",
  "fleet.resumed",
  "fleet.unpinned",
  "node.accepted",
  "node.connected",
  "node.disconnected",
  "node.rejected",
  "node.status",
  "problem.closed",
  "problem.opened",
  "rollout.completed",
  "rollout.returned",
  "rollout.started",
  "rollout.superseded",
  "snapshot.created",
  "source.failed",
] as const;
/** One of {@link eventTypes}. */
export type EventType = (typeof eventTypes)[number];

/** Something that has happened, before it is logged. */
export interface FleetEvent {
  readonly type: EventType;
  /** Absent: it is not about one fleet. */
  readonly fleet?: string;
  readonly data: JsonObject;
}

/** An event with its place in the order of all of this process. */
export interface LoggedEvent extends FleetEvent {
  /** Counts from 1. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What an event log is made with. */
export interface EventLogOptions {
  /** Names this process among all that a client may have talked to; no `-` in it. */
  readonly boot: string;
  /** How many events are kept. */
  readonly keep?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The last events, in a ring. A cursor `<boot>-<number>` names the last event that a reader has seen. */
export class EventLog {
  readonly #boot: string;
  readonly #keep: number;
  readonly #now: () => number;
  readonly #ring: LoggedEvent[] = [];
  readonly #waiters = new Waiters();
  #last = 0;

  constructor({ boot, keep = 10_000, now }: EventLogOptions) {
    this.#boot = boot;
    this.#keep = keep;
    this.#now = now;
  }

  /** Logs an event, and wakes those who wait for one. */
  add(event: FleetEvent): void {
    const number = ++this.#last;
    this.#ring[number % this.#keep] = { ...event, number, at: this.#now() };
    this.#waiters.announce();
  }

  /** The cursor of the event with this number, by default the newest. */
  cursor(number: number = this.#last): string {
    return `${this.#boot}-${number}`;
  }

  /** The number of the last event seen; `undefined` if the cursor is of another process, or if events after it are not kept any more. */
  position(cursor: string): number | undefined {
    const [, boot, digits] = /^(.*)-(\d{1,15})$/.exec(cursor) ?? [];
    const number = Number(digits);
    return boot === this.#boot && number <= this.#last && this.#isKept(number) ? number : undefined;
  }

  /** At most so many events after the one with this number, oldest first; `undefined` if some of them are not kept any more. */
  after(number: number, limit: number): readonly LoggedEvent[] | undefined {
    if (!this.#isKept(number)) return undefined;
    const events: LoggedEvent[] = [];
    for (let next = number + 1; next <= this.#last && events.length < limit; next++) {
      const event = this.#ring[next % this.#keep];
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  /** Resolves at the next event, or when the signal aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return this.#waiters.next(signal);
  }

  /** Whether every event after this one is still there. */
  #isKept(number: number): boolean {
    return number >= this.#last - this.#keep;
  }
}
