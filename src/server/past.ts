import type { HistoryQuery } from "../api/view.ts";
import type { HistoryFile } from "../snapshot/history-file.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Publications } from "./publications.ts";

/** All snapshots that there ever were: those that are kept, as they are known now, and the older ones as the history tells them. */
export class Past {
  readonly #publications: Pick<Publications, "list">;
  readonly #file: HistoryFile;
  readonly #broken: () => void;

  /** `broken` is told when lines of the history cannot be read. */
  constructor(publications: Pick<Publications, "list">, file: HistoryFile, broken: () => void) {
    this.#publications = publications;
    this.#file = file;
    this.#broken = broken;
  }

  /** Newest first, as many as are asked for. */
  async list({ fleet, since, before = Number.POSITIVE_INFINITY, limit }: HistoryQuery): Promise<readonly Manifest[]> {
    const found: Manifest[] = [];
    for await (const manifest of this.#all()) {
      if (found.length === limit || (since !== undefined && manifest.createdAt < since)) break;
      if (manifest.sequence < before && (fleet ?? manifest.fleet) === manifest.fleet) found.push(manifest);
    }
    return found;
  }

  /** The newest snapshot at a commit given by its id or an unambiguous beginning of at least 7 digits. */
  async find(sha: string, fleet?: string): Promise<Manifest | undefined> {
    if (!/^[0-9a-f]{7,40}$/.test(sha)) return undefined;
    let found: Manifest | undefined;
    for await (const manifest of this.#all()) {
      if (!manifest.commit.startsWith(sha) || (fleet ?? manifest.fleet) !== manifest.fleet) continue;
      if (sha.length === 40) return manifest;
      if (found !== undefined && found.commit !== manifest.commit) return undefined;
      found ??= manifest;
    }
    return found;
  }

  async *#all(): AsyncGenerator<Manifest, void> {
    const kept = new Map(this.#publications.list().map((manifest) => [manifest.sequence, manifest]));
    let broken = false;
    const older = this.#file.read(() => {
      broken = true;
    });
    for await (const manifest of older) {
      for (const [sequence, newer] of kept) {
        if (sequence <= manifest.sequence) break;
        kept.delete(sequence);
        yield newer;
      }
      yield kept.get(manifest.sequence) ?? manifest;
      kept.delete(manifest.sequence);
    }
    yield* kept.values();
    if (broken) this.#broken();
  }
}
