import { yamlText } from "../../build/yaml-text.ts";
import type { HostPort } from "../value.ts";
import { editorSchemas, schemaPath } from "./schemas.ts";

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
export async function firstFiles(
  { host, upstream, port }: FirstRoute,
  { root, below, branch }: Place,
): Promise<ReadonlyMap<string, string>> {
  const address = `${upstream.host.includes(":") ? `[${upstream.host}]` : upstream.host}:${upstream.port}`;
  const files: readonly (readonly [path: string, about: string, document: FirstDocument])[] = [
    ["portolan.yaml", "The control plane: portolan serve --config portolan.yaml", server(root, below, branch)],
    ["routes/listener.yaml", "The port that every Envoy listens on.", listener(port)],
    ["routes/host.yaml", "The host names that are served.", hostDocument(host)],
    ["routes/upstream.yaml", 'Where the service "hello" runs.', upstreamDocument(address)],
    ["routes/mapping.yaml", 'The first route: everything goes to the service "hello".', mapping(host)],
    ["routes/test.yaml", "What is to become of requests: portolan test", test(host)],
  ];
  const schemas = await editorSchemas(files.map(([, , { kind }]) => kind));
  return new Map([...files.map(([path, about, document]) => [path, textOf(path, about, document)] as const), ...schemas]);
}

/** A document, by its kind. */
interface FirstDocument {
  readonly kind: string;
  readonly [field: string]: unknown;
}

/** A document with the line by which editors check and complete it. */
function textOf(path: string, about: string, document: FirstDocument): string {
  const up = "../".repeat(path.split("/").length - 1);
  return `# yaml-language-server: $schema=${up}${schemaPath(document.kind)}\n# ${about}\n${yamlText(document)}`;
}

function server(root: string, below: string, branch: string): FirstDocument {
  const include = below === "" ? {} : { include: [`${below}/routes/**`] };
  return {
    apiVersion: "portolan.dev/v1alpha1",
    kind: "Server",
    server: { dataDir: ".portolan/" },
    listen: { xds: { address: "127.0.0.1:18000" }, api: { address: "127.0.0.1:18080" }, grpc: { address: "127.0.0.1:18081" } },
    sources: [{ name: "main", path: root, branch, ...include }],
  };
}

function listener(port: number): FirstDocument {
  return ambassador("Listener", "http", {
    port,
    protocol: "HTTP",
    securityModel: "INSECURE",
    hostBinding: { namespace: { from: "ALL" } },
  });
}

function hostDocument(hostname: string): FirstDocument {
  return ambassador("Host", "hello", { hostname, requestPolicy: { insecure: { action: "Route" } } });
}

function mapping(hostname: string): FirstDocument {
  return ambassador("Mapping", "hello", { hostname, prefix: "/", service: "hello" });
}

/** That the root goes to the service. */
function test(hostname: string): FirstDocument {
  const host = hostname === "*" ? "example.com" : hostname.replace(/^\*/, "www");
  const tests = [{ name: "the root goes to hello", request: { url: `http://${host}/` }, expect: { backends: [{ service: "hello" }] } }];
  return own("RouteTest", { tests });
}

function upstreamDocument(address: string): FirstDocument {
  return own("Upstream", { addresses: [address] });
}

function own(kind: string, spec: object): FirstDocument {
  return { apiVersion: "portolan.dev/v1alpha1", kind, metadata: { name: "hello" }, spec };
}

function ambassador(kind: string, name: string, spec: object): FirstDocument {
  return { apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name }, spec };
}
