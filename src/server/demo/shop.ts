import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The ports that the example repository is laid on: those of the two Envoys and of the two upstreams. */
export interface ShopPorts {
  readonly delta: number;
  readonly sotw: number;
  readonly cart: number;
  readonly web: number;
}

const example = fileURLToPath(new URL("../../../examples/shop", import.meta.url));

/**
 * The files of `examples/shop` (3 Hosts, 12 Mappings) by path, for one machine: upstreams on loopback,
 * and two fleets of one Envoy each, which differ in the port of their Listener.
 */
export function shop(ports: ShopPorts): Record<string, string> {
  const { "listener.yaml": listener = "", "upstreams.yaml": upstreams = "", ...others } = exampleFiles();
  const listenerOf = (name: string, port: number) => listener.replace("name: http", `name: ${name}`).replace("port: 8080", `port: ${port}`);
  return {
    ...others,
    "fleets.yaml": fleet("delta", "sotw") + fleet("sotw", "delta"),
    "listeners/delta.yaml": listenerOf("delta", ports.delta),
    "listeners/sotw.yaml": listenerOf("sotw", ports.sotw),
    "upstreams.yaml": upstreams.replace("cart:9001", `127.0.0.1:${ports.cart}`).replace("web:9002", `127.0.0.1:${ports.web}`),
  };
}

function exampleFiles(): Record<string, string> {
  const paths = readdirSync(example, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".yaml"));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(example, path), "utf8")]));
}

const fleet = (name: string, other: string) => `---
apiVersion: portolan.dev/v1alpha1
kind: Fleet
metadata: {name: ${name}}
spec:
  nodes: {id: [${name}]}
  documents: {exclude: ["listeners/${other}.yaml"]}
  proxy: {bindAddress: 127.0.0.1}
`;

/** A Mapping as a file of its own. */
export function mapping(name: string, spec: string): string {
  return `apiVersion: getambassador.io/v3alpha1
kind: Mapping
metadata: {name: ${name}}
spec:
${spec
  .trim()
  .split("\n")
  .map((line) => `  ${line.trim()}`)
  .join("\n")}
`;
}
