import { join } from "node:path";
import { either } from "../git/either.ts";
import { openLocalSource } from "../git/local-source.ts";
import type { Oid } from "../git/object.ts";
import { openReader, withTreeCache } from "../git/reader.ts";
import { restoring } from "../git/restoring.ts";
import { openObjectStore } from "../git/store.ts";
import { ArchiveFolder } from "../snapshot/archive-folder.ts";
import { HistoryFile } from "../snapshot/history-file.ts";
import type { Outcome } from "../snapshot/manifest.ts";
import { Archivist } from "./archivist.ts";
import { Engine } from "./engine.ts";
import { Follower } from "./follower.ts";
import { HistoryWriter } from "./history-writer.ts";
import { languages } from "./languages.ts";
import { openParser } from "./parser.ts";
import type { FromWorker, Question, Retained, WorkerSettings } from "./protocol.ts";
import { languageRevision, programRevision } from "./revision.ts";
import { controlPaths, fileSelector } from "./selector.ts";
import { openSoundDocuments } from "./sound.ts";

/** The worker's work, without the thread around it. */
export interface WorkerTask {
  answer(id: number, question: Question): Promise<void>;
  /** What must be kept however old it is; nothing is removed before that is known. */
  retain(snapshots: readonly Retained[]): Promise<void>;
  /** Something was decided about a snapshot; the history tells it. */
  ended(fleet: string, commit: Oid, outcome: Outcome): Promise<void>;
  stop(): Promise<void>;
}

/** Opens the data directory, builds what the source has, and follows it. Rejects if the data directory cannot be used. */
export async function startTask(settings: WorkerSettings, send: (message: FromWorker) => void): Promise<WorkerTask> {
  const { dataDir, source, transport, secretServer } = settings;
  const store = await openObjectStore(dataDir);
  const local = openLocalSource(source, store, transport);
  const stored = await openReader(store.gitDir, { transport });
  const reader = restoring(stored, (object) => local.restore(object));
  const revision = programRevision();
  const parser = openParser(join(dataDir, "cache"), revision);
  const sound = openSoundDocuments(join(dataDir, "cache", "sound.cache"), revision);
  const flush = () => {
    parser.flush();
    sound.flush();
  };
  const folder = new ArchiveFolder(dataDir);
  await folder.removeLeftovers();
  const kept = await folder.scan();
  const history = await HistoryWriter.open(
    new HistoryFile(dataDir),
    kept.headers.map(({ manifest }) => manifest),
  );
  const archivist = new Archivist(folder, kept.headers, {
    revision: languageRevision(revision, staticSettings(settings)),
    told: history.newest(),
    now: Date.now,
  });
  let retained: readonly Retained[] | undefined;
  const collect = async () => {
    const isRetained = ({ fleet, commit }: Retained) => retained?.some((one) => one.fleet === fleet && one.commit === commit) === true;
    // A disk that takes nothing away now will do so after one of the next commits.
    if (retained !== undefined) await archivist.collect(settings.keep, isRetained).catch(() => undefined);
  };
  const engine = new Engine(
    {
      source: source.name,
      reader,
      past: withTreeCache(either(() => local.objects(), stored)),
      languages,
      parser,
      sound,
      selector: fileSelector(source.include, source.exclude),
      limits: source.limits,
      secretServer,
      isControl: controlPaths(settings.controlPaths),
      allowPlaintext: settings.allowPlaintext === true,
    },
    {
      built(report) {
        history.built(report.fleets.map(({ manifest }) => manifest));
        send({ kind: "built", report });
      },
      secrets: (fleets) => send({ kind: "secrets", fleets }),
      counted(commit, documents) {
        history.counted(commit, documents.fleets);
        send({ kind: "counted", commit, documents });
      },
      problems(commit, problems) {
        void history.found(commit, problems);
        send({ kind: "problems", commit, problems });
      },
    },
    () => local.history(),
    archivist,
  );
  const ref = source.branch ?? source.ref ?? "HEAD";
  const follower = new Follower(local, ref, reader.name, {
    async kept() {
      if (local.desired === undefined) return undefined;
      const commit = await reader.commit(local.desired).catch(() => undefined);
      return commit && { ...commit, source: source.name, ref };
    },
    now: Date.now,
    report: (report) => send({ kind: "source", report }),
    async commit(commit) {
      const outcome = await engine.build(commit);
      flush();
      await collect();
      // Without them the snapshot is served from its archive all the same.
      await local.keep(outcome.lookedBack ?? []).catch(() => undefined);
      return outcome;
    },
  });
  const stopped = new AbortController();
  const first = Promise.withResolvers<void>();
  const watching = local.watch(() => follower.look().finally(first.resolve), stopped.signal);
  return {
    async answer(id, question) {
      try {
        // Before the first look nothing is known of what an earlier run has left to be served.
        await first.promise;
        send({
          kind: "answer",
          id,
          value: question.what === "accept" ? await local.accept(question.commit) : await engine.answer(question),
        });
      } catch (error) {
        send({ kind: "refusal", id, message: error instanceof Error ? error.message : String(error) });
      }
    },
    async retain(snapshots) {
      retained = snapshots;
      await collect();
    },
    ended: (fleet, commit, outcome) => history.ended(fleet, commit, outcome),
    async stop() {
      stopped.abort();
      await watching;
      flush();
      await Promise.all([local.close(), reader.close()]);
    },
  };
}

/** What the configuration of the server contributes to the bytes of a snapshot (delivery.md 5.1). */
function staticSettings({ source, controlPaths, allowPlaintext, secretServer }: WorkerSettings): unknown {
  const reading = [source.name, source.include, source.exclude, source.limits, controlPaths, allowPlaintext];
  return secretServer === undefined ? reading : [...reading, secretServer];
}
