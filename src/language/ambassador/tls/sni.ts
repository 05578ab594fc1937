/** The name that clients ask for by TLS when they want a Host: its hostname without the port. `undefined`: Envoy cannot match it (ambassador.md 7.2). */
export function sniOf(hostname: string): string | undefined {
  const name = hostname.replace(/:\d+$/, "");
  return name === "*" || /^(\*\.)?[^*]+$/.test(name) ? name : undefined;
}

/** `server_names` of a filter chain, where `*` stands for every name and may not be written. */
export function serverNames(sni: string): readonly string[] {
  return sni === "*" ? [] : [sni];
}
