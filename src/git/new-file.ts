import { mkdirSync } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DataDirectoryError } from "./data-directory-error.ts";

let made = 0;

/**
 * A file of the data directory that comes to be as a whole or not at all: it is written under a temporary name, flushed, and then renamed.
 * What cannot be done is a {@link DataDirectoryError} with the path and the reason.
 */
export class NewFile {
  readonly #temporary: string;
  readonly #file: FileHandle;

  private constructor(temporary: string, file: FileHandle) {
    this.#temporary = temporary;
    this.#file = file;
  }

  /** Begins a file in a folder for temporary ones, which is on the same file system as the place where the file shall be. */
  static async open(folder: string): Promise<NewFile> {
    const temporary = join(folder, `${process.pid}-${made++}`);
    const opened = async () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return open(temporary, "wx", 0o600);
    };
    return new NewFile(temporary, await usable(folder, opened()));
  }

  async write(bytes: Uint8Array): Promise<void> {
    await usable(dirname(this.#temporary), this.#file.writeFile(bytes));
  }

  /** Ends the file and puts it in its place, whatever is there. Its name outlives a loss of power only after {@link syncFolder}. */
  async moveTo(path: string): Promise<void> {
    const moved = async () => {
      await this.#file.sync();
      await this.#file.close();
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await rename(this.#temporary, path);
    };
    await usable(path, moved());
  }

  /** Takes the file away, if it is not in its place yet. Never rejects. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#temporary, { force: true }).catch(() => undefined);
  }
}

/** Writes a file as a whole. Its name outlives a loss of power only after {@link syncFolder}. */
export async function writeNewFile(temporary: string, path: string, content: Uint8Array): Promise<void> {
  const file = await NewFile.open(temporary);
  try {
    await file.write(content);
    await file.moveTo(path);
  } finally {
    await file.discard();
  }
}

/** Flushes the names in a folder. */
export async function syncFolder(path: string): Promise<void> {
  const synced = async () => {
    const folder = await open(path, "r");
    await folder.sync().finally(() => folder.close());
  };
  await usable(path, synced());
}

async function usable<T>(path: string, done: Promise<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    // Without the call and its path, which may be a temporary one: what is told at every look should be the same each time.
    const reason = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*)?$/, "");
    throw new DataDirectoryError(path, new Error(reason, { cause: error }));
  }
}
