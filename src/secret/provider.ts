import type { SecretId } from "../model/secret.ts";

/** The bytes of one secret by key: `tls.crt`, `tls.key`, `ca.crt` and so on. */
export type SecretData = ReadonlyMap<string, Uint8Array>;

/** What a provider has under a name. */
export interface Found {
  /** Changes whenever the bytes may be others; says nothing about them. */
  readonly revision: string;
  /** Reads them. Throws if they cannot be read, with a reason that names no bytes. */
  read(): SecretData;
}

/** A place where secrets are kept. It is asked again and again, and must be quick. */
export interface SecretProvider {
  readonly name: string;
  /** Says which secrets will be asked for, before any of them is. */
  announce?(ids: readonly SecretId[]): void;
  /** What there is for this fleet. `undefined`: it has no such secret. Throws like {@link Found.read}. */
  find(id: SecretId, fleet: string): Found | undefined;
}
