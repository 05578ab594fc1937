import type { Checked } from "../language/language.ts";
import type { PastCommit } from "./past.ts";
import { byPlace } from "./selection.ts";

/** A version of a document that is served in place of a newer one. */
export interface Version extends PastCommit {
  readonly checked: Checked;
}

/** What is told about one identity. */
export interface Decision {
  /** The path at which the identity counts. */
  readonly path: string;
  /** The newest valid version, where the one that counts is not valid. */
  readonly version?: Version;
  /** Whether the identity was there in the commit before. */
  readonly isOld: boolean;
  /** The newest commit in which the identity was absent, if that is within the limits. */
  readonly absentAt?: PastCommit;
}

/** The documents that a file of an older commit holds, by identity. */
type Files = ReadonlyMap<string, { readonly documents: ReadonlyMap<string, readonly Checked[]> }>;

/** A commit in which no file that can be read holds the identity: it was there if one of these files did, as it last could be read. */
interface Gap {
  readonly at: PastCommit;
  readonly paths: Set<string>;
}

/** One identity, followed into the past as far as its presence is unbroken, until a valid version is found. */
export class Trail {
  readonly #path: string;
  readonly #id: string;
  readonly #since: number;
  readonly #maxVersions: number;
  readonly #versions = new Set<string>();
  readonly #places = new Map<string, readonly Checked[]>();
  #gaps: Gap[] = [];
  #found: Version | undefined;
  #absentAt: PastCommit | undefined;
  /** How far back it was seen first, the commit that is built aside. */
  #seen: number | undefined;
  #ended = false;

  /** `path` is the place that counts where there are several; the documents hold the identity in the commit that is `since` commits back. */
  constructor(id: string, path: string, documents: readonly Checked[], since: number, maxVersions: number) {
    this.#id = id;
    this.#path = path;
    this.#since = since;
    this.#maxVersions = maxVersions;
    for (const [at, some] of Map.groupBy(documents, ({ origin }) => origin.path)) this.#places.set(at, some);
  }

  /** Whether there is nothing more to be found. */
  get isAtEnd(): boolean {
    return this.#ended;
  }

  /** Takes in what the files of the next older commit hold that differ; `dark` are those of it that cannot be read whole. */
  change(files: Files, dark: ReadonlySet<string>): void {
    for (const [path, { documents }] of files) {
      const held = documents.get(this.#id);
      if (held === undefined) this.#places.delete(path);
      else this.#places.set(path, held);
      this.#close(path, held !== undefined, dark.has(path));
    }
  }

  /** Looks at the commit that the places are of. */
  look(at: PastCommit, dark: ReadonlySet<string>): void {
    if (this.#ended) return;
    const here = this.#here();
    if (here === undefined) {
      if (dark.size === 0) this.#end(at);
      else this.#gaps.push({ at, paths: new Set(dark) });
      return;
    }
    if (at.behind > 0) this.#seen ??= at.behind;
    if (this.#found === undefined) this.#try(here, at);
    if (this.#found !== undefined && this.#gaps.length === 0) this.#ended = true;
  }

  /** What has been found up to here: what lies before a gap that nobody has closed does not count. */
  decision(): Decision {
    const end = (this.#gaps[0]?.at ?? this.#absentAt)?.behind ?? Number.POSITIVE_INFINITY;
    const counts = this.#found !== undefined && this.#found.behind < end ? this.#found : undefined;
    return {
      path: this.#path,
      ...(counts === undefined || counts.behind === 0 ? {} : { version: counts }),
      isOld: this.#since > 0 || (this.#seen ?? end) < end,
      ...(this.#absentAt === undefined ? {} : { absentAt: this.#absentAt }),
    };
  }

  #here(): Checked | undefined {
    const all = this.#places.get(this.#path) ?? [...this.#places.values()].flat();
    return [...all].sort(byPlace)[0];
  }

  #try(checked: Checked, at: PastCommit): void {
    const { blob, index } = checked.origin;
    this.#versions.add(`${blob} ${index}`);
    if (this.#versions.size > this.#maxVersions) this.#ended = true;
    else if (checked.spec !== undefined) this.#found = { checked, ...at };
  }

  /** A file has been reached that can be read here: it tells whether it held the identity in the commits after this one in which it could not. */
  #close(path: string, held: boolean, isDark: boolean): void {
    if (isDark && !held) return;
    const told = this.#gaps.filter((gap) => gap.paths.delete(path));
    if (held) this.#gaps = this.#gaps.filter((gap) => !told.includes(gap));
    else {
      const broken = told.find((gap) => gap.paths.size === 0);
      if (broken !== undefined) this.#end(broken.at);
    }
  }

  #end(absentAt: PastCommit): void {
    this.#ended = true;
    this.#absentAt = absentAt;
    this.#gaps = [];
  }
}
