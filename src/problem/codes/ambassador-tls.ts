import type { CodeEntry } from "../codes.ts";

/** Findings of the Ambassador language about TLS and TCP. */
export const ambassadorTlsCodes = {
  "ambassador/proxy-order": {
    severity: "info",
    effect: "none",
    meaning: "The PROXY protocol is read before TLS; Emissary reads it after, which cannot work.",
  },
  "ambassador/acme-unmanaged": {
    severity: "error",
    effect: "substituted",
    meaning: "The Host wants a certificate to be obtained, which nobody does; it is served in cleartext.",
  },
  "ambassador/tls-without-secret": {
    severity: "warning",
    effect: "field-ignored",
    meaning: "Settings of TLS have no effect on a Host without `tlsSecret`.",
  },
  "ambassador/host-tls-conflict": {
    severity: "error",
    effect: "left-out",
    meaning: "A Host has both `tls` and `tlsContext`; it is not served, and no other Host takes its hostname.",
  },
  "ambassador/host-tls-mismatch": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "Two Hosts want to terminate TLS for one name in different ways; the later one is served in cleartext only.",
  },
  "ambassador/missing-tlscontext": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "There is no TLSContext of this name: a route answers 503, a Host is served in cleartext only.",
  },
  "ambassador/ambiguous-name": {
    severity: "error",
    effect: "fails-in-place",
    meaning: "Several documents in other namespaces bear the name, and none in this one or the language's own.",
  },
  "ambassador/tlscontext-secret-mismatch": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "The TLSContext of a Host names another certificate than the Host; the Host is served in cleartext only.",
  },
  "ambassador/tlscontext-hosts-mismatch": {
    severity: "warning",
    effect: "none",
    meaning: "The `hosts` of a Host's TLSContext contain neither its hostname nor its name.",
  },
  "ambassador/secret-and-file": {
    severity: "error",
    effect: "left-out",
    meaning: "A certificate is given both as a secret and as files.",
  },
  "ambassador/crl-without-ca": {
    severity: "error",
    effect: "field-ignored",
    meaning: "Revoked certificates mean nothing without the authorities that have issued them.",
  },
  "ambassador/mtls-without-ca": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "Certificates of clients are required and there is nothing to check them against; nothing is secured by this context.",
  },
  "ambassador/bad-cipher": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "Envoy does not know the cipher suite or curve, or does not take it in a list; it is removed.",
  },
  "ambassador/needs-newer-envoy": {
    severity: "error",
    effect: "slice-dropped",
    meaning: "Some proxies of the fleet may be too old for this (`proxy.minEnvoyVersion`).",
  },
  "ambassador/upstream-unverified": {
    severity: "warning",
    effect: "none",
    meaning:
      "TLS is spoken to the service, and its certificate is not checked; `verifyUpstreams: system` or a TLSContext with `ca_secret` changes that.",
  },
  "ambassador/scheme-tls-conflict": {
    severity: "warning",
    effect: "none",
    meaning: "The scheme of the service is http and a TLSContext is named: TLS is spoken.",
  },
  "ambassador/tcp-fields": { severity: "info", effect: "none", meaning: "Emissary drops these fields of a TCPMapping; they are served." },
  "ambassador/tcp-weights": {
    severity: "info",
    effect: "none",
    meaning: "Emissary makes cumulative numbers of the weights of TCPMappings; here each has its share.",
  },
  "ambassador/tcp-tls-mismatch": {
    severity: "error",
    effect: "left-out",
    meaning: "A TCPMapping has a host, and the Listener on its port has no TLS.",
  },
  "ambassador/tcp-no-tls": { severity: "error", effect: "left-out", meaning: "There is no certificate for the host of a TCPMapping." },
  "ambassador/tcp-http-clash": {
    severity: "error",
    effect: "slice-dropped",
    meaning:
      "A TCPMapping without host shares the port of an HTTP Listener: it has all that comes without TLS, and Hosts are served by TLS only.",
  },
  "ambassador/tcp-host-clash": {
    severity: "error",
    effect: "slice-dropped",
    meaning:
      "A Host and a TCPMapping want the connections for one name; the TCPMapping has them, and the Host is served in cleartext only.",
  },
} as const satisfies Record<string, CodeEntry>;
