import { X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { PemPair } from "./certificate.ts";

/** Where a certificate and its key stand. */
export interface PairFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Writes both, each with its mode from the start and at once; the key first, so that no certificate stands there without its key. */
export function writePair(files: PairFiles, pair: PemPair): void {
  mkdirSync(dirname(files.key), { recursive: true });
  replace(files.key, pair.key, 0o600);
  replace(files.certificate, pair.certificate, 0o644);
}

/** Reads both; `undefined` if one is not there. */
export function readPair({ certificate, key }: PairFiles): PemPair | undefined {
  if (!existsSync(certificate) || !existsSync(key)) return undefined;
  return { certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") };
}

/** Whether less than a third of the life of a certificate is left; also if it cannot be read. */
export function isDue(certificate: string, now: number): boolean {
  try {
    const { validFromDate, validToDate } = new X509Certificate(certificate);
    return (validToDate.getTime() - now) * 3 < validToDate.getTime() - validFromDate.getTime();
  } catch {
    return true;
  }
}

function replace(path: string, text: string, mode: number): void {
  writeFileSync(`${path}.new`, text, { mode, flag: "w" });
  renameSync(`${path}.new`, path);
}
