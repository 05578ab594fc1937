import type { JsonObject } from "../model/json.ts";
import { type SecretReference, type SecretServer, type SecretUse, secretName } from "../model/secret.ts";
import { ads, grpc } from "./config-source.ts";
import { type Resource, type ResourceKey, resource } from "./resource.ts";
import { authority, isServed, servedName, serverCluster } from "./secret-server.ts";
import { CDS, SDS } from "./type-url.ts";

/** `envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig`: the secret by name, over the aggregated stream, or from the server if that has it. */
export function sdsConfig(reference: SecretReference, server?: SecretServer): JsonObject {
  if (server === undefined || !isServed(reference)) return { name: secretName(reference), sds_config: ads("15s") };
  return { name: servedName(reference, server), sds_config: grpc(serverCluster(server), authority(server)) };
}

/** What a resource with these uses refers to: secrets, or the cluster of the server that has them. */
export function secretKeys(uses: readonly SecretUse[] = [], server?: SecretServer): ResourceKey[] {
  const own = uses.filter(({ reference }) => server === undefined || !isServed(reference));
  const keys: ResourceKey[] = own.map(({ reference }) => ({ type: SDS, name: secretName(reference) }));
  if (server !== undefined && own.length < uses.length) keys.push({ type: CDS, name: serverCluster(server) });
  return keys;
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
