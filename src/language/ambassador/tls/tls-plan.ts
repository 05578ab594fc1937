import type { SecretId, SecretReference } from "../../../model/secret.ts";
import type { TlsPlan } from "../../../model/tls.ts";
import type { TlsContextSpec } from "./tls-context.ts";
import type { TlsSettings } from "./tls-settings.ts";

/** How names of secrets are read. */
export interface SecretNames {
  /** Namespace of a name that names none. */
  readonly namespace: string;
  /** Whether the last dot of a name separates its namespace. */
  readonly dotted: boolean;
}

/** The names of a context: its own field counts, else the Module's. */
export function namesOf({ namespace, secretNamespacing }: TlsContextSpec, dotted: boolean): SecretNames {
  return { namespace, dotted: secretNamespacing ?? dotted };
}

/** A secret by the name that stands in a document. */
export function secretId(name: string, { namespace, dotted }: SecretNames): SecretId {
  const dot = dotted ? name.lastIndexOf(".") : -1;
  return dot <= 0 ? { namespace, name } : { namespace: name.slice(dot + 1), name: name.slice(0, dot) };
}

/** The certificate of a context, if it has one. */
export function certificateOf({ secret, settings: { files } }: TlsContextSpec, names: SecretNames): SecretReference | undefined {
  if (secret !== undefined) return { kind: "tls", secret: secretId(secret, names) };
  return files === undefined ? undefined : { kind: "tls-file", ...files };
}

/** TLS with these settings and this certificate (ambassador.md 9.1). */
export function tlsPlan(settings: TlsSettings, certificate: SecretReference | undefined, names: SecretNames): TlsPlan {
  const { certRequired, alpn, sni, parameters } = settings;
  const authorities = authoritiesOf(settings, names);
  return {
    ...(certificate === undefined ? {} : { certificate }),
    ...(authorities === undefined ? {} : { authorities }),
    ...(certRequired === undefined ? {} : { requireClientCertificate: certRequired }),
    alpn,
    ...(sni === undefined ? {} : { sni }),
    parameters,
  };
}

function authoritiesOf({ caSecret, caFile, crlSecret }: TlsSettings, names: SecretNames): SecretReference | undefined {
  const crl = crlSecret === undefined ? {} : { crl: secretId(crlSecret, names) };
  if (caSecret !== undefined) return { kind: "ca", secret: secretId(caSecret, names), ...crl };
  return caFile === undefined ? undefined : { kind: "ca-file", path: caFile, ...crl };
}
