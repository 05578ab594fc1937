/** Text of a file, or the reason why it is none. */
export type Decoded = { readonly text: string } | { readonly bad: "not-utf8" };

const strict = new TextDecoder("utf-8", { fatal: true });

/** Decodes UTF-8, taking no byte for another; a byte order mark at the start is dropped. */
export function decode(bytes: Uint8Array): Decoded {
  try {
    return { text: strict.decode(bytes) };
  } catch {
    return { bad: "not-utf8" };
  }
}

// YAML 1.2, production c-printable: of the C0 controls only tab, line feed and carriage return may stand in a stream.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unprintable = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;

/** Offset of the first control character that YAML does not allow (NUL above all), or -1. */
export function findUnprintable(text: string): number {
  return text.search(unprintable);
}
