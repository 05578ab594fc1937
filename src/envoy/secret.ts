import type { JsonObject } from "../model/json.ts";
import { type SecretReference, type SecretUse, secretName } from "../model/secret.ts";
import { ads } from "./config-source.ts";
import { type Resource, type ResourceKey, resource } from "./resource.ts";
import { SDS } from "./type-url.ts";

/** `envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig`: the secret by name, over the aggregated stream. */
export function sdsConfig(reference: SecretReference): JsonObject {
  return { name: secretName(reference), sds_config: ads("15s") };
}

/** What a resource with these uses refers to. */
export function secretKeys(uses: readonly SecretUse[] = []): ResourceKey[] {
  return uses.map(({ reference }) => ({ type: SDS, name: secretName(reference) }));
}

/** The Secret of a reference to nothing but files on the machine of the proxy; `undefined`: its bytes have to be found. */
export function fileSecret(reference: SecretReference): Resource | undefined {
  const name = secretName(reference);
  if (reference.kind === "tls-file") {
    const { certificate, key } = reference;
    const tls_certificate = { certificate_chain: { filename: certificate }, private_key: { filename: key } };
    return resource(SDS, name, { name, tls_certificate });
  }
  if (reference.kind === "ca-file" && reference.crl === undefined) {
    return resource(SDS, name, { name, validation_context: { trusted_ca: { filename: reference.path } } });
  }
  return undefined;
}
