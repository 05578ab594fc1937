import type { JsonObject } from "../../model/json.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";

/** The image that runs Envoy in containers. */
const image = "envoyproxy/envoy:v1.40.0";

/**
 * A systemd unit that runs Envoy with the bootstrap on its command line, so that the unit is all there is to install.
 * Inside quotes systemd reads backslashes, and `%` and `$` everywhere (systemd.service(5), "Command lines").
 */
export function systemdUnit(bootstrap: JsonObject): string {
  const config = JSON.stringify(bootstrap).replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("%", "%%").replaceAll("$", "$$$$");
  return `[Unit]
Description=Envoy, configured by Portolan
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/env envoy --config-yaml '${config}'
Restart=always
RestartSec=1s
DynamicUser=yes
AmbientCapabilities=CAP_NET_BIND_SERVICE
LimitNOFILE=1048576

[Install]
WantedBy=multi-user.target
`;
}

/**
 * A Compose file with one Envoy. It stands in the network of the host, because which ports it listens on is decided in the repository.
 * Compose reads `$` everywhere.
 */
export function composeFile(bootstrap: JsonObject): JsonObject {
  const config = JSON.stringify(bootstrap).replaceAll("$", "$$$$");
  return { services: { envoy: { image, network_mode: "host", restart: "always", command: ["envoy", "--config-yaml", config] } } };
}

/** A ConfigMap and a Deployment of two Envoys, each a node by the name of its pod. Throws a {@link Failure} if the fleet cannot name them. */
export function kubernetesObjects(bootstrap: JsonObject, fleet: string): readonly JsonObject[] {
  if (!/^[a-z0-9]([a-z0-9-]{0,50}[a-z0-9])?$/.test(fleet))
    throw new Failure(exitCode.usage, `--fleet ${fleet}: objects of Kubernetes cannot be called so; expected a DNS label`);
  const metadata = { name: `envoy-${fleet}`, labels: { app: `envoy-${fleet}` } };
  const container: JsonObject = {
    name: "envoy",
    image,
    args: ["-c", "/etc/envoy/envoy.json", "--service-node", "$(POD_NAME)"],
    env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    volumeMounts: [{ name: "bootstrap", mountPath: "/etc/envoy", readOnly: true }],
  };
  const spec: JsonObject = { containers: [container], volumes: [{ name: "bootstrap", configMap: { name: metadata.name } }] };
  return [
    { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "envoy.json": JSON.stringify(bootstrap, null, 2) } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { replicas: 2, selector: { matchLabels: metadata.labels }, template: { metadata: { labels: metadata.labels }, spec } },
    },
  ];
}
