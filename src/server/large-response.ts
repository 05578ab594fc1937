import type { Metrics } from "../api/metrics.ts";
import { shortName } from "../envoy/type-url.ts";
import type { Message } from "../xds/event.ts";
import type { Log } from "./log.ts";

/** Counts responses that some clients will not take (xds.md 7), and logs the first of those that many nodes get alike. */
export function watchLargeResponses(
  log: Pick<Log, "warn">,
  metrics: Pick<Metrics, "limitHit">,
  warningBytes: number,
): (message: Message, bytes: number) => void {
  let last = "";
  return ({ type, mode, commit }, bytes) => {
    if (bytes < warningBytes) return;
    metrics.limitHit("response_warning_size");
    const what = `${type} ${mode} ${commit}`;
    if (what !== last)
      log.warn({ type: shortName(type), mode, commit, bytes }, "a response is so large that some clients will not take it");
    last = what;
  };
}
