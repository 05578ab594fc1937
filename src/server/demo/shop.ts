/** The repository of the end-to-end tests: 3 Hosts and 12 Mappings, two fleets of one Envoy each, which differ in their port. */
export interface ShopPorts {
  readonly delta: number;
  readonly sotw: number;
  readonly cart: number;
  readonly web: number;
}

const host = (name: string) => `---
apiVersion: getambassador.io/v3alpha1
kind: Host
metadata: {name: ${name}}
spec:
  hostname: ${name}.example.com
  requestPolicy: {insecure: {action: Route}}
`;

const listener = (name: string, port: number) => `apiVersion: getambassador.io/v3alpha1
kind: Listener
metadata: {name: ${name}}
spec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}
`;

const fleet = (name: string, other: string) => `---
apiVersion: portolan.dev/v1alpha1
kind: Fleet
metadata: {name: ${name}}
spec:
  nodes: {id: [${name}]}
  documents: {exclude: ["listeners/${other}.yaml"]}
  proxy: {bindAddress: 127.0.0.1}
`;

const upstream = (name: string, port: number) => `---
apiVersion: portolan.dev/v1alpha1
kind: Upstream
metadata: {name: ${name}}
spec: {addresses: ["127.0.0.1:${port}"]}
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

/** The files of the repository. */
export function shop(ports: ShopPorts): Record<string, string> {
  const at = (host: string, spec: string) => `hostname: ${host}.example.com\n${spec}`;
  const mappings: Record<string, string> = {
    root: at("shop", "prefix: /\nservice: web"),
    cart: at("shop", "prefix: /cart/\nservice: cart"),
    exact: at("shop", 'prefix: /health\nprefix_exact: true\nrewrite: ""\nservice: cart'),
    regex: at("shop", 'prefix: "/item/[0-9]+"\nprefix_regex: true\nrewrite: ""\nservice: cart'),
    beta: at("shop", "prefix: /cart/\nheaders: {x-beta: on-purpose}\nservice: web"),
    old: at("shop", "prefix: /old/\nservice: shop.example.com\nhost_redirect: true\npath_redirect: /new/\nredirect_response_code: 308"),
    api: at("api", "prefix: /v1/\nservice: cart\ntimeout_ms: 2000"),
    post: at("api", "prefix: /v1/\nmethod: POST\nservice: web"),
    query: at("api", 'prefix: /v1/\nquery_parameters: {debug: "1"}\nservice: web'),
    retry: at("api", "prefix: /retry/\nservice: cart\nretry_policy: {retry_on: 5xx, num_retries: 2}"),
    tag: at("admin", "prefix: /\nservice: web\nadd_response_headers: {x-team: admin}"),
    secret: at("admin", "prefix: /internal/\nservice: cart\nremove_request_headers: [x-secret]"),
  };
  return {
    "hosts.yaml": host("shop") + host("api") + host("admin"),
    "fleets.yaml": fleet("delta", "sotw") + fleet("sotw", "delta"),
    "listeners/delta.yaml": listener("delta", ports.delta),
    "listeners/sotw.yaml": listener("sotw", ports.sotw),
    "upstreams.yaml": upstream("cart", ports.cart) + upstream("web", ports.web),
    ...Object.fromEntries(Object.entries(mappings).map(([name, spec]) => [`mappings/${name}.yaml`, mapping(name, spec)])),
  };
}
