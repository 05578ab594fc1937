import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { envoyBinary } from "../../src/server/demo/envoy-binary.ts";
import { freePort } from "../../src/server/demo/free-port.ts";
import { until } from "../../src/server/demo/until.ts";
import { root } from "../architecture/source-files.ts";
import { played } from "./page.ts";
import { type Shell, shell } from "./shell.ts";
import { Stable, withPorts } from "./stable.ts";

/** The ports that the pages name. */
const named = { envoy: "8080", hello: "8081", cart: "8082", admin: "9901", xds: "18000", api: "18080", grpc: "18081" };

/** Plays a page of the guide in an empty directory, with the real `portolan`, git, curl, Python and Envoy, and gives it with what they printed. */
export async function play(page: string): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "portolan-guide-"));
  const ports = new Map<string, string>();
  for (const port of Object.values(named)) ports.set(port, String(await freePort()));
  const stable = new Stable(ports);
  const bash = shell(makeDirectory(home, "work"), environment(home, ports));
  try {
    return await played(page, {
      async write(path, text) {
        const file = join(await directory(bash), path);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, withPorts(text, ports));
      },
      async run(command) {
        const { output, code } = await bash.run(withPorts(command, ports));
        if (command.startsWith("portolan init")) await ownPorts(bash, command, ports);
        if (command.endsWith("&")) await ready(command, ports);
        const head = await bash.run("git rev-parse --quiet --verify HEAD");
        if (head.code === 0) stable.commit(head.output.trim());
        return stable.text(command, `${output}${code === 0 ? "" : `exit code ${code}`}`);
      },
    });
  } finally {
    await bash.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function makeDirectory(...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(path);
  return path;
}

/** What the shell knows: the commands, whose ports are of their own, and whoever commits. */
function environment(home: string, ports: ReadonlyMap<string, string>): Record<string, string> {
  const bin = makeDirectory(home, "bin");
  // Several Envoys on one machine need ids of their own, and say more than a page has room for.
  writeFileSync(join(bin, "envoy"), `#!/bin/sh\nexec "${envoyBinary()}" "$@" --use-dynamic-base-id --concurrency 1 -l warning\n`);
  chmodSync(join(bin, "envoy"), 0o755);
  const gitConfig = join(home, "gitconfig");
  writeFileSync(gitConfig, "[user]\nname = Dev\nemail = dev@example.com\n[init]\ndefaultBranch = main\n");
  const at = (name: keyof typeof named) => ports.get(named[name]) ?? "";
  return {
    PATH: [bin, join(root, "bin"), process.env.PATH ?? ""].join(delimiter),
    HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: gitConfig,
    PORTOLAN_PORT: at("envoy"),
    PORTOLAN_UPSTREAM: `127.0.0.1:${at("hello")}`,
    PORTOLAN_SERVER: `127.0.0.1:${at("xds")}`,
    PORTOLAN_ADMIN_PORT: at("admin"),
  };
}

async function directory(bash: Shell): Promise<string> {
  return (await bash.run("pwd")).output.trim();
}

/** Gives the control plane that `init` has written ports of its own. */
async function ownPorts(bash: Shell, command: string, ports: ReadonlyMap<string, string>): Promise<void> {
  const file = join(await directory(bash), command.split(" ")[2] ?? ".", "portolan.yaml");
  writeFileSync(file, withPorts(readFileSync(file, "utf8"), ports));
}

/** Waits until what a command has started behind `&` answers: a person is slower than that. */
async function ready(command: string, ports: ReadonlyMap<string, string>): Promise<void> {
  const url = (name: keyof typeof named, path = "/") => `http://127.0.0.1:${ports.get(named[name])}${path}`;
  const answers = (of: string) => until(of, async () => (await fetch(of)).status < 500);
  if (command.startsWith("portolan serve")) await answers(url("api", "/readyz"));
  else if (command.startsWith("envoy")) await answers(url("envoy"));
  else await answers(withPorts(`http://127.0.0.1:${/\d{4,5}/.exec(command)?.[0]}/`, ports));
}
