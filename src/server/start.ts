import type { WorkerSettings } from "../build/protocol.ts";
import { startWorker } from "../build/worker-client.ts";
import type { ServerConfig } from "../cli/config/config.ts";
import { DataDirectoryError } from "../git/data-directory-error.ts";
import { openObjectStore } from "../git/store.ts";
import { ArchiveFolder, hasArchives } from "../snapshot/archive-folder.ts";
import { HistoryFile } from "../snapshot/history-file.ts";
import { lockDataDirectory } from "./data-lock.ts";
import type { Log } from "./log.ts";
import { restore } from "./restore.ts";
import type { RunningServer } from "./serve.ts";

/**
 * Starts everything that `portolan serve` is. The worker goes first and builds while the rest of the program is being loaded.
 * Rejects, and leaves nothing behind, if a port or the data directory cannot be used.
 */
export async function start(config: ServerConfig, log: Log): Promise<RunningServer> {
  const { dataDir } = config.server;
  const lock = lockIfPossible(dataDir);
  await openObjectStore(dataDir).catch((error: unknown) => {
    if (isServable(error, dataDir)) return;
    lock.release();
    throw error;
  });
  const worker = startWorker(workerSettings(config));
  try {
    const restoring = restore(new ArchiveFolder(dataDir), new HistoryFile(dataDir));
    const [{ serve }, restored] = await Promise.all([import("./serve.ts"), restoring]);
    const running = await serve(config, log, worker, restored);
    return {
      ...running,
      async close() {
        await Promise.all([running.close(), worker.close()]);
        lock.release();
      },
    };
  } catch (error) {
    await worker.terminate();
    lock.release();
    throw error;
  }
}

/** The lock of the data directory. Where nothing can be written nobody can do any harm, so what is known is served without one. */
function lockIfPossible(dataDir: string): { release(): void } {
  try {
    return lockDataDirectory(dataDir);
  } catch (error) {
    if (isServable(error, dataDir)) return { release: () => undefined };
    throw error;
  }
}

/** Whether a data directory that cannot be written has something to serve all the same (delivery.md 12, row 3). */
function isServable(error: unknown, dataDir: string): boolean {
  return error instanceof DataDirectoryError && hasArchives(dataDir);
}

function workerSettings({ server, git, sources, control, snapshots, secrets }: ServerConfig): WorkerSettings {
  const [source] = sources as [ServerConfig["sources"][number]];
  return {
    dataDir: server.dataDir,
    transport: git.transport === "http" ? "isomorphic" : git.transport,
    source,
    controlPaths: control.paths,
    secretServer: secrets.server,
    keep: snapshots.keep,
    allowPlaintext: secrets.allowPlaintext,
  };
}
