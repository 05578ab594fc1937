import type { ServerHttp2Session } from "node:http2";
import type { Clock } from "../clock.ts";

/** Times of a connection, in milliseconds. */
export interface ConnectionTimes {
  /** Between one ping and the next, and until its answer must be there. */
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
}

/** Asks the client now and then whether it is there; one that does not answer is cut off, and so all its streams end. */
export function keepAlive(session: ServerHttp2Session, { keepaliveMs, keepaliveTimeoutMs }: ConnectionTimes, clock: Clock): void {
  let stop: () => void = () => {};
  const ask = () => {
    stop = clock.at(clock.now() + keepaliveTimeoutMs, () => session.destroy());
    const answered = (error: Error | null) => {
      stop();
      if (error === null && !session.destroyed) wait();
    };
    // It is not sent when there are too many without an answer.
    if (!session.ping(answered)) session.destroy();
  };
  const wait = () => {
    stop = clock.at(clock.now() + keepaliveMs, ask);
  };
  session.once("close", () => stop());
  wait();
}
