import { LRUCache } from "lru-cache";
import type { CommitObject, Oid } from "../git/object.ts";
import type { TreeSizes } from "../git/tree-size.ts";
import { type LoadedFile, type LoadInputs, loadFile } from "./loaded-file.ts";
import type { PastAccess } from "./look-back.ts";
import { Past } from "./past.ts";
import type { SourceView } from "./source-view.ts";

/** Files of older commits that are kept, parsed. */
const keptFiles = 20_000;

/** The files of older commits of one source. */
export class PastFiles {
  readonly #inputs: LoadInputs;
  readonly #sizes: TreeSizes;
  readonly #loaded = new LRUCache<string, LoadedFile>({ max: keptFiles });

  /** Newest first; it begins with the commit that is built. */
  #line: readonly Oid[] = [];

  constructor(inputs: LoadInputs, sizes: TreeSizes) {
    this.#inputs = inputs;
    this.#sizes = sizes;
  }

  /** The longest line of commits that was walked back from this one, newest first. */
  line(commit: Oid): readonly Oid[] {
    return this.#line[0] === commit ? this.#line : [];
  }

  /** Access from a commit back, of which the view has the files. */
  from(commit: CommitObject, view: SourceView): PastAccess {
    return {
      open: () => new Past(this.#inputs.reader, this.#sizes, commit, view.files(), (line) => this.#walked(line)),
      load: async (path, entry, at) => {
        const key = `${at} ${path}`;
        const known = this.#loaded.get(key) ?? (await loadFile(this.#inputs, path, entry, at));
        this.#loaded.set(key, known);
        return known;
      },
    };
  }

  #walked(line: readonly Oid[]): void {
    if (line[0] !== this.#line[0] || line.length > this.#line.length) this.#line = line;
  }
}
