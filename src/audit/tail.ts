import type { FileHandle } from "node:fs/promises";
import type { AuditRecord } from "./record.ts";

/** Bytes at the end of a log that are looked at. */
const looked = 1024 * 1024;

/** The last whole records of a log, where they end, and how many bytes of a cut line come after them. */
export async function tail(
  file: FileHandle,
): Promise<{ readonly records: readonly AuditRecord[]; readonly size: number; readonly cut: number }> {
  const { size: total } = await file.stat();
  const start = Math.max(0, total - looked);
  const bytes = Buffer.alloc(total - start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  const end = bytes.lastIndexOf(0x0a) + 1;
  const lines = bytes.subarray(0, end).toString().split("\n");
  return { records: lines.flatMap(recordOf), size: start + end, cut: bytes.length - end };
}

/** The record of a line; none if it is no record, such as the rest of the first line that was looked at. */
function recordOf(line: string): AuditRecord[] {
  try {
    const value = JSON.parse(line) as AuditRecord;
    return value.v === 1 && Number.isSafeInteger(value.seq) ? [value] : [];
  } catch {
    return [];
  }
}
