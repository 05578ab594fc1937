import { expect, test } from "vitest";
import { buildFiles } from "../../../build/offline.ts";
import { secretName } from "../../../model/secret.ts";

const ambassador = (kind: string, name: string, spec: object) =>
  `---\n${JSON.stringify({ apiVersion: "getambassador.io/v3alpha1", kind, metadata: { name }, spec })}\n`;
const secret = (name: string, ...keys: string[]) =>
  `---\n${JSON.stringify({ apiVersion: "v1", kind: "Secret", metadata: { name }, stringData: Object.fromEntries(keys.map((key) => [key, "x"])) })}\n`;
const hostBinding = { namespace: { from: "ALL" } };
const listener = ambassador("Listener", "https", { port: 8443, protocol: "HTTPS", securityModel: "XFP", hostBinding });
const mapping = (spec: object = {}) => ambassador("Mapping", "m", { hostname: "*", prefix: "/", service: "a:80", ...spec });
const host = (spec: object = {}) => ambassador("Host", "h", { hostname: "a.example", tlsSecret: { name: "web" }, ...spec });
const istio = secret("web", "cert-chain.pem", "key.pem", "root-cert.pem");

/** The secrets that the files refer to, what the plan says of each chain and upstream, and what is found beside the warning. */
async function plan(text: string, allowPlaintext = true) {
  const { fleets, problems } = await buildFiles(new Map([["a.yaml", text]]), { allowPlaintext });
  const made = fleets[0]?.plan();
  return {
    secrets: fleets[0]?.snapshot.secrets.map(({ reference }) => secretName(reference)),
    chains: made?.listeners.flatMap(({ chains }) => chains.map(({ name }) => name)),
    routes: made?.hosts.flatMap(({ routes }) => routes.map(({ action }) => action.kind)),
    codes: problems.map(({ code }) => code).filter((code) => code !== "secret/plaintext"),
  };
}

test.each<[string, string, boolean, string[]]>([
  ["comes with a certificate", host() + istio, true, ["ca/secret/default/web", "tls/default/web"]],
  [
    "comes with that of a context",
    host({ tlsContext: { name: "c" } }) + ambassador("TLSContext", "c", { secret: "web" }) + istio,
    true,
    ["ca/secret/default/web", "tls/default/web"],
  ],
  ["counts after ca_secret", host({ tls: { ca_secret: "other" } }) + istio, true, ["ca/secret/default/other", "tls/default/web"]],
  ["is none beside tls.crt", host() + secret("web", "tls.crt", "tls.key", "root-cert.pem"), true, ["tls/default/web"]],
  ["is none in another Secret", host() + istio.replace('"web"', '"other"'), true, ["tls/default/web"]],
  ["is none where committed Secrets are not served", host() + istio, false, ["tls/default/web"]],
])("root-cert.pem %s", async (_, documents, allowed, secrets) => {
  expect((await plan(listener + mapping() + documents, allowed)).secrets).toEqual(secrets);
});

test("root-cert.pem is what a service is verified by", async () => {
  const cleartext = host({ tlsSecret: undefined, requestPolicy: { insecure: { action: "Route" } } });
  const documents = listener + cleartext + mapping({ tls: "c", service: "https://a" }) + ambassador("TLSContext", "c", { secret: "web" });
  const unverified = { secrets: ["tls/default/web"], codes: ["ambassador/upstream-unverified"] };
  expect(await plan(documents)).toMatchObject(unverified);
  expect(await plan(documents + istio)).toMatchObject({ secrets: ["ca/secret/default/web", "tls/default/web"], codes: [] });
});

test("root-cert.pem comes with the certificate of a TCPMapping", async () => {
  const documents =
    ambassador("TCPMapping", "t", { port: 8443, host: "db.example", service: "db:5432" }) +
    ambassador("TLSContext", "c", { secret: "web", hosts: ["db.example"] });
  expect((await plan(listener + documents + istio)).secrets).toEqual(["ca/secret/default/web", "tls/default/web"]);
});

test("without a Host, fallback-self-signed-cert makes TLS, and redirects to it", async () => {
  const fallback = secret("fallback-self-signed-cert", "tls.crt", "tls.key");
  expect(await plan(listener + mapping() + fallback)).toEqual({
    secrets: ["tls/default/fallback-self-signed-cert"],
    chains: ["tls-*", "cleartext"],
    routes: ["redirect", "forward"],
    codes: ["ambassador/no-hosts"],
  });
  expect(await plan(listener + mapping() + fallback, false)).toEqual({
    secrets: [],
    chains: ["cleartext"],
    routes: ["forward"],
    codes: ["ambassador/no-hosts"],
  });
  // In another namespace than that of the language it is a Secret like any other.
  const elsewhere = fallback.replace('"metadata":{', '"metadata":{"namespace":"shop",');
  expect((await plan(listener + mapping() + elsewhere)).secrets).toEqual([]);
});
