import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Peer, PeerIdentity } from "../../fleet/peer.ts";

/** Where a connection comes from, and, if it has shown a certificate, whose it is. The certificate must have been verified. */
export function peerOf(socket: Socket): Peer {
  const { remoteAddress, remotePort } = socket;
  const host = remoteAddress?.includes(":") ? `[${remoteAddress}]` : remoteAddress;
  const address = host === undefined ? "unix" : `${host}:${remotePort}`;
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
  return certificate === undefined ? { address } : { address, identity: identityOf(certificate.subjectAltName, certificate.validToDate) };
}

/** The identity that a certificate gives: its subject alternative names in the text form of OpenSSL, and when it expires. The common name is nobody's. */
export function identityOf(names: string | undefined, expires: Date): PeerIdentity {
  const all = alternativeNames(names ?? "");
  const uris = all.filter(({ kind }) => kind === "URI").map(({ value }) => value);
  const dns = all.find(({ kind }) => kind === "DNS")?.value;
  return { uris, name: uris[0] ?? dns ?? "", expiresAt: expires.getTime() };
}

/** Reads `URI:spiffe://a/b, DNS:c`. A value with a comma, a quotation mark or a control character is quoted as in JSON, so that no name can pose as several. */
function alternativeNames(text: string): { readonly kind: string; readonly value: string }[] {
  return [...text.matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,"]*)/g)].map(([, kind = "", value = ""]) => ({
    kind,
    value: value.startsWith('"') ? String(JSON.parse(value)) : value,
  }));
}
