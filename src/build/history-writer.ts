import type { Oid } from "../git/object.ts";
import type { Problem } from "../problem/problem.ts";
import type { HistoryFile, Told } from "../snapshot/history-file.ts";
import type { Manifest, Outcome } from "../snapshot/manifest.ts";
import type { CommitDocuments } from "./protocol.ts";

/** Lines that are remembered while they cannot be written. */
const most = 10_000;
/** Of the newest it is known what the file says. */
const remembered = 1000;

/** Writes the history of snapshots, each as soon as its documents and problems are counted. What cannot be written now is written with the next. */
export class HistoryWriter {
  readonly #file: HistoryFile;
  /** What the file says of the newest snapshots. */
  readonly #written = new Map<number, Manifest>();
  #built: readonly Manifest[] = [];
  #waiting: Told[] = [];
  #turn: Promise<void> = Promise.resolve();

  private constructor(file: HistoryFile) {
    this.#file = file;
  }

  /** Opens the history, and adds what it lacks of the archives: `manifests` are those of all of them, newest first. Never rejects. */
  static async open(file: HistoryFile, manifests: readonly Manifest[]): Promise<HistoryWriter> {
    const writer = new HistoryWriter(file);
    await file.mend().catch(() => undefined);
    const oldest = manifests.at(-1)?.sequence ?? 0;
    try {
      for await (const manifest of file.read()) {
        writer.#written.set(manifest.sequence, manifest);
        if (manifest.sequence <= oldest) break;
      }
    } catch {
      // What cannot be read now is written again, and given once.
    }
    await writer.#add(manifests.filter(({ sequence }) => !writer.#written.has(sequence)).reverse());
    return writer;
  }

  /** The newest manifests, as the file has them. */
  newest(): Iterable<Manifest> {
    return this.#written.values();
  }

  /** A commit was built; its counts follow. */
  built(manifests: readonly Manifest[]): void {
    this.#built = manifests;
  }

  counted(commit: Oid, documents: CommitDocuments["fleets"]): void {
    this.#built = this.#built.map((one) => (one.commit === commit ? { ...one, documents: documents[one.fleet] ?? one.documents } : one));
  }

  /** The problems of a commit are known: the last that is told of it. Never rejects. */
  async found(commit: Oid, problems: readonly Problem[]): Promise<void> {
    const count = (severity: Problem["severity"]) => problems.filter((problem) => problem.severity === severity).length;
    const counts = { error: count("error"), warning: count("warning"), info: count("info") };
    const told = this.#built.filter((one) => one.commit === commit).map((one) => ({ ...one, problems: counts }));
    this.#built = [];
    await this.#add(told.filter((one) => JSON.stringify(this.#written.get(one.sequence)) !== JSON.stringify(one)));
  }

  /** Something was decided about a snapshot. Never rejects. */
  async ended(fleet: string, commit: Oid, outcome: Outcome): Promise<void> {
    const isMeant = (one: Manifest) => one.fleet === fleet && one.commit === commit;
    if (this.#built.some(isMeant)) {
      this.#built = this.#built.map((one) => (isMeant(one) ? { ...one, outcome } : one));
      return;
    }
    const newest = [...this.#written.values()]
      .filter(isMeant)
      .reduce<Manifest | undefined>((a, b) => (a !== undefined && a.sequence > b.sequence ? a : b), undefined);
    if (newest !== undefined) await this.#add([{ ...newest, outcome }]);
  }

  /** One after the other, so that nothing is amended before it is told. */
  #add(manifests: readonly Manifest[]): Promise<void> {
    for (const manifest of manifests) {
      this.#waiting.push({ manifest, amends: this.#written.has(manifest.sequence) });
      this.#remember(manifest);
    }
    this.#turn = this.#turn.then(() => this.#write());
    return this.#turn;
  }

  async #write(): Promise<void> {
    const now = this.#waiting.slice(-most);
    this.#waiting = [];
    if (now.length === 0) return;
    try {
      await this.#file.append(now);
    } catch {
      this.#waiting = [...now, ...this.#waiting];
    }
  }

  #remember(manifest: Manifest): void {
    this.#written.set(manifest.sequence, manifest);
    const [oldest] = this.#written.keys();
    if (this.#written.size > remembered && oldest !== undefined) this.#written.delete(oldest);
  }
}
