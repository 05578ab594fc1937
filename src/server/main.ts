import { processIo } from "../cli/process-io.ts";
import { run } from "../cli/program.ts";
import { demoCommand } from "./demo-command.ts";
import { serveCommand } from "./serve-command.ts";

process.exitCode = await run(process.argv.slice(2), processIo(), { commands: [serveCommand, demoCommand] });
