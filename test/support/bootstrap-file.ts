import { bootstrap } from "../../src/envoy/bootstrap.ts";

/** The text of `envoy/bootstrap-<mode>.json`: for an Envoy that reaches its control plane under the name `portolan`. */
export function bootstrapFile(mode: "delta" | "sotw"): string {
  const message = bootstrap({
    nodeId: `envoy-${mode}`,
    cluster: "default",
    servers: [{ host: "portolan", port: 18000 }],
    mode,
    adminPort: 9901,
  });
  return `${JSON.stringify(message, undefined, 2)}\n`;
}
