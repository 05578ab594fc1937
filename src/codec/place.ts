/** One step of a JSON pointer (RFC 6901): a slash and the key or index, escaped. */
export function step(key: string | number): string {
  return `/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * Where the encoder stands: keys and indexes from the root. There is one walk at a time, as encoding never waits,
 * and a pointer is only made of it when something does not fit.
 */
export const path: (string | number)[] = [];
