import { hash } from "node:crypto";
import { appendFile, open, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Manifest } from "./manifest.ts";

/** The number of the form of a line. */
const form = "1";
const block = 64 * 1024;
const lineFeed = 0x0a;

/** A manifest that is to be told; `amends`: it was told before, and is known better now. */
export interface Told {
  readonly manifest: Manifest;
  readonly amends: boolean;
}

/**
 * The manifests of all snapshots that there ever were, oldest first, one a line: `1 <hash> <manifest in JSON>`. Lines are only added; one that tells of a
 * snapshot anew begins with `1+`. One that is not what was written is passed over, and so is one of another form.
 */
export class HistoryFile {
  readonly path: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, "snapshots", "history.jsonl");
  }

  /** Adds manifests; may not outlive a loss of power, for all of it can be told again by the archives. Rejects with what the file system says. */
  async append(told: readonly Told[]): Promise<void> {
    const lines = told.map(({ manifest, amends }) => {
      const json = JSON.stringify(manifest);
      return `${form}${amends ? "+" : ""} ${sum(json)} ${json}\n`;
    });
    await appendFile(this.path, lines.join(""), { mode: 0o600 });
  }

  /** Cuts off a last line that was not written whole. Rejects with what the file system says. */
  async mend(): Promise<void> {
    for await (const { line, at } of this.#lines()) {
      if (line.at(-1) !== lineFeed) await truncate(this.path, at);
      return;
    }
  }

  /** Reads from the newest backwards, as far as is asked. A snapshot that was told anew is given in its old place as it was told last. `broken` is told of lines that are passed over. */
  async *read(broken: () => void = () => undefined): AsyncGenerator<Manifest, void> {
    const anew = new Map<number, Manifest>();
    for await (const { line } of this.#lines()) {
      // The last one may be being written.
      if (line.at(-1) !== lineFeed) continue;
      const told = parse(line.toString("utf8", 0, line.length - 1));
      if (told === undefined) {
        broken();
        continue;
      }
      const { manifest, amends } = told;
      const last = anew.get(manifest.sequence) ?? manifest;
      if (amends) anew.set(manifest.sequence, last);
      else yield last;
      if (!amends) anew.delete(manifest.sequence);
    }
  }

  /** All lines from the last to the first, with their line feeds, and where they begin. */
  async *#lines(): AsyncGenerator<{ readonly line: Buffer; readonly at: number }, void> {
    const file = await open(this.path, "r").catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    });
    if (file === undefined) return;
    try {
      let at = (await file.stat()).size;
      let rest = Buffer.alloc(0);
      while (at > 0) {
        const length = Math.min(block, at);
        at -= length;
        const bytes = Buffer.alloc(length);
        await file.read(bytes, 0, length, at);
        rest = Buffer.concat([bytes, rest]);
        for (let feed = beforeLast(rest); feed >= 0; feed = beforeLast(rest)) {
          yield { line: rest.subarray(feed + 1), at: at + feed + 1 };
          rest = rest.subarray(0, feed + 1);
        }
      }
      if (rest.length > 0) yield { line: rest, at: 0 };
    } finally {
      await file.close();
    }
  }
}

/** Where the line before the last one ends; -1 if all of it is one line, or its beginning. */
function beforeLast(bytes: Buffer): number {
  return bytes.length < 2 ? -1 : bytes.lastIndexOf(lineFeed, bytes.length - 2);
}

function parse(line: string): Told | undefined {
  const [, first, hashed, json] = /^(\S+) ([0-9a-f]{16}) (.*)$/.exec(line) ?? [];
  if (json === undefined || hashed !== sum(json) || (first !== form && first !== `${form}+`)) return undefined;
  return { manifest: JSON.parse(json) as Manifest, amends: first !== form };
}

function sum(text: string): string {
  return hash("sha256", text).slice(0, 16);
}
