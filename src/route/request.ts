/** One header as it is sent; names in any case. */
export type Header = readonly [name: string, value: string];

/** A request as a client sends it. */
export interface Request {
  readonly method: string;
  /** What the URL says; `https` reaches the proxies by TLS, or through a balancer that terminates it. */
  readonly scheme: "http" | "https";
  /** `Host` or `:authority`: a name or an address, with the port if it is not the usual one of the scheme. */
  readonly authority: string;
  /** The port that the URL names; absent: whichever listener fits. */
  readonly port?: number;
  /** Path and query, as they are sent. */
  readonly path: string;
  readonly headers: readonly Header[];
  /** Of the connection; absent: nobody has said. */
  readonly clientAddress?: string;
  /** The name asked for by TLS; absent: none. */
  readonly sni?: string;
  /** Whether the client has a certificate that is accepted. */
  readonly clientCertificate: boolean;
  /** Bytes of the body. */
  readonly bodySize: number;
  readonly protocol: "http1" | "http2" | "http3";
}

/** A request in the words of people: all but the URL may be left away. */
export interface RequestInput {
  readonly url: string;
  readonly method?: string | undefined;
  readonly headers?: readonly Header[] | undefined;
  readonly clientAddress?: string | undefined;
  readonly sni?: string | undefined;
  readonly clientCertificate?: boolean | undefined;
  readonly bodySize?: number | undefined;
  readonly protocol?: Request["protocol"] | undefined;
}

/** Why a text is no request. */
export interface NoRequest {
  readonly mistake: string;
}

const usualPorts = { http: 80, https: 443 } as const;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/**
 * Reads a request as clients would send it: the fragment stays behind, what may not stand in a request line is percent-encoded, the usual port of the scheme
 * is not written, and the name asked for by TLS is that of the URL. A `host` header replaces the URL's. Never throws.
 */
export function requestOf(input: RequestInput): Request | NoRequest {
  const { url, method = "GET", headers = [], clientAddress, clientCertificate = false, bodySize = 0, protocol = "http1" } = input;
  const [, scheme = "", host = "", tail = ""] = /^(https?):\/\/([^/?#\\]*)([^#]*)/i.exec(url) ?? [];
  const place = scheme === "" ? undefined : placeOf(host);
  if (place === undefined) return { mistake: `${JSON.stringify(url)} is no URL: expected http:// or https://, a host, and a path if any` };
  if (!token.test(method)) return { mistake: `${JSON.stringify(method)} is no method` };
  const wrong = headers.find(([name, value]) => !(token.test(name) || /^:authority$/i.test(name)) || /[\0\r\n]/.test(value));
  if (wrong !== undefined) return { mistake: `${JSON.stringify(wrong[0])} is no header` };
  const by = scheme.toLowerCase() as "http" | "https";
  const { name, port } = place;
  const written = headers.filter(([one]) => isHost(one)).at(-1)?.[1];
  const sni = input.sni ?? (by === "https" && !isAddress(name) ? name.toLowerCase() : undefined);
  return {
    method,
    scheme: by,
    authority: written ?? (port === undefined || port === usualPorts[by] ? name : `${name}:${port}`),
    ...(port === undefined ? {} : { port }),
    path: sendable(tail.startsWith("/") ? tail : `/${tail}`),
    headers: headers.filter(([one]) => !isHost(one)),
    ...(clientAddress === undefined ? {} : { clientAddress }),
    ...(sni === undefined ? {} : { sni }),
    clientCertificate,
    bodySize,
    protocol,
  };
}

function isHost(name: string): boolean {
  return /^(host|:authority)$/i.test(name);
}

/** An IPv4 address, or an IPv6 address in brackets. */
function isAddress(host: string): boolean {
  return host.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

function placeOf(text: string): { readonly name: string; readonly port?: number } | undefined {
  const [, name = "", written] = /^(\[[0-9a-f:.]+\]|[^\s:@[\]]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const port = written === undefined ? undefined : Number(written);
  if (name === "" || /[^\x21-\x7e]/.test(name) || port === 0 || (port ?? 1) > 65_535) return undefined;
  return { name, ...(port === undefined ? {} : { port }) };
}

/** Without characters that no request line holds. */
function sendable(path: string): string {
  return path.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
