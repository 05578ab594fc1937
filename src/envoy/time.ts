/** Milliseconds as a protobuf duration in JSON: `3s`, `0.020s`. */
export function milliseconds(ms: number): string {
  const rest = ms % 1000;
  return rest === 0 ? `${ms / 1000}s` : `${Math.floor(ms / 1000)}.${String(rest).padStart(3, "0")}s`;
}
