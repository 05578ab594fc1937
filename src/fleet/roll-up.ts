import type { Status } from "./node.ts";

/** Worst first: what one part says, the whole says (xds.md 6.1). */
const precedence: readonly Status[] = ["rejected", "pending", "not-sent", "accepted", "offline"];

/** The status of a whole from those of its parts; of nothing, that nothing was sent. */
export function rollUp(parts: Iterable<Status>): Status {
  const all = new Set(parts);
  return precedence.find((one) => all.has(one)) ?? "not-sent";
}
