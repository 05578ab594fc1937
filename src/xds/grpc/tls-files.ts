import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Clock } from "../clock.ts";

/** Where the certificates of a listener stand, as PEM. */
export interface TlsFiles {
  /** The server's own chain, and its key. */
  readonly cert: string;
  readonly key: string;
  /** Authorities of client certificates; with them a client must have one. */
  readonly clientCa?: string;
}

/** What is in the files. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly clientCa?: Buffer;
}

/** Files that cannot be used; the message names the file. */
export class BadTlsFile extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BadTlsFile";
  }
}

/** Milliseconds between looks at the files. */
const interval = 5_000;

/** Reads the files, and rejects with {@link BadTlsFile} unless they can be used together. */
export async function readTlsFiles(files: TlsFiles): Promise<TlsMaterial> {
  const [cert, key, clientCa] = await Promise.all([
    read(files.cert),
    read(files.key),
    files.clientCa === undefined ? undefined : read(files.clientCa),
  ]);
  const own = parsed(files.cert, "certificate", () => new X509Certificate(cert));
  const secret = parsed(files.key, "private key", () => createPrivateKey(key));
  if (!own.checkPrivateKey(secret)) throw new BadTlsFile(`${files.key} is not the key of the certificate in ${files.cert}`);
  if (clientCa !== undefined) parsed(files.clientCa ?? "", "certificate", () => new X509Certificate(clientCa));
  const material = { cert, key, ...(clientCa === undefined ? {} : { clientCa }) };
  // What only the whole shows, such as a later certificate of a chain that is broken.
  parsed(files.cert, "usable chain", () => createSecureContext({ cert, key, ...(clientCa === undefined ? {} : { ca: clientCa }) }));
  return material;
}

/** What is told of the files. */
export interface TlsWatcher {
  /** They have changed, and can be used. */
  changed(material: TlsMaterial): void;
  /** They cannot be used as they are now; what was used before goes on being used. `undefined`: they can again. */
  broken(why: string | undefined): void;
}

/** Looks at the files every few seconds, whatever replaces them and how. The result ends that. */
export function watchTlsFiles(files: TlsFiles, first: TlsMaterial, clock: Clock, watcher: TlsWatcher): () => void {
  let used = first;
  let stop: () => void = () => {};
  let ended = false;
  const look = async () => {
    try {
      const now = await readTlsFiles(files);
      if (ended) return;
      watcher.broken(undefined);
      if (!same(used, now)) watcher.changed(now);
      used = now;
    } catch (error) {
      if (!(error instanceof BadTlsFile)) throw error;
      if (!ended) watcher.broken(error.message);
    }
    if (!ended) wait();
  };
  const wait = () => {
    stop = clock.at(clock.now() + interval, () => void look());
  };
  wait();
  return () => {
    ended = true;
    stop();
  };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new BadTlsFile(`${path} cannot be read: ${why}`, { cause: error });
  }
}

/** The error of a parser is not told: what it quotes may be secret. */
function parsed<Value>(path: string, what: string, parse: () => Value): Value {
  try {
    return parse();
  } catch {
    throw new BadTlsFile(`${path} holds no ${what}`);
  }
}

function same(a: TlsMaterial, b: TlsMaterial): boolean {
  return [a.cert, a.key, a.clientCa].every((bytes, i) => {
    const other = [b.cert, b.key, b.clientCa][i];
    return bytes === other || (bytes !== undefined && other !== undefined && bytes.equals(other));
  });
}
