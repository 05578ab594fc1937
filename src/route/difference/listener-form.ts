import type { JsonObject } from "../../model/json.ts";
import type { ChainPlan, ListenerPlan } from "../../model/model.ts";
import { durationText, fragmentForm } from "./form.ts";
import { tlsForm, upstreamLabel } from "./upstream-form.ts";

/** What names a listener, whatever its document is called: where it listens. */
export function listenerKey({ address, port, transport }: ListenerPlan): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}${transport === "udp" ? "/udp" : ""}`;
}

/** What a listener does before a request comes to a route table: chains, TLS, filters and settings. */
export function listenerForm({ preludes, chains, filters, options }: ListenerPlan): JsonObject {
  return {
    ...(preludes.length === 0 ? {} : { reads_first: preludes }),
    chains: Object.fromEntries(chains.map((chain) => [chain.name, chainForm(chain)])),
    filters: Object.fromEntries(filters.map(({ filter, config }) => [filter, fragmentForm(config)])),
    ...Object.assign({}, ...options.map(fragmentForm)),
  };
}

function chainForm({ transport, serverNames, tls, handler }: ChainPlan): JsonObject {
  return {
    ...(transport === undefined ? {} : { transport }),
    ...(serverNames.length === 0 ? {} : { server_names: serverNames }),
    ...(tls === undefined ? {} : { tls: tlsForm(tls) }),
    ...(handler.kind === "http"
      ? {}
      : {
          tcp: handler.targets.map(({ upstream, weight }) => `${weight} ${upstreamLabel(upstream)}`),
          ...(handler.idleTimeoutMs === undefined ? {} : { idle_timeout: durationText(handler.idleTimeoutMs) }),
        }),
  };
}
