import type { Leaves } from "./leaves.ts";

/** Where a route leads, in few words: `cart`, `90% cart, 10% cart-canary`, `301 https://…`, `503 ambassador/bad-service`. */
export function targetText(form: Leaves): string {
  const value = (path: string) => (form.has(path) ? String(form.get(path)) : undefined);
  const code = value("redirect.code");
  if (code !== undefined) {
    const [scheme, host, port] = [value("redirect.scheme"), value("redirect.host"), value("redirect.port")];
    const origin = scheme === undefined && host === undefined ? "" : `${scheme === undefined ? "" : `${scheme}:`}//${host ?? "…"}`;
    return `${code} ${origin}${port === undefined ? "" : `:${port}`}${value("redirect.path") ?? value("redirect.prefix") ?? ""}`.trim();
  }
  return value("upstream") ?? `${value("respond") ?? ""} ${value("because") ?? ""}`.trim();
}
