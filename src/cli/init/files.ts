import { yamlText } from "../../build/yaml-text.ts";
import type { HostPort } from "../value.ts";

/** What the first route is about. */
export interface FirstRoute {
  readonly host: string;
  readonly upstream: HostPort;
  readonly port: number;
}

/** Where the repository stands. */
export interface Place {
  /** From the directory with `portolan.yaml` to the root of the repository, `.` if it is the same. */
  readonly root: string;
  /** From the root to the directory with `portolan.yaml`, with `/`; empty if it is the same. */
  readonly below: string;
  readonly branch: string;
}

/** The files of `init`, by path (delivery.md 9.1). */
export function firstFiles({ host, upstream, port }: FirstRoute, { root, below, branch }: Place): ReadonlyMap<string, string> {
  const address = `${upstream.host.includes(":") ? `[${upstream.host}]` : upstream.host}:${upstream.port}`;
  return new Map([
    ["portolan.yaml", serverText(root, below, branch)],
    ["routes/listener.yaml", `# The port that every Envoy listens on.\n${yamlText(listener(port))}`],
    ["routes/host.yaml", `# The host names that are served.\n${yamlText(hostDocument(host))}`],
    ["routes/upstream.yaml", `# Where the service "hello" runs.\n${yamlText(upstreamDocument(address))}`],
    ["routes/mapping.yaml", `# The first route: everything goes to the service "hello".\n${yamlText(mapping(host))}`],
    ["routes/test.yaml", `# What must stay true of the routes: portolan test routes\n${yamlText(test(host))}`],
  ]);
}

function serverText(root: string, below: string, branch: string): string {
  const include = below === "" ? {} : { include: [`${below}/routes/**`] };
  const server = {
    apiVersion: "portolan.dev/v1alpha1",
    kind: "Server",
    server: { dataDir: ".portolan/" },
    listen: { xds: { address: "127.0.0.1:18000" }, api: { address: "127.0.0.1:18080" }, grpc: { address: "127.0.0.1:18081" } },
    sources: [{ name: "main", path: root, branch, ...include }],
  };
  return `# The control plane: portolan serve --config portolan.yaml\n${yamlText(server)}`;
}

function listener(port: number): object {
  return ambassador("Listener", "http", {
    port,
    protocol: "HTTP",
    securityModel: "INSECURE",
    hostBinding: { namespace: { from: "ALL" } },
  });
}

function hostDocument(hostname: string): object {
  return ambassador("Host", "hello", { hostname, requestPolicy: { insecure: { action: "Route" } } });
}

function mapping(hostname: string): object {
  return ambassador("Mapping", "hello", { hostname, prefix: "/", service: "hello" });
}

/** That the root goes to the service. */
function test(hostname: string): object {
  const host = hostname === "*" ? "example.com" : hostname.replace(/^\*/, "www");
  const tests = [{ name: "the root goes to hello", request: { url: `http://${host}/` }, expect: { backends: [{ service: "hello" }] } }];
  return { apiVersion: "portolan.dev/v1alpha1", kind: "RouteTest", metadata: { name: "hello" }, spec: { tests } };
}

function upstreamDocument(address: string): object {
  return { apiVersion: "portolan.dev/v1alpha1", kind: "Upstream", metadata: { name: "hello" }, spec: { addresses: [address] } };
}

function ambassador(kind: string, name: string, spec: object): object {
  return { apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name }, spec };
}
