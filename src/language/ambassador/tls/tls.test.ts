import { describe, expect, test } from "vitest";
import { documentOf, fleet, plan, routes } from "../../../../test/support/ambassador.ts";
import type { JsonObject } from "../../../model/json.ts";
import { ambassador } from "../ambassador.ts";

const all = "hostBinding: {namespace: {from: ALL}}";
const https = `Listener https: {port: 8443, protocol: HTTPS, securityModel: XFP, ${all}}`;
const a = "Host a: {hostname: a.example.com, tlsSecret: {name: a-cert}}";
const mappings = `Mapping m: {hostname: a.example.com, prefix: /, service: a}, Mapping n: {hostname: a.example.com, prefix: /n/, service: n}`;

function check(kind: string, spec: JsonObject) {
  const checked = ambassador.check(documentOf(kind, "x", "default", spec));
  return { spec: checked.spec, found: checked.findings.map(({ code, effect, pointer }) => `${code} ${effect} ${pointer}`) };
}

const chainsOf = (made: ReturnType<typeof plan>) => made.listeners.flatMap(({ chains }) => chains.map(({ name }) => name));
const tlsOf = (made: ReturnType<typeof plan>, chain: string) =>
  made.listeners.flatMap(({ chains }) => chains).find(({ name }) => name === chain)?.tls;

test("a Host with TLS has a chain and a table of its own beside its cleartext", () => {
  const made = plan(`${https}, ${a}, ${mappings}`);
  expect(made.listeners).toMatchObject([
    {
      preludes: ["tls_inspector"],
      chains: [
        {
          name: "tls-a.example.com",
          transport: "tls",
          serverNames: ["a.example.com"],
          tls: { certificate: { kind: "tls", secret: { namespace: "default", name: "a-cert" } } },
          handler: { kind: "http", table: "default.https/tls-a.example.com" },
        },
        { name: "cleartext", transport: "raw_buffer", serverNames: [], handler: { kind: "http", table: "default.https/cleartext" } },
      ],
      options: [{ value: { stat_prefix: "ingress_https" } }],
      secrets: [{ reference: { kind: "tls", secret: { namespace: "default", name: "a-cert" } }, hosts: ["a.example.com"] }],
    },
  ]);
  expect(routes(made, "default.https/tls-a.example.com/a.example.com")).toEqual([
    { prefix: "/n/", to: "n" },
    { prefix: "/", to: "a" },
  ]);
  expect(routes(made, "default.https/cleartext/a.example.com")).toEqual([{ prefix: "/", redirect: { https: true } }]);
  expect(made.problems).toEqual([]);
});

describe("which variants a chain has", () => {
  const secure = { prefix: "/", headers: ["x-forwarded-proto exact https"], to: "a" };
  const asIs = { prefix: "/", to: "a" };
  const redirect = { prefix: "/", redirect: { https: true } };
  const route = "Mapping m: {hostname: a.example.com, prefix: /, service: a}";

  test.each<[string, string, unknown[], unknown[]]>([
    ["XFP", "", [asIs], [redirect]],
    ["XFP", "l7Depth: 1,", [secure, redirect], [secure, redirect]],
    ["SECURE", "", [asIs], [asIs]],
    ["INSECURE", "", [redirect], [redirect]],
  ])("%s %s", (model, depth, byTls, cleartext) => {
    const made = plan(`Listener https: {port: 8443, protocol: HTTPS, securityModel: ${model}, ${depth} ${all}}, ${a}, ${route}`);
    expect(routes(made, "default.https/tls-a.example.com/a.example.com")).toEqual(byTls);
    expect(routes(made, "default.https/cleartext/a.example.com")).toEqual(cleartext);
  });

  test("both, if the Module lets somebody else say what is secure", () => {
    const made = plan(`${https}, ${a}, ${route}, Module ambassador: {config: {use_remote_address: false}}`);
    expect(routes(made, "default.https/tls-a.example.com/a.example.com")).toEqual([secure, redirect]);
  });
});

test.each([
  ["HTTPPROXY", ["proxy_protocol"], []],
  ["HTTPSPROXY", ["proxy_protocol", "tls_inspector"], ["ambassador/proxy-order Listener/default/l"]],
])("%s", (protocol, preludes, problems) => {
  const made = plan(`Listener l: {port: 8443, protocol: ${protocol}, securityModel: XFP, ${all}}`);
  expect(made.listeners).toMatchObject([{ preludes }]);
  expect(made.problems).toEqual(problems);
});

describe("the context of a Host", () => {
  const host = (rest: string) => `${https}, Host a: {hostname: a.example.com, tlsSecret: {name: a-cert}, ${rest}}`;

  test("is the one that it names, by the rules for bare names", () => {
    const made = plan(`${host("tlsContext: {name: c}")}, TLSContext c.team: {alpn_protocols: "h2, http/1.1"}`);
    expect(tlsOf(made, "tls-a.example.com")).toMatchObject({ alpn: ["h2", "http/1.1"] });
  });

  test("is its own, in either spelling", () => {
    const good = plan(host("tls: {caSecret: clients.pki, crl_secret: revoked, certRequired: true, minTLSVersion: v1.2}"));
    expect(good.problems).toEqual([]);
    expect(tlsOf(good, "tls-a.example.com")).toMatchObject({
      requireClientCertificate: true,
      authorities: { kind: "ca", secret: { namespace: "pki", name: "clients" }, crl: { namespace: "default", name: "revoked" } },
      parameters: { tls_minimum_protocol_version: "TLSv1_2" },
    });
  });

  test("is the one of its name", () => {
    const made = plan(`${host("")}, TLSContext a-context: {max_tls_version: v1.2}`);
    expect(tlsOf(made, "tls-a.example.com")).toMatchObject({ parameters: { tls_maximum_protocol_version: "TLSv1_2" } });
    expect(made.problems).toEqual(["document/deprecated-field Host/default/a"]);
  });

  test.each<[string, string, string]>([
    ["is missing", "", "ambassador/missing-tlscontext"],
    ["is ambiguous", "TLSContext c.x: {}, TLSContext c.y: {}", "ambassador/ambiguous-name"],
    ["names another secret", "TLSContext c: {secret: other}", "ambassador/tlscontext-secret-mismatch"],
  ])("that %s leaves the Host to cleartext", (_, context, code) => {
    const made = plan(`${host("tlsContext: {name: c}")}, ${context}`);
    expect(chainsOf(made)).toEqual(["cleartext"]);
    expect(made.problems).toEqual([`${code} Host/default/a`]);
  });

  test("that is unusable leaves the Host to cleartext", () => {
    const made = plan(`${host("tlsContext: {name: c}")}, TLSContext c: {cert_required: true}`);
    expect(chainsOf(made)).toEqual(["cleartext"]);
    expect(made.problems).toEqual(["ambassador/mtls-without-ca TLSContext/default/c"]);
  });

  test("that is for other hosts is used all the same", () => {
    const made = plan(`${host("tlsContext: {name: c}")}, TLSContext c: {hosts: [b.example.com], secret: a-cert.default}`);
    expect(chainsOf(made)).toEqual(["tls-a.example.com", "cleartext"]);
    expect(made.problems).toEqual(["ambassador/tlscontext-hosts-mismatch Host/default/a"]);
  });

  test("given twice withdraws the Host, whose hostname nobody takes over", () => {
    const made = plan(`${host("tls: {}, tlsContext: {name: c}")}, Host w: {hostname: "*.example.com", tlsSecret: {name: w}},
      Mapping w: {hostname: "*.example.com", prefix: /, service: w}, TLSContext c: {}`);
    expect(chainsOf(made)).toEqual(["tls-*.example.com", "cleartext"]);
    expect(routes(made, "default.https/tls-*.example.com/a.example.com")).toEqual([]);
    expect(made.tables.has("default.https/tls-*.example.com/a.example.com")).toBe(true);
    expect(routes(made, "default.https/cleartext/a.example.com")).toEqual([]);
    expect(made.problems).toEqual(["ambassador/host-tls-conflict Host/default/a"]);
  });
});

test("a Host without TLS leaves nothing of it to a wider chain", () => {
  const made = plan(`${https}, Host a: {hostname: a.example.com, tlsSecret: {name: a}, tlsContext: {name: no}},
    Host w: {hostname: "*", tlsSecret: {name: w}}, Mapping m: {hostname: "*", prefix: /, service: m}`);
  expect(routes(made, "default.https/tls-*/a.example.com")).toEqual([]);
  expect(routes(made, "default.https/tls-*/*")).toEqual([{ prefix: "/", to: "m" }]);
  expect(routes(made, "default.https/cleartext/a.example.com")).toEqual([{ prefix: "/", redirect: { https: true } }]);
});

test("Hosts of one name share its chain with one context only", () => {
  const made = plan(`${https}, ${a}, Host b: {hostname: "a.example.com:8443", tlsSecret: {name: b-cert}},
    Host c: {hostname: "a.example.com:9443", tlsSecret: {name: a-cert}}`);
  expect(made.problems).toEqual(["ambassador/host-tls-mismatch Host/default/b"]);
  const table = made.slots.filter((slot) => slot.table === "default.https/tls-a.example.com").map(({ host }) => host);
  expect(table).toEqual(["a.example.com", "a.example.com:9443", "a.example.com:8443"]);
});

describe("HTTP/3", () => {
  const udp = `Listener h3: {port: 8443, protocolStack: [TLS, HTTP, UDP], securityModel: XFP, ${all}}`;

  test("is announced by the Listener on the same port", () => {
    const made = plan(`${https}, ${udp}, ${a}, Host b: {hostname: b.example.com}, ${mappings}`);
    expect(made.listeners).toMatchObject([
      { name: "default.h3", transport: "udp", preludes: [], chains: [{ name: "tls-a.example.com", transport: "quic" }] },
      { name: "default.https", transport: "tcp" },
    ]);
    const header = [{ name: "alt-svc", value: 'h3=":443"; ma=86400, h3-29=":443"; ma=86400', append: true }];
    expect(made.tables.get("default.https/tls-a.example.com/a.example.com")?.virtualHost.responseHeaders).toEqual(header);
    expect(made.tables.get("default.https/cleartext/b.example.com")?.virtualHost.responseHeaders).toBeUndefined();
    expect(made.tables.get("default.h3/tls-a.example.com/a.example.com")?.virtualHost.responseHeaders).toBeUndefined();
  });

  test("with certificates of clients needs a newer Envoy", () => {
    const documents = `${udp}, Host a: {hostname: a.example.com, tlsSecret: {name: a-cert}, tls: {ca_secret: ca, cert_required: true}}`;
    expect(plan(documents).problems).toEqual([
      "ambassador/idle-listener Listener/default/h3",
      "ambassador/needs-newer-envoy Host/default/a",
    ]);
    const newer = { ...fleet, proxy: { ...fleet.proxy, minEnvoyVersion: "1.40" } };
    expect(chainsOf(plan(documents, newer))).toEqual(["tls-a.example.com"]);
  });
});

test.each<[string, JsonObject, string[]]>([
  [
    "a wildcard that is no name for TLS",
    { hostname: "*a.com", tlsSecret: { name: "x" } },
    ["ambassador/bad-hostname-glob slice-dropped /spec/hostname"],
  ],
  ["a trailing wildcard", { hostname: "a.*", tlsSecret: { name: "x" } }, ["ambassador/bad-hostname-glob slice-dropped /spec/hostname"]],
  ["tls and no secret", { tls: { sni: "a" } }, ["ambassador/tls-without-secret field-ignored /spec/tls"]],
  ["a context and no secret", { tlsContext: { name: "c" } }, ["ambassador/tls-without-secret field-ignored /spec/tlsContext"]],
  ["an ACME provider", { acmeProvider: { email: "a@b.c" } }, ["ambassador/acme-unmanaged substituted /spec/acmeProvider"]],
  ["an ACME provider and a secret", { acmeProvider: { email: "a@b.c" }, tlsSecret: { name: "x" } }, []],
  ["no ACME provider", { acmeProvider: { authority: "None" } }, []],
  ["a mistake in its tls", { tlsSecret: { name: "x" }, tls: { certRequired: 5 } }, ["document/wrong-type left-out /spec/tls/certRequired"]],
  [
    "files and a secret",
    { tlsSecret: { name: "x" }, tls: { cert_chain_file: "a", private_key_file: "b" } },
    ["ambassador/secret-and-file left-out /spec/tls"],
  ],
])("a Host with %s", (_, spec, found) => {
  expect(check("Host", spec).found).toEqual(found);
});

test.each<[string, JsonObject, string[], boolean]>([
  ["a certificate file without a key", { cert_chain_file: "a" }, ["document/missing-field slice-dropped /spec"], true],
  ["a list of revoked certificates alone", { crl_secret: "a" }, ["ambassador/crl-without-ca field-ignored /spec/crl_secret"], false],
  ["a version that is none", { min_tls_version: "1.2" }, ["document/bad-enum slice-dropped /spec/min_tls_version"], true],
  [
    "versions crossed",
    { min_tls_version: "v1.3", max_tls_version: "v1.2" },
    ["document/out-of-range slice-dropped /spec/min_tls_version"],
    true,
  ],
  ["a long name", { sni: "a".repeat(256) }, ["document/out-of-range slice-dropped /spec/sni"], true],
  [
    "a bad suite beside a good one",
    { cipher_suites: ["[AES128-SHA|AES256-SHA]", "RC4"] },
    ["ambassador/bad-cipher slice-dropped /spec/cipher_suites/1"],
    false,
  ],
  ["bad suites only", { cipher_suites: ["RC4"] }, ["ambassador/bad-cipher slice-dropped /spec/cipher_suites/0"], true],
  [
    "suites of TLS 1.3 only",
    { cipher_suites: ["TLS_AES_128_GCM_SHA256"] },
    ["ambassador/bad-cipher slice-dropped /spec/cipher_suites/0"],
    false,
  ],
  ["a curve that is none", { ecdh_curves: ["P-1"] }, ["ambassador/bad-cipher slice-dropped /spec/ecdh_curves/0"], true],
  ["a field without effect", { redirect_cleartext_from: 80 }, ["ambassador/dead-field field-ignored /spec/redirect_cleartext_from"], false],
])("a TLSContext with %s", (_, spec, found, unusable) => {
  expect(check("TLSContext", spec)).toMatchObject({ found, spec: { settings: { unusable } } });
});

test("a TLSContext with a secret and files is left out", () => {
  const { spec, found } = check("TLSContext", { secret: "a", cert_chain_file: "b", private_key_file: "c" });
  expect([spec, found]).toEqual([undefined, ["ambassador/secret-and-file left-out /spec/secret"]]);
});

test("whether a dot separates the namespace of a secret says the context, else the Module", () => {
  const host = `${https}, Host a: {hostname: a.example.com, tlsSecret: {name: x.y}, tlsContext: {name: c}}`;
  const module = "Module ambassador: {config: {defaults: {tls_secret_namespacing: false}}}";
  expect(plan(`${host}, TLSContext c: {secret: x.y, secret_namespacing: false}`).problems).toEqual([]);
  expect(plan(`${host}, TLSContext c: {secret: x.y}, ${module}`).problems).toEqual([]);
  expect(plan(`${host}, TLSContext c: {secret: x.y}`).problems).toEqual(["ambassador/tlscontext-secret-mismatch Host/default/a"]);
});
