import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Context, globals, writeData } from "../context.ts";
import { type Forge, forges, gitlabInclude } from "../init/ci.ts";
import { writeRepository } from "../init/repository.ts";
import { type HostPort, hostPort, wholeNumber } from "../value.ts";

interface InitOptions {
  readonly host: string;
  readonly upstream: HostPort;
  readonly port: number;
  readonly ci?: Forge | "none";
  readonly force?: boolean;
}

/** `init [DIR]`: a repository with one route that works. */
export function initCommand(program: Command, context: Context): void {
  program
    .command("init")
    .argument("[dir]", "where to write it", ".")
    .option("--host <pattern>", "host name of the route", hostPattern, "*")
    .addOption(
      new Option("--upstream <host:port>", "where requests go").argParser(hostPort).default(hostPort("127.0.0.1:8081"), "127.0.0.1:8081"),
    )
    .option("--port <port>", "port that the proxies listen on", wholeNumber(1, 65_535), 8080)
    .addOption(new Option("--ci <forge>", "a job that checks pull requests (default: by the URL of origin)").choices([...forges, "none"]))
    .option("--force", "overwrite files that exist")
    .action(async (dir: string, options: InitOptions, command: Command) => {
      const { output } = globals(command, context);
      const { io } = context;
      const written = await writeRepository(resolve(io.cwd, dir), { ...options, force: options.force === true });
      if (output === "text") io.stdout.write(written.files.map((file) => `${file}\n`).join(""));
      else writeData(io, output, { format_version: "1", command: "init", branch: written.branch, files: written.files });
      if (written.needsInclude) io.stderr.write(`\n.gitlab-ci.yml exists; add to it:\n${gitlabInclude}`);
      io.stderr.write(next(dir));
    });
}

function next(dir: string): string {
  const enter = dir === "." ? [] : [`cd ${/^[\w./-]+$/.test(dir) ? dir : `'${dir.replaceAll("'", "'\\''")}'`}`];
  const commands = [
    ...enter,
    "portolan validate",
    "portolan test",
    "git add . && git commit -m 'Add the first route'",
    "portolan serve",
    "portolan bootstrap --node-id edge-1 > .portolan/envoy.yaml && envoy -c .portolan/envoy.yaml",
    "portolan status",
  ];
  return `\nNext:\n${commands.map((line) => `  ${line}\n`).join("")}`;
}

function hostPattern(text: string): string {
  if (!/^(?:\*|(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/i.test(text))
    throw new InvalidArgumentError('Expected a host name, "*.example.com", or "*".');
  return text;
}
