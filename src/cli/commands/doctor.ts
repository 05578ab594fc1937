import type { Command } from "commander";
import { Client, serverUrl, serverUrlOption, tokenOption } from "../client.ts";
import { configuredServerUrl } from "../config/file.ts";
import { type Context, globals, verdict, writeData } from "../context.ts";
import { readEnvoy } from "../doctor/admin.ts";
import type { Check } from "../doctor/check.ts";
import { envoyChecks } from "../doctor/envoy-checks.ts";
import { serverCheck } from "../doctor/server-check.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { plain } from "../words.ts";

interface DoctorOptions {
  readonly envoy: string;
  readonly serverUrl?: string;
  readonly token?: string;
}

const colors = { ok: "green", warn: "yellow", fail: "red" } as const;

/** `doctor --envoy URL`: what is wrong with one Envoy. */
export function doctorCommand(program: Command, context: Context): void {
  program
    .command("doctor")
    .requiredOption("--envoy <url>", "admin interface of an Envoy, such as http://127.0.0.1:9901")
    .addOption(serverUrlOption())
    .addOption(tokenOption())
    .action(async (options: DoctorOptions, command: Command) => {
      const { output, paint } = globals(command, context);
      const checks = await checksOf(options, context);
      const isOk = checks.every(({ result }) => result !== "fail");
      if (output !== "text") writeData(context.io, output, { format_version: "1", command: "doctor", ok: isOk, checks });
      else
        for (const { result, check, finding, advice } of checks)
          context.io.stdout.write(
            `${paint(colors[result], result.padEnd(4))} ${check}: ${plain(finding)}${advice === undefined ? "" : `; ${plain(advice)}`}\n`,
          );
      context.finish(verdict(isOk));
    });
}

async function checksOf({ envoy, serverUrl: url, token }: DoctorOptions, { io }: Context): Promise<Check[]> {
  if (!/^https?:$/.test(URL.parse(envoy)?.protocol ?? ""))
    throw new Failure(exitCode.usage, `--envoy ${envoy}: expected an http or https URL`);
  const signal = io.interrupt();
  const state = await readEnvoy(envoy, signal);
  const checks = envoyChecks(state);
  // A server is asked only if somebody has named one.
  if (url === undefined && configuredServerUrl(io.cwd) === undefined) return checks;
  return [...checks, await serverCheck(state.node.id, new Client(serverUrl(url, io), signal, token))];
}
