import type { JsonObject } from "../model/json.ts";
import { type ChannelFiles, channelSocket, isAddress } from "./channel-tls.ts";

/** What a bootstrap is made for. */
export interface BootstrapOptions {
  readonly nodeId: string;
  readonly cluster: string;
  /** Control planes, at least one: IP addresses or names. The next is tried when one is gone. */
  readonly servers: readonly { readonly host: string; readonly port: number }[];
  readonly mode: "delta" | "sotw";
  /** Certificates of the channel to the control plane; absent: plaintext. */
  readonly tls?: ChannelFiles;
  /** Flags of the runtime that the fleet asks for, by name. */
  readonly runtime?: Readonly<Record<string, number>>;
  /** Port of the admin interface on loopback; 0: any. */
  readonly adminPort: number;
}

const httpOptions = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

/**
 * Lifts Envoy's stock limit for compiled expressions, so that only the check of a document limits them (xds.md 1.6); `flags` are those that the fleet asks for besides.
 */
export function runtime(flags: Readonly<Record<string, number>> = {}): JsonObject {
  return {
    layers: [
      { name: "portolan", static_layer: { "re2.max_program_size.error_level": 32768, ...flags } },
      { name: "admin", admin_layer: {} },
    ],
  };
}

/** The admin interface, on loopback only. */
export function admin(port: number): JsonObject {
  return { address: { socket_address: { address: "127.0.0.1", port_value: port } } };
}

/** The smallest bootstrap with which an Envoy gets everything else from Portolan (xds.md 1.6). */
export function bootstrap({ nodeId, cluster, servers, mode, tls, adminPort, runtime: flags }: BootstrapOptions): JsonObject {
  return {
    node: { id: nodeId, cluster },
    admin: admin(adminPort),
    dynamic_resources: {
      ads_config: {
        api_type: mode === "delta" ? "DELTA_GRPC" : "GRPC",
        transport_api_version: "V3",
        set_node_on_first_message_only: true,
        grpc_services: [
          { envoy_grpc: { cluster_name: "portolan", retry_policy: { retry_back_off: { base_interval: "0.2s", max_interval: "2s" } } } },
        ],
      },
      cds_config: { ads: {}, resource_api_version: "V3" },
      lds_config: { ads: {}, resource_api_version: "V3" },
    },
    layered_runtime: runtime(flags),
    static_resources: { clusters: [controlPlane(servers, tls)] },
  };
}

function controlPlane(servers: BootstrapOptions["servers"], tls: ChannelFiles | undefined): JsonObject {
  const hosts = servers.map(({ host }) => host);
  return {
    name: "portolan",
    type: hosts.every(isAddress) ? "STATIC" : "STRICT_DNS",
    connect_timeout: "1s",
    load_assignment: {
      cluster_name: "portolan",
      endpoints: [
        {
          lb_endpoints: servers.map(({ host, port }) => ({
            endpoint: { address: { socket_address: { address: host, port_value: port } } },
          })),
        },
      ],
    },
    ...(tls === undefined ? {} : { transport_socket: channelSocket(tls, [...new Set(hosts)]) }),
    typed_extension_protocol_options: {
      [httpOptions]: {
        "@type": `type.googleapis.com/${httpOptions}`,
        explicit_http_config: { http2_protocol_options: { connection_keepalive: { interval: "30s", timeout: "10s" } } },
      },
    },
  };
}
