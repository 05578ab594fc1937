import { expect, test } from "vitest";
import { MemoryGit } from "../../src/git/memory.ts";
import { conductor, served } from "../support/build.ts";

const ours = "getambassador.io/v3alpha1";
const text = (apiVersion: string, kind: string, name: string, rest: object) =>
  `---\n${JSON.stringify({ apiVersion, kind, metadata: { name }, ...rest })}\n`;
const ambassador = (kind: string, name: string, spec: object) => text(ours, kind, name, { spec });
const all = { hostBinding: { namespace: { from: "ALL" } } };

/** Fifty good documents of most kinds. */
const good = [
  text("portolan.dev/v1alpha1", "Fleet", "edge", { spec: { nodes: {} } }),
  text("portolan.dev/v1alpha1", "Upstream", "up", { spec: { addresses: ["10.0.0.1:80"] } }),
  text("v1", "Service", "svc", { spec: { ports: [{ port: 80 }] } }),
  text("v1", "Endpoints", "svc", { subsets: [{ addresses: [{ ip: "10.0.0.2" }], ports: [{ port: 80 }] }] }),
  ambassador("Listener", "https", { port: 8443, protocol: "HTTPS", securityModel: "XFP", ...all }),
  ambassador("Host", "shop", { hostname: "shop.example.com", tlsSecret: { name: "shop" } }),
  ambassador("Host", "any", { hostname: "*", requestPolicy: { insecure: { action: "Route" } } }),
  ambassador("TLSContext", "client", { secret: "client" }),
  ambassador("AuthService", "auth", { auth_service: "auth:3000" }),
  ambassador("TCPMapping", "tcp", { port: 2222, service: "ssh:22" }),
  ...Array.from({ length: 40 }, (_, i) => {
    const where = i % 2 === 0 ? "*" : "shop.example.com";
    const more = i % 10 === 0 ? { tls: "client" } : i % 10 === 5 ? { resolver: "endpoint", service: "svc" } : {};
    return ambassador("Mapping", `m${i}`, { hostname: where, prefix: `/m${i}/`, service: i % 7 === 0 ? "up" : "web", ...more });
  }),
];

/** A document of each kind that cannot be used; `holds`: the source is read before it came, because what it protects would stand open. */
const broken: readonly { readonly of: string; readonly document: string; readonly holds?: boolean }[] = [
  { of: "Listener", document: ambassador("Listener", "x", { port: "http", protocol: "HTTP", securityModel: "XFP", ...all }) },
  { of: "Host", document: ambassador("Host", "x", { hostname: "a*b.example.com" }) },
  { of: "Mapping", document: ambassador("Mapping", "x", { hostname: "*", prefix: "no-slash", service: "x" }) },
  { of: "TCPMapping", document: ambassador("TCPMapping", "x", { port: 99999, service: "x" }) },
  { of: "TLSContext", document: ambassador("TLSContext", "x", { secret: "x", cert_chain_file: "/a", private_key_file: "/b" }) },
  { of: "Module", document: ambassador("Module", "ambassador", { config: { lua_scripts: "function x(" } }) },
  { of: "AuthService", document: ambassador("AuthService", "x", { auth_service: 7 }), holds: true },
  { of: "RateLimitService", document: ambassador("RateLimitService", "x", { service: 7 }), holds: true },
  {
    of: "FilterPolicy",
    document: ambassador("FilterPolicy", "x", { rules: [] }).replace('"rules":[]', '"rules":[],"rules":[]'),
    holds: true,
  },
  { of: "LogService", document: ambassador("LogService", "x", { service: "x" }) },
  { of: "TracingService", document: ambassador("TracingService", "x", { service: "x", driver: "lightstep" }) },
  { of: "KubernetesServiceResolver", document: ambassador("KubernetesServiceResolver", "x", { ambassador_id: 7 }) },
  { of: "KubernetesEndpointResolver", document: ambassador("KubernetesEndpointResolver", "x", { ambassador_id: 7 }) },
  { of: "ConsulResolver", document: ambassador("ConsulResolver", "x", { address: 7 }) },
  { of: "Filter", document: ambassador("Filter", "x", {}) },
  { of: "RateLimit", document: ambassador("RateLimit", "x", {}) },
  { of: "an unknown kind", document: ambassador("Maping", "x", {}) },
  {
    of: "WebApplicationFirewallPolicy",
    document: text("gateway.getambassador.io/v1alpha1", "WebApplicationFirewallPolicy", "x", { spec: { rules: 7 } }),
  },
  { of: "version 2", document: text("getambassador.io/v2", "Mapping", "x", { spec: { prefix: 7 } }) },
  {
    of: "Ingress",
    document: text("networking.k8s.io/v1", "Ingress", "x", {
      metadata: { name: "x", annotations: { "kubernetes.io/ingress.class": "ambassador" } },
      spec: { rules: 7 },
    }),
  },
  { of: "IngressClass", document: text("networking.k8s.io/v1", "IngressClass", "x", { metadata: {} }) },
  { of: "Service", document: text("v1", "Service", "x", { spec: { ports: "http" } }) },
  {
    of: "an annotation",
    document: text("v1", "Service", "x", { metadata: { name: "x", annotations: { "getambassador.io/config": "a: [" } } }),
  },
  { of: "Endpoints", document: text("v1", "Endpoints", "x", { subsets: 7 }) },
  { of: "EndpointSlice", document: text("discovery.k8s.io/v1", "EndpointSlice", "x", { endpoints: 7 }) },
  { of: "Upstream", document: text("portolan.dev/v1alpha1", "Upstream", "x", { spec: { addresses: ["nowhere"] } }) },
  { of: "Fleet", document: text("portolan.dev/v1alpha1", "Fleet", "x", { spec: {} }) },
  { of: "RouteTest", document: text("portolan.dev/v1alpha1", "RouteTest", "x", { spec: 7 }) },
];

/** Builds a commit that follows one with the good documents alone. */
async function build(documents: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const git = new MemoryGit();
  const one = conductor(git);
  const before = git.snapshot(new Map([["good.yaml", good.join("")]]));
  const files = new Map([["good.yaml", documents.join("")], ...Object.entries(more)]);
  const outcome = await one.build(git.snapshot(files, "main", { parents: [before.oid] }));
  return { outcome, findings: [...one.findings()] };
}

const expected = served((await build(good)).outcome);

test("there are fifty good documents, and nothing is wrong with them", async () => {
  const { findings } = await build(good);
  expect(good).toHaveLength(50);
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

test.each(broken)("a broken document among them changes nothing for the others: $of", async ({ document, holds = false }) => {
  for (const [documents, more] of [
    [[...good, document], {}],
    [good, { "a.yaml": document }],
  ] as const) {
    const { outcome, findings } = await build(documents, more);
    expect(outcome.unprotected).toEqual([]);
    const { fleets } = outcome;
    expect(fleets.some(({ readAt }) => readAt !== undefined)).toBe(holds);
    const edge = served({ ...outcome, fleets: fleets.filter(({ fleet }) => fleet === "edge") });
    expect(edge).toEqual(expected);
    expect(findings.some(({ severity }) => severity === "error")).toBe(true);
  }
});
