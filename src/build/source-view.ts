import { diffTrees } from "../git/diff.ts";
import { LimitExceeded, type SourceLimits } from "../git/limits.ts";
import type { Oid } from "../git/object.ts";
import type { Checked } from "../language/language.ts";
import { Files, type SelectedChange, type Selector } from "./files.ts";
import { type LoadedFile, type LoadInputs, loadFile } from "./loaded-file.ts";
import { NamedFiles } from "./named-files.ts";
import type { SourceDocument } from "./source-document.ts";

/** What a view needs besides the tree. */
export interface ViewInputs extends LoadInputs {
  readonly selector: Selector;
  readonly limits: SourceLimits;
}

/** The documents by which a view differs from before. */
export interface ViewChanges {
  /** Selected files that differ. */
  readonly files: number;
  readonly removed: readonly SourceDocument[];
  readonly added: readonly SourceDocument[];
}

/** Files that are read and parsed at once, which bounds how many of them are in memory. */
const parallelReads = 256;

/** The selected files of one tree, parsed; it follows from tree to tree by their differences. */
export class SourceView {
  readonly #inputs: ViewInputs;
  readonly #files: Files;
  readonly #named: NamedFiles;
  readonly #loaded = new Map<string, LoadedFile>();
  readonly #torn = new Set<string>();
  readonly #suspects = new Set<string>();
  #formerly: ReadonlySet<string> = new Set();
  /** Of all loaded files together. */
  #bytes = 0;
  #tree: Oid | undefined;

  constructor(inputs: ViewInputs) {
    this.#inputs = inputs;
    this.#files = new Files(inputs.selector);
    this.#named = new NamedFiles(inputs.source);
  }

  /** The parsed files, by path. */
  get loaded(): ReadonlyMap<string, LoadedFile> {
    return this.#loaded;
  }

  /** The content id of a selected file; `undefined` if there is none at the path. */
  file(path: string): Oid | undefined {
    return this.#files.selected.get(path)?.oid;
  }

  /** The files at these paths, selected or not, that have a text, as documents that are found by their paths. Rejects if objects cannot be read. */
  named(paths: ReadonlySet<string>): Promise<ReadonlyMap<string, Checked>> {
    return this.#named.read(
      paths,
      (path) => this.#files.at(path),
      (oid) => this.#inputs.reader.blob(oid),
    );
  }

  /** Which files are selected, to be followed from here by somebody else. */
  files(): Files {
    return this.#files.copy();
  }

  /** The selected files that differ from those of the tree before; what they hold is not read yet. Rejects with {@link LimitExceeded}, and if objects cannot be read. */
  async moveTo(tree: Oid): Promise<readonly SelectedChange[]> {
    const { reader, limits } = this.#inputs;
    const changes = await this.#files.apply(await diffTrees(reader, this.#tree, tree), (oid) => reader.blob(oid));
    this.#tree = tree;
    const files = this.#files.selected.size;
    if (files > limits.files) throw new LimitExceeded(`a source may have ${limits.files} selected files; this one has ${files}`);
    return changes;
  }

  /** The paths of files of which nobody knows what they hold. */
  get torn(): ReadonlySet<string> {
    return this.#torn.union(this.#formerly);
  }

  /** The files that cannot be read and name none of the known groups: they matter if they held documents before. */
  get suspects(): ReadonlySet<string> {
    return this.#suspects;
  }

  /** Takes those of the {@link suspects} that held documents before. */
  confirm(paths: ReadonlySet<string>): void {
    this.#formerly = paths;
  }

  /**
   * Reads what {@link moveTo} has told to differ; `commit` is the one that the tree is of, if that is not the one that is built.
   * Rejects as it does; the view must not be used after that.
   */
  async load(changes: readonly SelectedChange[], commit?: Oid): Promise<ViewChanges> {
    const removed: SourceDocument[] = [];
    const added: SourceDocument[] = [];
    for (const { path } of changes) this.#bytes -= this.#loaded.get(path)?.size ?? 0;
    for (let i = 0; i < changes.length; i += parallelReads) {
      const some = changes.slice(i, i + parallelReads);
      const files = await Promise.all(some.map(({ path, after }) => after && loadFile(this.#inputs, path, after, commit)));
      for (const [at, file] of files.entries()) {
        const path = some[at]?.path ?? "";
        removed.push(...(this.#loaded.get(path)?.documents ?? []));
        if (file === undefined) this.#loaded.delete(path);
        else this.#loaded.set(path, file);
        added.push(...(file?.documents ?? []));
        this.#torn.delete(path);
        this.#suspects.delete(path);
        if (file?.isWhole === false) (file.torn === undefined ? this.#torn : this.#suspects).add(path);
        this.#bytes += file?.size ?? 0;
      }
      this.#requireBytes();
    }
    return { files: changes.length, removed, added };
  }

  #requireBytes(): void {
    const { bytes } = this.#inputs.limits;
    if (this.#bytes > bytes) throw new LimitExceeded(`the selected files of a source may have ${bytes} bytes together; these have more`);
  }
}
