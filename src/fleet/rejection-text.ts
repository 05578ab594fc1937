/** Characters that are kept; Envoy itself cuts at 4,096. */
const maxLength = 4_096;

const dumpBeforeReason = /goo\.gle\/debug(?:proto|only)[\s\S]*?(?=: Proto constraint validation failed \()/g;
const dumpToTheEnd = /goo\.gle\/debug(?:proto|only)[\s\S]*$/;

/**
 * The text of a NACK as it may be stored, logged and compared: without the dump of the whole resource, which may hold secrets and whose marker differs from
 * process to process, and with white space made plain (xds.md 6.2).
 */
export function rejectionText(text: string): string {
  const short = text.replace(dumpBeforeReason, "[resource]").replace(dumpToTheEnd, "[resource]").replace(/\s+/g, " ").trim();
  return short.length <= maxLength ? short : `${short.slice(0, maxLength)}...(truncated)`;
}
