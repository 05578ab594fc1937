/** The worker's task in a process of its own, which may be killed: prints what it tells, a line each. */
import type { WorkerSettings } from "../../src/build/protocol.ts";
import { startTask } from "../../src/build/worker-task.ts";

const settings = JSON.parse(process.argv[2] ?? "") as WorkerSettings;
const task = await startTask(settings, (message) => {
  if (message.kind === "built") console.log(`built ${message.report.commit}`);
  if (message.kind === "problems") console.log(`problems ${message.problems.map(({ code }) => code).join(" ")}`);
});
process.on("SIGTERM", () => void task.stop().then(() => process.exit(0)));
