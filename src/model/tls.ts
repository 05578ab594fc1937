import type { SecretReference, SecretUse } from "./secret.ts";

/** One side of TLS: what it shows, what it asks of the other side, and how it speaks. */
export interface TlsPlan {
  /** What it shows; a client may have none. */
  readonly certificate?: SecretReference;
  /** What the certificate of the other side is checked against; absent: it is not checked. */
  readonly authorities?: SecretReference;
  /** File on the machine of the proxy with the authorities, instead of {@link authorities}; with it the name of the other side is checked too. */
  readonly trustStore?: { readonly path: string; readonly host: string; readonly isIp: boolean };
  /** A server refuses clients without a certificate. */
  readonly requireClientCertificate?: boolean;
  /** Protocols offered by ALPN. */
  readonly alpn: readonly string[];
  /** The name that a client asks for. */
  readonly sni?: string;
  /** `TlsParameters` in canonical JSON, those that are set. */
  readonly parameters: TlsParameters;
}

/** Versions and algorithms, by Envoy's names. */
export interface TlsParameters {
  readonly tls_minimum_protocol_version?: TlsVersion;
  readonly tls_maximum_protocol_version?: TlsVersion;
  readonly cipher_suites?: readonly string[];
  readonly ecdh_curves?: readonly string[];
}

/** Versions of TLS, by Envoy's names. */
export type TlsVersion = "TLSv1_0" | "TLSv1_1" | "TLSv1_2" | "TLSv1_3";

/** The secrets that a plan refers to; `hosts` are the names that clients ask for. */
export function secretUses({ certificate, authorities, requireClientCertificate }: TlsPlan, hosts?: readonly string[]): SecretUse[] {
  return [
    ...(certificate === undefined ? [] : [{ reference: certificate, ...(hosts === undefined ? {} : { hosts }) }]),
    ...(authorities === undefined
      ? []
      : [{ reference: authorities, ...(hosts !== undefined && requireClientCertificate === undefined ? { undecided: true } : {}) }]),
  ];
}
