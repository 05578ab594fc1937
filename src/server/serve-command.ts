import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { ServerConfig } from "../cli/config/config.ts";
import { readConfig } from "../cli/config/read.ts";
import type { Register } from "../cli/context.ts";
import { exitCode } from "../cli/exit-code.ts";
import { Failure } from "../cli/failure.ts";
import type { Io } from "../cli/io.ts";
import { DataDirectoryError } from "../git/data-directory-error.ts";
import { findRepository, type LocalRepository } from "../git/repository.ts";
import { hasArchives } from "../snapshot/archive-folder.ts";
import { CannotListen } from "./cannot-listen.ts";
import { DataDirectoryInUse } from "./data-lock.ts";
import { logger } from "./log.ts";
import type { RunningServer } from "./serve.ts";
import { start } from "./start.ts";

/** `portolan serve`: runs until it is interrupted. */
export const serveCommand: Register = (program, context) => {
  program
    .command("serve")
    .option("--config <file>", "the configuration", "portolan.yaml")
    .option("--check", "check the configuration and its source, and exit")
    .action(async ({ config: file, check }: { readonly config: string; readonly check?: boolean }) => {
      const config = loadConfig(file, context.io);
      requireRepository(config);
      if (check) {
        context.io.stdout.write(`${file} is good\n`);
        return;
      }
      const stopped = context.io.interrupt();
      const running = await started(config);
      if (!stopped.aborted) await new Promise((resolve) => stopped.addEventListener("abort", resolve));
      await running.close();
    });
};

/** Reads the configuration; all its mistakes at once, and exit code 2. */
export function loadConfig(file: string, io: Io): ServerConfig {
  const path = resolve(io.cwd, file);
  if (!existsSync(path))
    throw new Failure(exitCode.usage, `there is no ${file}; run \`portolan init\` to make one, or name another with --config`);
  const { config, problems } = readConfig(readFileSync(path, "utf8"), path, relative(io.cwd, path) || path);
  for (const { at, severity, code, message, fix } of problems) {
    io.stderr.write(`${at.path}${at.line === undefined ? "" : `:${at.line}:${at.column}`} ${severity} ${code}  ${message}\n`);
    if (fix !== undefined) io.stderr.write(`    ${fix}\n`);
  }
  if (config === undefined) throw new Failure(exitCode.usage, `${file} cannot be used`);
  return config;
}

/** A source that is not there when the server starts for the first time is a mistake of the configuration; one that vanishes later is a fault to survive. */
function requireRepository({ sources, server }: ServerConfig): void {
  if (hasArchives(server.dataDir)) return;
  for (const { name, path } of sources) {
    if (repositoryAt(name, path) === undefined) throw new Failure(exitCode.usage, `source ${name}: there is no git repository at ${path}`);
  }
}

function repositoryAt(name: string, path: string): LocalRepository | undefined {
  try {
    return findRepository(path);
  } catch (error) {
    throw new Failure(exitCode.usage, `source ${name}: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Starts the server; what cannot be used on this machine is one clear message and exit code 2. */
async function started(config: ServerConfig): Promise<RunningServer> {
  try {
    return await start(config, logger(config.log.level));
  } catch (error) {
    if (error instanceof CannotListen || error instanceof DataDirectoryInUse || error instanceof DataDirectoryError)
      throw new Failure(exitCode.usage, error.message);
    throw error;
  }
}
