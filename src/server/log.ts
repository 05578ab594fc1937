import { pino } from "pino";

/** A logger of the process: one JSON object per line on stdout. */
export type Log = pino.Logger;

/** Makes the logger; `level` is one of pino's. */
export function logger(level: string): Log {
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } });
}
