import { isIp } from "../model/ip.ts";
import type { JsonObject } from "../model/json.ts";

/** Files on the machine of an Envoy, as PEM and (`*Sds`) as what Envoy reads secrets from. */
export interface ChannelFiles {
  readonly cert: string;
  readonly key: string;
  /** Authority of the control plane's certificate. */
  readonly ca: string;
  readonly nodeSds: string;
  readonly caSds: string;
}

/** The files of a node in its directory of certificates: `nodes/<id>.crt` and `.key`, the id percent-encoded, and `ca.crt`. */
export function channelFiles(directory: string, nodeId: string): ChannelFiles {
  const at = (name: string) => `${directory.replace(/\/+$/, "")}/${name}`;
  const stem = at(`nodes/${encodeURIComponent(nodeId)}`);
  return { cert: `${stem}.crt`, key: `${stem}.key`, ca: at("ca.crt"), nodeSds: at("sds-node.yaml"), caSds: at("sds-ca.yaml") };
}

const tls = "envoy.extensions.transport_sockets.tls.v3";
const names = { node: "portolan-node", ca: "portolan-ca" };

/** The file that an Envoy reads a secret of the channel from. By it, other than by the bootstrap, it notices when the files that it names are replaced. */
export function sdsFile(secret: "node" | "ca", { cert, key, ca }: ChannelFiles): JsonObject {
  const content: JsonObject =
    secret === "node"
      ? { tls_certificate: { certificate_chain: { filename: cert }, private_key: { filename: key } } }
      : { validation_context: { trusted_ca: { filename: ca } } };
  return { resources: [{ "@type": `type.googleapis.com/${tls}.Secret`, name: names[secret], ...content }] };
}

/** TLS in both directions: the node shows its certificate, and the control plane must have one for the name or address it is reached at. */
export function channelSocket({ nodeSds, caSds }: ChannelFiles, hosts: readonly string[]): JsonObject {
  const source = (path: string) => ({ path_config_source: { path }, resource_api_version: "V3" });
  const match_typed_subject_alt_names = hosts.map((host) => ({
    san_type: isAddress(host) ? "IP_ADDRESS" : "DNS",
    matcher: { exact: host },
  }));
  return {
    name: "envoy.transport_sockets.tls",
    typed_config: {
      "@type": `type.googleapis.com/${tls}.UpstreamTlsContext`,
      common_tls_context: {
        alpn_protocols: ["h2"],
        tls_certificate_sds_secret_configs: [{ name: names.node, sds_config: source(nodeSds) }],
        combined_validation_context: {
          default_validation_context: { match_typed_subject_alt_names },
          validation_context_sds_secret_config: { name: names.ca, sds_config: source(caSds) },
        },
      },
    },
  };
}

/** Whether Envoy takes the text as an IP address: it knows no short forms such as `127.1`. */
export function isAddress(host: string): boolean {
  return isIp(host);
}
