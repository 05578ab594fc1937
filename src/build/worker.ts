/**
 * The worker thread: it owns git objects, documents, cells and encoders. Only deltas, reports and answers cross to the serving thread,
 * so translation never delays an ACK, and a worker that dies is started again without anyone noticing.
 */
import { parentPort, workerData } from "node:worker_threads";
import { wipe } from "./committed-secrets.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./protocol.ts";
import { startTask } from "./worker-task.ts";

if (parentPort === null) throw new Error("this module runs as a worker thread only");
const port = parentPort;

const send = (message: FromWorker): void => {
  const buffers = message.kind === "built" ? message.report.fleets.flatMap(({ delta }) => [delta.bodies.buffer, delta.lengths.buffer]) : [];
  port.postMessage(message, buffers);
  if (message.kind === "secrets") wipe(message.fleets);
};

const task = await startTask(workerData as WorkerSettings, send);

port.on("message", (message: ToWorker) => {
  if (message.kind === "stop") void task.stop().then(() => port.close());
  else if (message.kind === "ended") void task.ended(message.fleet, message.commit, message.outcome);
  else if (message.kind === "retain") void task.retain(message.snapshots);
  else void task.answer(message.id, message.question);
});
