import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Document } from "../document/document.ts";

/** Documents that Envoy's field rules were held against and that broke none. */
export interface SoundDocuments {
  has(document: Document): boolean;
  add(document: Document): void;
}

/** The same, beyond the end of the program. */
export interface SoundDocumentsOnDisk extends SoundDocuments {
  /** Writes what is new; what cannot be written is only checked again at the next start. */
  flush(): void;
}

const maxBytes = 64 * 1024 * 1024;

/**
 * Opens the file that remembers them, one line for each under a first line that names the revision of the rules. It may be deleted at any time;
 * one of another revision is begun anew. Never throws on what it finds there.
 */
export function openSoundDocuments(path: string, revision: string): SoundDocumentsOnDisk {
  const header = `portolan sound 1 ${revision}\n`;
  const lines = read(path, header);
  const known = new Set(lines);
  let kept = lines !== undefined;
  let added: string[] = [];
  return {
    has: (document) => known.has(lineOf(document)),
    add(document) {
      const line = lineOf(document);
      if (known.has(line)) return;
      known.add(line);
      added.push(line);
    },
    flush() {
      if (added.length === 0) return;
      const text = `${added.join("\n")}\n`;
      added = [];
      try {
        if (kept && statSync(path).size + text.length <= maxBytes) return appendFileSync(path, text);
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, header + text, { mode: 0o600 });
        renameSync(`${path}.new`, path);
        kept = true;
      } catch {
        kept = false;
      }
    },
  };
}

/** Content and namespace are all that a check can depend on. */
function lineOf({ id, identity }: Document): string {
  return `${id.blob} ${id.index} ${JSON.stringify(identity.namespace)}`;
}

/** The whole lines; `undefined` for a file that must be begun anew, as one that ends in half a line. */
function read(path: string, header: string): readonly string[] | undefined {
  try {
    const text = readFileSync(path, "utf8");
    return text.startsWith(header) && text.endsWith("\n") ? text.slice(header.length).split("\n") : undefined;
  } catch {
    return undefined;
  }
}
