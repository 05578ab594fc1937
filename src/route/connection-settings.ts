import type { JsonObject } from "../model/json.ts";
import type { ListenerPlan } from "../model/model.ts";

/** What a connection manager is set to, as far as it decides what routes see of a request. Defaults are Envoy's. */
export interface ConnectionSettings {
  readonly useRemoteAddress: boolean;
  readonly trustedHops: number;
  readonly normalizePath: boolean;
  readonly mergeSlashes: boolean;
  readonly rejectEscapedSlashes: boolean;
  readonly stripMatchingPort: boolean;
  readonly underscores: "ALLOW" | "REJECT_REQUEST" | "DROP_HEADER";
}

const type = "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";

/** Reads the settings of a listener's connection managers. */
export function connectionSettings({ options }: ListenerPlan): ConnectionSettings {
  const value: JsonObject = Object.assign({}, ...options.filter((option) => option.type === type).map((option) => option.value));
  const common = value.common_http_protocol_options as JsonObject | undefined;
  return {
    useRemoteAddress: value.use_remote_address === true,
    trustedHops: Number(value.xff_num_trusted_hops ?? 0),
    normalizePath: value.normalize_path === true,
    mergeSlashes: value.merge_slashes === true,
    rejectEscapedSlashes: value.path_with_escaped_slashes_action === "REJECT_REQUEST",
    stripMatchingPort: value.strip_matching_host_port === true,
    underscores: (common?.headers_with_underscores_action as ConnectionSettings["underscores"] | undefined) ?? "ALLOW",
  };
}
