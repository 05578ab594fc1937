import ipaddr from "ipaddr.js";

/** Whether a text is an IPv4 address of four decimal numbers without leading zeros. */
export function isIpv4(text: string): boolean {
  // The library throws and catches an error for every other text, and most texts are names.
  return /^[0-9]+\.[0-9.]+$/.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text);
}

/** Whether a text is an IPv4 address as {@link isIpv4} takes it, or an IPv6 address without brackets. */
export function isIp(text: string): boolean {
  return isIpv4(text) || ipaddr.IPv6.isValid(text);
}
