const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const firstStray = 0xdc00;

/**
 * The name of a file as a string. One that is not UTF-8 keeps each of its stray bytes as a lone surrogate, U+DC80 to U+DCFF, which no valid name has,
 * so that {@link nameBytes} gives the same bytes back.
 */
export function nameText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte < 0x80 ? byte : firstStray + byte)).join("");
  }
}

/** The bytes of a name or path that {@link nameText} has made. */
export function nameBytes(name: string): Uint8Array {
  if (name.isWellFormed()) return Buffer.from(name);
  return Buffer.concat(Array.from(name, bytesOf));
}

function bytesOf(character: string): Uint8Array {
  const code = character.charCodeAt(0);
  return character.length === 1 && code >= firstStray + 0x80 && code <= firstStray + 0xff
    ? Uint8Array.of(code - firstStray)
    : Buffer.from(character);
}
