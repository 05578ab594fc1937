import { posix } from "node:path";
import type { JsonObject } from "../model/json.ts";
import { type SecretId, type SecretReference, type SecretUse, secretName } from "../model/secret.ts";

/**
 * Secrets as messages `envoy.extensions.transport_sockets.tls.v3.Secret` that name files, `<directory>/<namespace>/<name>/<key>` with the keys `tls.crt`,
 * `tls.key`, `ca.crt` and `crl.pem`. Those that are files of the proxy anyway are left out: the snapshot has them.
 */
export function secretFiles(uses: readonly SecretUse[], directory: string): JsonObject[] {
  const file = ({ namespace, name }: SecretId, key: string) => ({ filename: posix.join(directory, namespace, name, key) });
  return uses.flatMap(({ reference }) => {
    const content = contentOf(reference, file);
    return content === undefined ? [] : [{ name: secretName(reference), ...content }];
  });
}

function contentOf(reference: SecretReference, file: (id: SecretId, key: string) => JsonObject): JsonObject | undefined {
  if (reference.kind === "tls-file") return undefined;
  if (reference.kind === "tls") {
    const { secret } = reference;
    return { tls_certificate: { certificate_chain: file(secret, "tls.crt"), private_key: file(secret, "tls.key") } };
  }
  const { crl } = reference;
  if (reference.kind === "ca-file" && crl === undefined) return undefined;
  const trusted = reference.kind === "ca" ? file(reference.secret, "ca.crt") : { filename: reference.path };
  return { validation_context: { trusted_ca: trusted, ...(crl === undefined ? {} : { crl: file(crl, "crl.pem") }) } };
}
