import fc from "fast-check";

/** Few names and few values, so that documents meet: they collide, join groups, overlap, and refer to one another. */
const name = fc.constantFrom("a", "b", "c", "d", "e");
const namespace = fc.constantFrom(undefined, "default", "team");
const hostname = fc.constantFrom("*", "a.example.com", "b.example.com", "*.example.com", "c.example.org");
const labels = fc.constantFrom(undefined, { team: "red" }, { team: "blue" });

const metadata = fc.record({ name, namespace, labels }).map(({ name, namespace, labels }) => ({
  name,
  ...(namespace === undefined ? {} : { namespace }),
  ...(labels === undefined ? {} : { labels }),
}));

const mapping = fc
  .record(
    {
      prefix: fc.constantFrom("/", "/x/", "/x/y/", "/z", "no-slash"),
      service: fc.constantFrom("a", "b", "c:8080", "10.0.0.1:80", "http://d.team", "bad service", "e:99999", "$SVC", "a-$SVC"),
      hostname,
      weight: fc.constantFrom(10, 30, 50, 120),
      timeout_ms: fc.constantFrom(0, 1000, 9000),
      precedence: fc.constantFrom(0, 5),
      method: fc.constantFrom("GET", "POST"),
      headers: fc.constantFrom({ "x-a": "1" }, { "x-b": true }),
      rewrite: fc.constantFrom("", "/new/"),
      tls: fc.constantFrom("a", "b"),
      resolver: fc.constantFrom("endpoint", "endpoint", "a", "nosuch"),
      connect_timeout_ms: fc.constantFrom(1000, 3000),
      case_sensitive: fc.boolean(),
      regex_headers: fc.constantFrom({ "x-a": "a+" }, { "x-b": "(" }),
      cors: fc.constantFrom({ origins: ["https://a.example"] }, { origins: "*", methods: ["GET"] }),
      load_balancer: fc.constantFrom({ policy: "least_request" }, { policy: "ring_hash", header: "x-user" }, { policy: "maglev" }),
      grpc: fc.boolean(),
      keepalive: fc.constantFrom({ time: 60 }),
      circuit_breakers: fc.constantFrom([{ max_requests: 3 }], [{ priority: "low" }]),
      add_linkerd_headers: fc.boolean(),
      shadow: fc.boolean(),
      labels: fc.constantFrom({ ambassador: [{ g: [{ remote_address: { key: "a" } }] }] }),
      error_response_overrides: fc.constantFrom(
        [{ on_status_code: 404, body: { text_format: "gone" } }],
        [{ on_status_code: 503, body: { text_format_source: { filename: "/a.txt" } } }],
        [{ on_status_code: 503, body: { text_format_source: { filename: "/b.txt" } } }],
      ),
      bypass_auth: fc.boolean(),
      unknown_field: fc.constantFrom(1),
      prefix_exact: fc.boolean(),
    },
    { requiredKeys: ["prefix", "service"] },
  )
  .map((spec) => ({ kind: "Mapping", spec }));

const host = fc
  .record({
    hostname,
    action: fc.constantFrom("Route", "Redirect", "Reject"),
    selector: fc.constantFrom(undefined, { matchLabels: { team: "red" } }),
    tls: fc.constantFrom(
      {},
      {},
      { tlsSecret: { name: "x" } },
      { tlsSecret: { name: "x" }, tlsContext: { name: "a" } },
      { tls: {}, tlsContext: { name: "b" } },
    ),
  })
  .map(({ hostname, action, selector, tls }) => ({
    kind: "Host",
    spec: { hostname, ...tls, requestPolicy: { insecure: { action } }, ...(selector === undefined ? {} : { mappingSelector: selector }) },
  }));

const listener = fc
  .record({
    port: fc.constantFrom(8080, 8081),
    securityModel: fc.constantFrom("INSECURE", "XFP", "SECURE"),
    l7Depth: fc.constantFrom(0, 1),
    protocolStack: fc.constantFrom(["HTTP", "TCP"], ["TLS", "HTTP", "TCP"], ["TLS", "HTTP", "UDP"], ["TLS", "TCP"]),
  })
  .map((spec) => ({ kind: "Listener", spec: { ...spec, hostBinding: { namespace: { from: "ALL" } } } }));

const tlsContext = fc
  .record(
    {
      hosts: fc.constantFrom(["a.example.com"]),
      secret: fc.constantFrom("x", "y.team"),
      ca_secret: fc.constantFrom("ca"),
      cert_required: fc.boolean(),
      min_tls_version: fc.constantFrom("v1.2", "v9"),
    },
    { requiredKeys: [] },
  )
  .map((spec) => ({ kind: "TLSContext", spec }));

const tcpMapping = fc
  .record(
    {
      port: fc.constantFrom(8080, 8081, 9000),
      service: fc.constantFrom("a", "https://b", "c:5432", "bad service"),
      host: fc.constantFrom("a.example.com", "*.example.com"),
      tls: fc.constantFrom("a", "b"),
      weight: fc.constantFrom(10, 30),
    },
    { requiredKeys: ["port", "service"] },
  )
  .map((spec) => ({ kind: "TCPMapping", spec }));

const upstream = fc
  .record({ addresses: fc.constantFrom(["10.0.0.1:80"], ["10.0.0.1:80", "10.0.0.2:8080"], ["db.example.com:80"], ["bad"]) })
  .map((spec) => ({ kind: "Upstream", spec }));

const fleet = fc
  .record({
    bindAddress: fc.constantFrom("127.0.0.1", "127.0.0.2"),
    exclude: fc.constantFrom("none/**", "1.yaml"),
    ambassador: fc.record(
      {
        files: fc.constantFrom({ "/a.txt": "a.txt" }, { "/a.txt": "b.txt", "/b.txt": "dir/c.txt" }),
        variables: fc.constantFrom({ SVC: "a" }, { SVC: "bad service" }),
        looseLabelSelectors: fc.boolean(),
        probeRoutes: fc.boolean(),
        inputNamespaces: fc.constantFrom(["default"], ["default", "team"]),
        labelSelector: fc.constantFrom({ matchExpressions: [{ key: "team", operator: "NotIn", values: ["blue"] }] }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ bindAddress, exclude, ambassador }) => ({
    kind: "Fleet",
    spec: { nodes: { id: ["*"] }, documents: { exclude: [exclude] }, proxy: { bindAddress }, ambassador },
  }));

const module = fc
  .record(
    {
      use_remote_address: fc.boolean(),
      cluster_request_timeout_ms: fc.constantFrom(0, 500, 9000),
      envoy_log_type: fc.constantFrom("json", "text", "xml"),
      circuit_breakers: fc.constantFrom([{ max_connections: 5 }], 5),
      ip_allow: fc.constantFrom([{ peer: "127.0.0.0/8" }], "all"),
      gzip: fc.constantFrom({ enabled: false }, {}),
      max_request_headers_kb: fc.constantFrom(64, 10_000),
      readiness_probe: fc.constantFrom({ service: "a" }, { service: "$SVC", prefix: "/ready" }, { service: "b", prefix: "ready" }),
      error_response_overrides: fc.constantFrom([{ on_status_code: 404, body: { text_format_source: { filename: "/a.txt" } } }]),
    },
    { requiredKeys: [] },
  )
  .map((config) => ({ kind: "Module", spec: { config } }));

const policy = fc
  .record({
    host: fc.constantFrom("*", "a.example.com", "*.example.com"),
    path: fc.constantFrom("*", "/x/*", "/x/*/y"),
    precedence: fc.constantFrom(0, 1),
    filters: fc.constantFrom([], [{ name: "a" }]),
  })
  .map((rule) => ({ kind: "FilterPolicy", spec: { rules: [rule] } }));

/** A Mapping as version 2 writes it, in the annotation of a Service. */
const annotated = fc
  .record({ prefix: fc.constantFrom("/x/", "/v2/"), tls: fc.constantFrom(false, ""), host: fc.constantFrom("a.example.com", "*") })
  .map((fields) => ({
    kind: "Service",
    held: { apiVersion: "ambassador/v2", kind: "Mapping", service: "a", ...fields },
    spec: {},
  }));

/** Kinds that are known and not served, and what is no document of ours. */
const others = fc.constantFrom(
  ...["DevPortal", "Filter", "RateLimit", "Project", "Maping", "WebApplicationFirewall"].map((kind) => ({ kind, spec: {} })),
  { kind: "WebApplicationFirewallPolicy", spec: { rules: [{ host: "*", path: "/x/*", onError: { statusCode: 429 } }] } },
  { kind: "Secret", type: "kubernetes.io/tls", data: {} },
);

const auth = fc
  .record({ auth_service: fc.constantFrom("a:80", "10.0.0.1:80"), proto: fc.constantFrom("http", "http", "http", "soap") })
  .map((spec) => ({ kind: "AuthService", spec }));

const limit = fc
  .record({ service: fc.constantFrom("a:80", "rl", "bad service"), failure_mode_deny: fc.constantFrom(true, false, "maybe") })
  .map((spec) => ({ kind: "RateLimitService", spec: { ...spec, protocol_version: "v3" } }));

const log = fc
  .record({ service: fc.constantFrom("a:80", "log") })
  .map((spec) => ({ kind: "LogService", spec: { ...spec, driver: "http" } }));

const tracing = fc
  .record({ service: fc.constantFrom("a:80", "zipkin"), driver: fc.constantFrom("zipkin", "opentelemetry", "lightstep") })
  .map((spec) => ({ kind: "TracingService", spec }));

const port = fc.constantFrom(80, 8080);

const service = fc
  .record({ type: fc.constantFrom("ClusterIP", "ExternalName"), port, targetPort: fc.constantFrom(8080, "web") })
  .map(({ type, port, targetPort }) => ({
    kind: "Service",
    spec: { type, externalName: "db.example.com", ports: [{ name: "web", port, targetPort }] },
  }));

const addresses = fc.constantFrom(["10.0.0.1"], ["10.0.0.2", "10.0.0.1"], []);

const slice = fc.record({ of: name, addresses, port }).map(({ of, addresses, port }) => ({
  kind: "EndpointSlice",
  labels: { "kubernetes.io/service-name": of },
  addressType: "IPv4",
  ports: [{ name: "web", port }],
  endpoints: addresses.map((each) => ({ addresses: [each] })),
}));

const endpoints = fc
  .record({ addresses, port })
  .map(({ addresses, port }) => ({ kind: "Endpoints", subsets: [{ addresses: addresses.map((ip) => ({ ip })), ports: [{ port }] }] }));

const resolver = fc
  .constantFrom("KubernetesServiceResolver", "KubernetesEndpointResolver", "ConsulResolver")
  .map((kind) => ({ kind, spec: {} }));

const backend = fc.constantFrom(
  { service: { name: "a", port: { name: "web" } } },
  { service: { name: "b", port: { number: 81 } } },
  { serviceName: "c", servicePort: 80 },
);

const ingress = fc
  .record({
    class: fc.constantFrom("a", "b", undefined),
    host: fc.constantFrom("a.example.com", "*.example.com", undefined),
    tls: fc.constantFrom([], [{ hosts: ["a.example.com"], secretName: "s" }]),
    pathType: fc.constantFrom("Exact", "Prefix"),
    backend,
  })
  .map(({ class: ingressClassName, host, tls, pathType, backend }) => ({
    kind: "Ingress",
    annotations: ingressClassName === undefined ? { "kubernetes.io/ingress.class": "ambassador" } : {},
    spec: { ingressClassName, tls, rules: [{ host, http: { paths: [{ path: "/x/", pathType, backend }] } }], defaultBackend: backend },
  }));

const ingressClass = fc
  .constantFrom("getambassador.io/ingress-controller", "example.com/other")
  .map((controller) => ({ kind: "IngressClass", spec: { controller } }));

const ours = new Set(["Upstream", "Fleet"]);

const apiVersions: Readonly<Record<string, string>> = {
  Service: "v1",
  Secret: "v1",
  Endpoints: "v1",
  EndpointSlice: "discovery.k8s.io/v1",
  Ingress: "networking.k8s.io/v1",
  IngressClass: "networking.k8s.io/v1",
};

/** One document as JSON, which is YAML too: mostly Mappings, some of them wrong. */
export const document = fc
  .tuple(
    metadata,
    fc.oneof(
      { weight: 12, arbitrary: mapping },
      { weight: 3, arbitrary: host },
      { weight: 2, arbitrary: listener },
      { weight: 2, arbitrary: tlsContext },
      { weight: 2, arbitrary: tcpMapping },
      { weight: 2, arbitrary: upstream },
      { weight: 2, arbitrary: module },
      { weight: 1, arbitrary: auth },
      { weight: 1, arbitrary: fc.oneof(limit, log, tracing) },
      { weight: 1, arbitrary: fleet },
      { weight: 1, arbitrary: policy },
      { weight: 2, arbitrary: annotated },
      { weight: 2, arbitrary: service },
      { weight: 2, arbitrary: slice },
      { weight: 1, arbitrary: endpoints },
      { weight: 2, arbitrary: resolver },
      { weight: 2, arbitrary: ingress },
      { weight: 2, arbitrary: ingressClass },
      { weight: 1, arbitrary: others },
    ),
  )
  .map(([metadata, { kind, ...more }]) => ({
    apiVersion: apiVersions[kind] ?? (ours.has(kind) ? "portolan.dev/v1alpha1" : "getambassador.io/v3alpha1"),
    kind,
    metadata: {
      // A Module of another name says nothing.
      ...(kind === "Fleet" ? { name: metadata.name } : kind === "Module" ? { ...metadata, name: "ambassador" } : metadata),
      // Named by its carrier, so that documents that differ stay so.
      ...("held" in more
        ? { annotations: { "getambassador.io/config": JSON.stringify({ ...more.held, name: `held-by-${metadata.name}` }) } }
        : {}),
      ...("labels" in more ? { labels: more.labels } : {}),
      ...("annotations" in more ? { annotations: more.annotations } : {}),
    },
    ...beside(more),
  }));

/** What stands beside the metadata. */
function beside(more: object): object {
  return Object.fromEntries(Object.entries(more).filter(([key]) => key !== "held" && key !== "labels" && key !== "annotations"));
}

/** One step of a history: a file gets these documents, or is deleted if there are none. */
export const step = fc.record({
  path: fc.constantFrom(...Array.from({ length: 12 }, (_, i) => `${i}.yaml`), "dir/13.yaml", "dir/sub/14.yaml"),
  documents: fc.array(document, { maxLength: 3 }),
  broken: fc.constantFrom(false, false, false, false, false, false, true),
});

/** The files that are no documents, of which some fleets name some: by path what a commit puts there, or nothing to take it away. */
export const texts = fc.dictionary(
  fc.constantFrom("a.txt", "b.txt", "dir/c.txt"),
  fc.constantFrom("sorry", "later, %RESPONSE_CODE%", "100%", undefined),
  { maxKeys: 2 },
);

/** The text of a file with these documents. */
export function fileText(documents: readonly object[], broken: boolean): string {
  return (
    documents.map((one) => `---\n${JSON.stringify(one)}\n`).join("") +
    (broken ? "---\napiVersion: getambassador.io/v3alpha1\nkind: [\n" : "")
  );
}
