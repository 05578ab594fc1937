import { LRUCache } from "lru-cache";
import type { CommitObject, Oid } from "../git/object.ts";
import type { TreeSizes } from "../git/tree-size.ts";
import { defaultFleet } from "../language/portolan/fleet.ts";
import { type LoadedFile, type LoadInputs, loadFile } from "./loaded-file.ts";
import type { PastAccess } from "./look-back.ts";
import { Past } from "./past.ts";
import type { SourceView } from "./source-view.ts";

/** What is known of a file that cannot be read, at a commit. */
interface Suspect {
  readonly blob: Oid;
  readonly at: Oid;
  readonly isOurs: boolean;
}

/** Files of older commits that are kept, parsed. */
const keptFiles = 20_000;

/** The files of older commits of one source. */
export class PastFiles {
  readonly #inputs: LoadInputs;
  readonly #sizes: TreeSizes;
  readonly #loaded = new LRUCache<string, LoadedFile>({ max: keptFiles });
  #suspects: ReadonlyMap<string, Suspect> = new Map();
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

  /**
   * Tells the view which files that cannot be read, and seem to be none of Portolan's business, held documents when they last could be.
   * What was told of a file stays as long as it does: only what is new is looked for.
   */
  async confirm(commit: CommitObject, view: SourceView): Promise<void> {
    const suspects = new Map<string, Suspect>();
    const unknown = new Map<string, Oid>();
    for (const path of view.suspects) {
      const blob = view.file(path) ?? "";
      const known = this.#suspects.get(path);
      const isSame = known?.blob === blob && (known.at === commit.oid || known.at === commit.parents[0]);
      if (known !== undefined && isSame) suspects.set(path, { ...known, at: commit.oid });
      else unknown.set(path, blob);
    }
    const held = unknown.size === 0 ? new Set<string>() : await this.#held(new Set(unknown.keys()), this.from(commit, view));
    for (const [path, blob] of unknown) suspects.set(path, { blob, at: commit.oid, isOurs: held.has(path) });
    this.#suspects = suspects;
    view.confirm(new Set([...suspects].flatMap(([path, { isOurs }]) => (isOurs ? [path] : []))));
  }

  /** Of files that cannot be read those that held documents when they last could be. */
  async #held(unknown: Set<string>, { open, load }: PastAccess): Promise<ReadonlySet<string>> {
    const held = new Set<string>();
    const past = open();
    while (unknown.size > 0 && past.here.behind < defaultFleet.containment.lookBack.commits) {
      const changes = await past.back();
      if (changes === undefined) break;
      for (const { path, after } of changes) {
        if (!unknown.has(path)) continue;
        const file = after && (await load(path, after, past.here.commit.oid));
        if (file?.torn !== undefined) continue;
        unknown.delete(path);
        if (file !== undefined && (file.documents.length > 0 || !file.isWhole)) held.add(path);
      }
    }
    return held;
  }

  #walked(line: readonly Oid[]): void {
    if (line[0] !== this.#line[0] || line.length > this.#line.length) this.#line = line;
  }
}
