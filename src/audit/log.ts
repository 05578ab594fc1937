import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { type AuditEntry, type AuditRecord, system } from "./record.ts";
import { tail } from "./tail.ts";

/** What a log is made with. */
export interface AuditLogOptions {
  readonly instance: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Takes out of a text what must not be seen. */
  readonly redact?: (text: string) => string;
  /** The log cannot be written, or can be again. */
  readonly changed?: () => void;
}

/** Records that wait at most, while the log cannot be written. */
const longest = 10_000;
/** Records that are kept in memory, for readers. */
const remembered = 1_000;
/** Milliseconds from a record to the disk, and between attempts while it cannot be written. */
const batch = 50;
const retry = 1_000;

interface Waiting {
  readonly time: string;
  readonly entry: AuditEntry;
}

/** The audit log of one instance (delivery.md 7.1): JSON lines that are only ever added, on disk within 100 ms. What cannot be written waits. */
export class AuditLog {
  readonly #path: string;
  readonly #options: AuditLogOptions;
  readonly #recent: AuditRecord[] = [];
  #waiting: Waiting[] = [];
  #lost = 0;
  #file: FileHandle | undefined;
  #size = 0;
  #seq = 0;
  #trouble: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(path: string, options: AuditLogOptions) {
    this.#path = path;
    this.#options = options;
  }

  /** Why it cannot be written; `undefined`: it can. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** The last records that are on disk, oldest first. */
  recent(): readonly AuditRecord[] {
    return this.#recent;
  }

  /** Adds a record. */
  add(entry: AuditEntry): void {
    const { redact = (text) => text, now } = this.#options;
    const safe = entry.reason === undefined ? entry : { ...entry, reason: redact(entry.reason) };
    this.#waiting.push({ time: new Date(now()).toISOString(), entry: safe });
    if (this.#waiting.length > longest) {
      this.#waiting.shift();
      this.#lost++;
    }
    this.#timer ??= setTimeout(() => void this.flush(), batch);
  }

  /** Writes what waits. Never rejects: what cannot be written goes on waiting. */
  flush(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => void this.flush(), this.#trouble === undefined ? batch : retry);
    });
    return this.#writing;
  }

  /** Writes what waits, if that is possible, and closes the file. */
  async close(): Promise<void> {
    await this.#writing;
    await this.flush();
    clearTimeout(this.#timer);
    await this.#file?.close().catch(() => undefined);
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const was = this.#trouble;
    try {
      this.#file ??= await this.#open();
      const file = this.#file;
      this.#tellLosses();
      const batched = new Set(this.#waiting);
      const records = [...batched].map((one, i) => this.#record(one, this.#seq + 1 + i));
      const bytes = Buffer.from(records.map((one) => `${JSON.stringify(one)}\n`).join(""));
      // Always where the last whole record ends, so that what was written in part before is written over.
      for (let done = 0; done < bytes.length; )
        done += (await file.write(bytes, done, bytes.length - done, this.#size + done)).bytesWritten;
      await file.datasync();
      this.#size += bytes.length;
      this.#seq += records.length;
      this.#waiting = this.#waiting.filter((one) => !batched.has(one));
      this.#remember(records);
      this.#trouble = undefined;
    } catch (error) {
      this.#trouble = `the audit log ${this.#path} cannot be written: ${error instanceof Error ? error.message : String(error)}`;
    }
    if (was !== this.#trouble) this.#options.changed?.();
  }

  async #open(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const file = await open(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { records, size, cut } = await tail(file);
      this.#seq = records.at(-1)?.seq ?? 0;
      this.#size = size;
      this.#recent.length = 0;
      this.#remember(records);
      if (cut > 0) {
        await file.truncate(size);
        this.#first(`the last line was cut: ${cut} bytes are dropped`);
      }
      return file;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  #tellLosses(): void {
    if (this.#lost === 0) return;
    this.#first(`${this.#lost} records are lost because the log could not be written`);
    this.#lost = 0;
  }

  /** Puts a record about the log itself before those that wait. */
  #first(reason: string): void {
    const entry: AuditEntry = { type: "log.truncated", actor: system, outcome: "failed", reason };
    this.#waiting = [{ time: new Date(this.#options.now()).toISOString(), entry }, ...this.#waiting];
  }

  #record({ time, entry: { type, ...entry } }: Waiting, seq: number): AuditRecord {
    return { v: 1, instance: this.#options.instance, seq, time, type, ...entry };
  }

  #remember(records: readonly AuditRecord[]): void {
    this.#recent.push(...records.slice(-remembered));
    this.#recent.splice(0, this.#recent.length - remembered);
  }
}
