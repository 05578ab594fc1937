import { readCommittedSecret, type SecretValues } from "../document/committed-secret.ts";
import type { Oid } from "../git/object.ts";
import type { Checked } from "../language/language.ts";
import type { SecretId } from "../model/secret.ts";

/** A Secret that is committed in the clear, with what it holds. */
export interface CommittedSecret extends SecretId {
  /** Equal revisions, equal bytes. */
  readonly revision: string;
  readonly values: SecretValues;
}

/** All that one fleet may be served. */
export interface FleetSecrets {
  readonly fleet: string;
  readonly secrets: readonly CommittedSecret[];
}

/** Reads what these Secrets hold from their files again. Rejects if one cannot be read. */
export function readSecrets(secrets: readonly Checked[], blob: (oid: Oid) => Promise<Uint8Array>): Promise<readonly CommittedSecret[]> {
  return Promise.all(
    secrets.map(async ({ document: { id, identity } }) => ({
      namespace: identity.namespace,
      name: identity.name,
      revision: `${id.blob} ${id.index}`,
      values: readCommittedSecret(await blob(id.blob), id.index),
    })),
  );
}

/** Overwrites the bytes. */
export function wipe(fleets: readonly FleetSecrets[]): void {
  for (const { secrets } of fleets) for (const { values } of secrets) for (const bytes of values.values()) bytes.fill(0);
}
