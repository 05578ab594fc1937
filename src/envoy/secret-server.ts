import type { Upstream } from "../model/model.ts";
import { type SecretReference, type SecretServer, secretName } from "../model/secret.ts";

/** Whether Envoy asks the server for it. What names a file of the proxy is not for a server to know. */
export function isServed({ kind }: SecretReference): boolean {
  return kind === "tls" || kind === "ca";
}

/** The name that Envoy asks the server for: that of Portolan's own resource, or `nameFormat` with its parts. */
export function servedName(reference: SecretReference, { nameFormat }: SecretServer): string {
  if (nameFormat === undefined || reference.kind === "tls-file" || reference.kind === "ca-file") return secretName(reference);
  const { kind, secret } = reference;
  const parts: Readonly<Record<string, string>> = { kind, ...secret };
  const name = nameFormat.replace(/\{(\w+)\}/g, (placeholder, part: string) => parts[part] ?? placeholder);
  const crl = kind === "ca" ? reference.crl : undefined;
  return crl === undefined ? name : `${name}+crl/${crl.namespace}/${crl.name}`;
}

/** The name of the cluster of a server. */
export function serverCluster({ name }: SecretServer): string {
  return `sds/${name}`;
}

/** How a server is addressed in requests. */
export function authority({ host, port }: SecretServer): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** The server as an upstream: HTTP/2 without TLS, its name looked up again and again. No document asks for it. */
export function serverUpstream(server: SecretServer): Upstream {
  const name = serverCluster(server);
  return {
    name,
    statName: name,
    discovery: { kind: "dns", endpoints: [{ address: server.host, port: server.port }], logical: false, family: "auto" },
    protocol: "http2",
    connectTimeoutMs: 3000,
    settings: [],
    origins: [],
  };
}
