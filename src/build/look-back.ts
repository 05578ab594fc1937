import type { Oid } from "../git/object.ts";
import type { Checked } from "../language/language.ts";
import type { Containment } from "../language/portolan/fleet.ts";
import { byCodePoint } from "../problem/order.ts";
import type { FileEntry, SelectedChange } from "./files.ts";
import type { LoadedFile } from "./loaded-file.ts";
import type { Past, PastCommit } from "./past.ts";
import { byPlace, identityKey, type Selection } from "./selection.ts";
import type { SourceDocument } from "./source-document.ts";
import { type Decision, Trail } from "./trail.ts";

/** What the commit that is built leaves open. */
export interface Questions {
  readonly limits: Containment["lookBack"];
  /** How a document is read: `undefined` if it plays no part. */
  read(document: SourceDocument): Checked | undefined;
  /** Identities at several places, and those without a valid version, with the documents that hold them. */
  readonly open: ReadonlyMap<string, readonly Checked[]>;
  /** The files of which nobody knows what they hold, by path. */
  readonly torn: readonly string[];
  /** Whether a document of the identity can be read at the commit. */
  has(id: string): boolean;
}

/** What the documents of a selection leave open, torn files aside. */
export function questionsOf(selection: Selection, limits: Questions["limits"], read: Questions["read"]): Omit<Questions, "torn"> {
  return { limits, read, open: selection.open(), has: (id) => selection.has(id) };
}

/** What is told about one torn file. */
export interface TornFile {
  /** What it held when it was whole, and nobody else holds now. */
  readonly held: readonly string[];
  /** The newest commit in which it was whole or absent, if that is within the limits. */
  readonly wholeAt?: PastCommit;
}

/** The answer to {@link Questions}. */
export interface Answers {
  /** By identity: those that were asked for, and what torn files held. */
  readonly decisions: ReadonlyMap<string, Decision>;
  /** By path. */
  readonly torn: ReadonlyMap<string, TornFile>;
}

/** What is needed to read the past. */
export interface PastAccess {
  /** The commit that is built, to go back from; each call begins anew. */
  open(): Past;
  /** Loads a file as it is in a commit. */
  load(path: string, entry: FileEntry, commit: Oid): Promise<LoadedFile>;
}

/**
 * Decides which version counts of each document that is not valid or not alone, and of those that torn files held: the newest valid one on the
 * line of first parents, wherever it stood (delivery.md 3.2). It follows from that line alone. Rejects if objects cannot be read.
 */
export async function lookBack(questions: Questions, access: PastAccess): Promise<Answers> {
  if (questions.open.size === 0 && questions.torn.length === 0) return { decisions: new Map(), torn: new Map() };
  const paths = await incumbents(questions, access);
  return new Search(questions, access, paths).run();
}

/** Where each identity counts: at the path that held it alone in the newest commit in which one did, otherwise at the smallest place. */
async function incumbents({ open, limits, read }: Questions, access: PastAccess): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  const crowded = new Map<string, Set<string>>();
  for (const [id, documents] of open) {
    const places = new Set(documents.map(({ origin }) => origin.path));
    paths.set(id, [...documents].sort(byPlace)[0]?.origin.path ?? "");
    if (places.size > 1) crowded.set(id, places);
  }
  if (crowded.size === 0) return paths;
  const past = access.open();
  while (crowded.size > 0 && past.here.behind < limits.commits) {
    const changes = await past.back();
    if (changes === undefined) break;
    const held = await heldBy(changes, past.here.commit.oid, access, read);
    for (const [id, places] of crowded) {
      for (const { path } of changes) {
        if (held.get(path)?.documents.has(id)) places.add(path);
        else places.delete(path);
      }
      if (places.size > 1) continue;
      const [alone] = places;
      if (alone !== undefined && open.get(id)?.some(({ origin }) => origin.path === alone)) paths.set(id, alone);
      crowded.delete(id);
    }
  }
  return paths;
}

/** What a file of an older commit holds, by identity. */
interface Held {
  readonly documents: ReadonlyMap<string, readonly Checked[]>;
  readonly isWhole: boolean;
}

async function heldBy(
  changes: readonly SelectedChange[],
  commit: Oid,
  access: PastAccess,
  read: Questions["read"],
): Promise<ReadonlyMap<string, Held>> {
  const held = await Promise.all(
    changes.map(async ({ path, after }): Promise<[string, Held]> => {
      const file = after && (await access.load(path, after, commit));
      const readable = file?.documents.filter(({ isReadable }) => isReadable) ?? [];
      const checked = readable.flatMap((document) => read(document) ?? []);
      return [path, { documents: Map.groupBy(checked, identityKey), isWhole: file?.isWhole ?? true }];
    }),
  );
  return new Map(held);
}

/** One walk into the past, in which all identities and torn files are followed. */
class Search {
  readonly #questions: Questions;
  readonly #access: PastAccess;
  readonly #trails = new Map<string, Trail>();
  readonly #decisions = new Map<string, Decision>();
  readonly #torn = new Map<string, TornFile>();
  /** Torn files of which is not known yet what they held. */
  readonly #unknown: Set<string>;
  /** Torn files of the commit that is looked at. */
  readonly #dark: Set<string>;
  /** What the files hold in the commit that is looked at that are not as in the one that is built. */
  readonly #changed = new Map<string, Held>();

  constructor(questions: Questions, access: PastAccess, paths: ReadonlyMap<string, string>) {
    this.#questions = questions;
    this.#access = access;
    this.#unknown = new Set(questions.torn);
    this.#dark = new Set(questions.torn);
    for (const [id, documents] of questions.open) this.#follow(id, paths.get(id) ?? "", documents);
  }

  async run(): Promise<Answers> {
    const { limits, read } = this.#questions;
    const past = this.#access.open();
    this.#look(past);
    while ((this.#trails.size > 0 || this.#unknown.size > 0) && past.here.behind < limits.commits) {
      const changes = await past.back();
      if (changes === undefined) break;
      const held = await heldBy(changes, past.here.commit.oid, this.#access, read);
      for (const [path, file] of held) this.#change(path, file);
      for (const trail of this.#trails.values()) trail.change(held, this.#dark);
      for (const path of held.keys()) if (this.#unknown.has(path) && !this.#dark.has(path)) this.#recover(path, past);
      this.#look(past);
    }
    for (const [id, trail] of this.#trails) this.#decide(id, trail);
    for (const path of this.#unknown) this.#torn.set(path, { held: [] });
    return { decisions: this.#decisions, torn: this.#torn };
  }

  #follow(id: string, path: string, documents: readonly Checked[], since = 0): void {
    this.#trails.set(id, new Trail(id, path, documents, since, this.#questions.limits.versions));
  }

  #change(path: string, file: Held): void {
    this.#changed.set(path, file);
    if (file.isWhole) this.#dark.delete(path);
    else this.#dark.add(path);
  }

  /** A torn file that is whole here held these documents; what another file holds in the commit that is built has moved there. */
  #recover(path: string, past: Past): void {
    this.#unknown.delete(path);
    const held = [...(this.#changed.get(path)?.documents.keys() ?? [])].filter((id) => !this.#questions.has(id)).sort(byCodePoint);
    this.#torn.set(path, { held, wholeAt: past.here });
    for (const id of held) {
      if (this.#trails.has(id) || this.#decisions.has(id)) continue;
      const documents = [...this.#changed.values()].flatMap((file) => file.documents.get(id) ?? []);
      this.#follow(id, path, documents, past.here.behind);
    }
  }

  #look(past: Past): void {
    for (const [id, trail] of this.#trails) {
      trail.look(past.here, this.#dark);
      if (trail.isAtEnd) this.#decide(id, trail);
    }
  }

  #decide(id: string, trail: Trail): void {
    this.#trails.delete(id);
    this.#decisions.set(id, trail.decision());
  }
}

/** The newest commit of which all documents are valid; `undefined` if there is none within the limits. */
export async function newestValid({ open, torn, limits, read }: Questions, access: PastAccess): Promise<PastCommit | undefined> {
  const past = access.open();
  const invalid = new Set(torn);
  for (const documents of open.values()) for (const { origin, spec } of documents) if (spec === undefined) invalid.add(origin.path);
  while (invalid.size > 0) {
    const changes = past.here.behind < limits.commits ? await past.back() : undefined;
    if (changes === undefined) return undefined;
    for (const [path, { documents, isWhole }] of await heldBy(changes, past.here.commit.oid, access, read)) {
      const isValid = isWhole && [...documents.values()].flat().every(({ spec }) => spec !== undefined);
      if (isValid) invalid.delete(path);
      else invalid.add(path);
    }
  }
  return past.here;
}
