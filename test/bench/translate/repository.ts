/** A document of the language as a file holds it. */
function document(kind: string, name: string, spec: string): string {
  return `apiVersion: getambassador.io/v3alpha1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n  ${spec.replaceAll("\n", "\n  ")}\n`;
}

const listener = (name: string, port: number, protocol: string) =>
  document("Listener", name, `port: ${port}\nprotocol: ${protocol}\nsecurityModel: XFP\nhostBinding: {namespace: {from: ALL}}`);

/** Mapping `i`: the first ten are for all Hosts, each Host has one for all of its paths. `step` changes what it does. */
export function mapping(i: number, step = 0): string {
  const hostname = i < 10 ? '"*"' : `host-${i % 100}.example.com`;
  const prefix = i >= 100 && i < 200 ? "/" : `/m-${i}/`;
  const more = i % 20 === 7 ? "\nretry_policy: {retry_on: 5xx, num_retries: 2}\nadd_request_headers: {x-team: {value: shop}}" : "";
  const spec = `hostname: ${hostname}\nprefix: ${prefix}\nservice: service-${i % 500}:8080\ntimeout_ms: ${3000 + step}${more}`;
  return document("Mapping", `m-${i}`, spec);
}

/** The Module; `step` changes what it says of every connection. */
export function module(step = 0): string {
  return document(
    "Module",
    "ambassador",
    `config:\n  cluster_request_timeout_ms: ${4000 + step}\n  retry_policy: {retry_on: gateway-error}`,
  );
}

/** Where {@link mapping} `i` lies. */
export const pathOf = (i: number) => `mappings/${i % 100}/${i}.yaml`;

/** A repository of so many Mappings over 100 Hosts, all with TLS, behind two Listeners. */
export function repository(mappings: number): Map<string, string> {
  const hosts = Array.from({ length: 100 }, (_, i): [string, string] => [
    `hosts/${i}.yaml`,
    document("Host", `host-${i}`, `hostname: host-${i}.example.com\ntlsSecret: {name: cert-${i}}`),
  ]);
  return new Map([
    ["listeners/http.yaml", listener("http", 8080, "HTTP")],
    ["listeners/https.yaml", listener("https", 8443, "HTTPS")],
    ["module.yaml", module()],
    ...hosts,
    ...Array.from({ length: mappings }, (_, i): [string, string] => [pathOf(i), mapping(i)]),
  ]);
}
