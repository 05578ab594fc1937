import { type CommandEntry, commandGroups } from "../cli/commands.ts";
import { processIo } from "../cli/process-io.ts";
import { run } from "../cli/program.ts";

const [, group] = commandGroups;
const commands: readonly CommandEntry[] = [
  { name: "serve", summary: "run the control plane", group, load: async () => (await import("./serve-command.ts")).serveCommand },
  {
    name: "demo",
    summary: "see a commit reach two real Envoys",
    group,
    load: async () => (await import("./demo-command.ts")).demoCommand,
  },
];

process.exitCode = await run(process.argv.slice(2), processIo(), { commands });
