/** Where a stream comes from. */
export interface Peer {
  /** `10.0.0.7:51234`, `[::1]:51234`, or `unix`. */
  readonly address: string;
  /** Of a verified client certificate; absent on a plaintext connection. */
  readonly identity?: PeerIdentity;
}

/** Who a client certificate says its owner is (xds.md 7). */
export interface PeerIdentity {
  /** URI SANs: SPIFFE ids. */
  readonly uris: readonly string[];
  /** For display: the first URI SAN, else the first DNS SAN, else empty. */
  readonly name: string;
  /** When the certificate expires, in milliseconds since 1970. */
  readonly expiresAt: number;
}
