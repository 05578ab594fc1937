import { formatDuration } from "../codec/duration.ts";

/** Milliseconds, whole or not, as a protobuf duration in JSON (`3s`, `0.020s`). A nanosecond is the smallest part. */
export function milliseconds(ms: number): string {
  const nanos = Math.round((ms % 1000) * 1_000_000);
  return formatDuration({ seconds: Math.trunc(ms / 1000) + Math.trunc(nanos / 1e9), nanos: nanos % 1e9 });
}
