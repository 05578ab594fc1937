import type { FileChange, Oid, TreeMode } from "../git/object.ts";

/** A file of the tree that may be selected. */
export interface FileEntry {
  readonly oid: Oid;
  readonly mode: TreeMode;
  readonly badName?: boolean;
}

/** Decides by path, given the ignore files of the tree by directory (`""` is the root). */
export type Selector = (ignoreFiles: ReadonlyMap<string, string>) => (path: string) => boolean;

/** One selected path that differs: `before` absent: newly selected, `after` absent: no longer. */
export interface SelectedChange {
  readonly path: string;
  readonly before?: FileEntry;
  readonly after?: FileEntry;
}

const ignoreFile = ".portolanignore";

/** The files of one tree and which of them are selected; follows the tree by its differences. */
export class Files {
  readonly #selector: Selector;
  readonly #entries = new Map<string, FileEntry>();
  readonly #selected = new Map<string, FileEntry>();
  readonly #ignores = new Map<string, string>();
  #selects: (path: string) => boolean;

  constructor(selector: Selector) {
    this.#selector = selector;
    this.#selects = selector(this.#ignores);
  }

  /** Selected files, by path. */
  get selected(): ReadonlyMap<string, FileEntry> {
    return this.#selected;
  }

  /** The same, to be led to another tree by itself. */
  copy(): Files {
    const copy = new Files(this.#selector);
    for (const [path, entry] of this.#entries) copy.#entries.set(path, entry);
    for (const [path, entry] of this.#selected) copy.#selected.set(path, entry);
    for (const [directory, text] of this.#ignores) copy.#ignores.set(directory, text);
    copy.#selects = this.#selector(copy.#ignores);
    return copy;
  }

  /** What the tree has at the path, selected or not. */
  at(path: string): FileEntry | undefined {
    return this.#entries.get(path);
  }

  /** Takes the differences of the tree; gives those of the selection, which are more than those of the tree if an ignore file is among them. */
  async apply(changes: readonly FileChange[], blob: (oid: Oid) => Promise<Uint8Array>): Promise<SelectedChange[]> {
    const ignores = changes.filter((change) => change.path === ignoreFile || change.path.endsWith(`/${ignoreFile}`));
    for (const { path, after } of ignores) {
      const directory = path.slice(0, Math.max(0, path.length - ignoreFile.length - 1));
      if (after === undefined || after.mode.startsWith("1") === false || after.mode === "120000") this.#ignores.delete(directory);
      else this.#ignores.set(directory, new TextDecoder().decode(await blob(after.oid)));
    }
    for (const { path, after, badName } of changes) {
      if (after === undefined) this.#entries.delete(path);
      else this.#entries.set(path, { ...after, ...(badName ? { badName } : {}) });
    }
    let paths: Iterable<string> = changes.map((change) => change.path);
    if (ignores.length > 0) {
      this.#selects = this.#selector(this.#ignores);
      paths = new Set([...paths, ...this.#entries.keys()]);
    }
    const selected: SelectedChange[] = [];
    for (const path of paths) {
      const before = this.#selected.get(path);
      const entry = this.#entries.get(path);
      const after = entry !== undefined && this.#selects(path) ? entry : undefined;
      if (before?.oid === after?.oid && before?.mode === after?.mode) continue;
      if (after === undefined) this.#selected.delete(path);
      else this.#selected.set(path, after);
      selected.push({ path, ...(before && { before }), ...(after && { after }) });
    }
    return selected;
  }
}
