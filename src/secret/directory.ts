import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import type { SecretId } from "../model/secret.ts";
import type { Found, SecretProvider } from "./provider.ts";

/** Bytes that one file of a secret may have, as a Kubernetes Secret as a whole may. */
const largest = 1024 * 1024;

/**
 * Secrets as files: `<path>/<namespace>/<name>/<key>`. Where a Kubernetes volume is mounted, its `..data` link is followed once, so that all files of a
 * secret are of one version even while the volume is being changed.
 */
export class DirectoryProvider implements SecretProvider {
  readonly name: string;
  readonly #path: string;

  /** `path` is absolute. */
  constructor(name: string, path: string) {
    this.name = name;
    this.#path = path;
  }

  find({ namespace, name }: SecretId): Found | undefined {
    const folder = resolved(join(this.#path, namespace, name));
    const files = folder === undefined ? undefined : list(folder);
    if (folder === undefined || files === undefined || files.length === 0) return undefined;
    const revision = files.map(({ key, state }) => `${key} ${state}`).join("\n");
    return { revision: `${folder}\n${revision}`, read: () => new Map(files.map(({ key }) => [key, readKey(join(folder, key), key)])) };
  }
}

/** The folder that the files are in now. */
function resolved(folder: string): string | undefined {
  return absent(() => realpathSync(join(folder, "..data"))) ?? absent(() => realpathSync(folder));
}

function list(folder: string): { readonly key: string; readonly state: string }[] | undefined {
  const names = absent(() => readdirSync(folder));
  return names
    ?.filter((name) => !name.startsWith("."))
    .sort()
    .flatMap((key) => {
      const stat = absent(() => statSync(join(folder, key)));
      return stat?.isFile() ? [{ key, state: `${stat.ino} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs}` }] : [];
    });
}

function readKey(path: string, key: string): Uint8Array {
  if (statSync(path).size > largest) throw new Error(`${key} is larger than 1 MiB`);
  return readFileSync(path);
}

/** What is asked for, or `undefined` if there is no such file. */
function absent<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
