/** The thread of the database: one request after the other, so that a slow disk never holds up the thread that serves. */
import { parentPort, workerData } from "node:worker_threads";
import { isUnwritable, RecordDatabase } from "./database.ts";
import type { FromDatabase, ToDatabase } from "./protocol.ts";

if (parentPort === null) throw new Error("this module runs as a worker thread only");
const port = parentPort;
const { path } = workerData as { readonly path: string };
let database: RecordDatabase | undefined;

/** The database; a disk that could not be used before may be usable now. */
function opened(): RecordDatabase {
  if (database !== undefined) return database;
  database = new RecordDatabase(path);
  if (database.setAside !== undefined) tell({ kind: "set-aside", setAside: database.setAside });
  return database;
}

function tell(message: FromDatabase): void {
  port.postMessage(message);
}

function answer(message: Exclude<ToDatabase, { kind: "close" }>): void {
  const { id } = message;
  try {
    if (message.kind === "get") tell({ kind: "got", id, value: opened().get(message.prefix) });
    else
      tell({ kind: "committed", id, value: message.kind === "commit" ? opened().commit(message.change) : opened().revoke(message.lease) });
  } catch (error) {
    tell({ kind: "failed", id, message: error instanceof Error ? error.message : String(error), unwritable: isUnwritable(error) });
  }
}

function tidy(): void {
  try {
    database?.tidy();
  } catch (error) {
    // What is in the log is safe there; the next commit tells whoever makes it.
    if (!isUnwritable(error)) throw error;
  }
}

port.on("message", (message: ToDatabase) => {
  if (message.kind === "close") {
    database?.close();
    port.close();
    return;
  }
  answer(message);
  if (message.kind !== "get") tidy();
});

try {
  opened();
} catch {
  // Whoever asks first is told.
}
