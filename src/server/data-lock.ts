import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { DataDirectoryError } from "../git/data-directory-error.ts";

/** The data directory is in use by another server. */
export class DataDirectoryInUse extends Error {
  constructor(dataDir: string) {
    super(`the data directory ${dataDir} is in use by another portolan server`);
    this.name = "DataDirectoryInUse";
  }
}

/**
 * Takes the data directory for this process alone until `release`. The lock is that of a database file, so it ends with the process, however that ends;
 * not that of the store, whose file may have to be set aside while the server runs.
 * Throws {@link DataDirectoryInUse}, or {@link DataDirectoryError} if the directory cannot be written.
 */
export function lockDataDirectory(dataDir: string): { release(): void } {
  const database = openDatabase(dataDir);
  try {
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  } catch (error) {
    database.close();
    if (error instanceof Error && /locked|busy/.test(error.message)) throw new DataDirectoryInUse(dataDir);
    throw new DataDirectoryError(`the data directory ${dataDir}`, error);
  }
  return { release: () => database.close() };
}

function openDatabase(dataDir: string): DatabaseSync {
  try {
    mkdirSync(join(dataDir, "state"), { recursive: true, mode: 0o700 });
    return new DatabaseSync(join(dataDir, "state", "lock.db"), { timeout: 0 });
  } catch (error) {
    throw new DataDirectoryError(`the data directory ${dataDir}`, error);
  }
}
