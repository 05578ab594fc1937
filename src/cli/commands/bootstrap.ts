import { hostname } from "node:os";
import { type Command, Option } from "commander";
import { yamlText } from "../../build/yaml-text.ts";
import { bootstrap } from "../../envoy/bootstrap.ts";
import { channelFiles, sdsFile } from "../../envoy/channel-tls.ts";
import type { JsonObject } from "../../model/json.ts";
import { composeFile, kubernetesObjects, systemdUnit } from "../bootstrap/environment.ts";
import { type Context, globals, type OutputFormat, writeData } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { fleetOf } from "../fleet-of.ts";
import { withInput } from "../input.ts";
import { type HostPort, hostPort, port } from "../value.ts";

interface BootstrapFlags {
  readonly fleet: string;
  readonly nodeId?: string;
  readonly server: readonly HostPort[];
  readonly sotw?: boolean;
  readonly adminPort: number;
  readonly certDir?: string;
  readonly documents?: string;
  readonly sds?: "node" | "ca";
  readonly format: (typeof formats)[number];
}

const formats = ["file", "systemd", "docker", "kubernetes"] as const;

/** `bootstrap`: what an Envoy is started with so that it gets everything else from Portolan. */
export function bootstrapCommand(program: Command, context: Context): void {
  program
    .command("bootstrap")
    .option("--fleet <name>", "the cluster that the node says it belongs to, by which a Fleet may choose it", "default")
    .option("--node-id <id>", "id of the node (default: the name of this machine)")
    .option("--server <host:port>", "xDS address of a control plane; may be repeated", servers, [])
    .option("--sotw", "the state-of-the-world protocol instead of delta")
    .option("--admin-port <port>", "port of Envoy's admin interface on loopback", port, 9901)
    .option("--cert-dir <dir>", "mutual TLS with the certificates in this directory on the machine of the Envoy")
    .option("--documents <path>", "a directory or a file with the documents of the fleet, whose Module may say flags of the runtime")
    .addOption(new Option("--sds <file>", "show a file that the bootstrap of --cert-dir reads, instead of it").choices(["node", "ca"]))
    .addOption(new Option("--format <format>", "what the bootstrap is wrapped for").choices(formats).default("file"))
    .action(async (flags: BootstrapFlags, command: Command) => {
      const { output } = globals(command, context, "yaml");
      if (flags.format === "kubernetes") refuseForPods(flags);
      refuseCertificates(flags);
      const nodeId = flags.nodeId ?? hostname();
      const tls = flags.certDir === undefined ? undefined : channelFiles(flags.certDir, nodeId);
      if (flags.sds !== undefined && tls !== undefined) {
        writeData(context.io, output === "json" ? "json" : "yaml", sdsFile(flags.sds, tls));
        return;
      }
      const message = bootstrap({
        nodeId,
        ...(tls === undefined ? {} : { tls }),
        cluster: flags.fleet,
        servers: flags.server.length === 0 ? [{ host: "127.0.0.1", port: 18000 }] : flags.server,
        mode: flags.sotw === true ? "sotw" : "delta",
        adminPort: flags.adminPort,
        ...(flags.documents === undefined ? {} : { runtime: await runtimeOf(flags.documents, flags.fleet, context) }),
      });
      write(message, flags, output, context);
    });
}

/** What the documents of the fleet say that only a bootstrap can set; of a single fleet, whatever it is called. */
function runtimeOf(path: string, fleet: string, context: Context): Promise<Readonly<Record<string, number>>> {
  return withInput({ paths: [path] }, context, async (built) => fleetOf(built, built.fleets.length === 1 ? undefined : fleet).runtime());
}

function write(message: JsonObject, { format, fleet }: BootstrapFlags, output: OutputFormat, { io }: Context): void {
  const json = output === "json";
  if (format === "systemd") {
    if (json) throw new Failure(exitCode.usage, "--format systemd is a unit file, which is not JSON");
    io.stdout.write(systemdUnit(message));
  } else if (format === "kubernetes") {
    const items = kubernetesObjects(message, fleet);
    if (json) writeData(io, "json", { apiVersion: "v1", kind: "List", items });
    else io.stdout.write(items.map(yamlText).join("---\n"));
  } else {
    writeData(io, json ? "json" : "yaml", format === "docker" ? composeFile(message) : message);
  }
}

/** Containers do not see the directories of their machine. */
function refuseCertificates({ certDir, sds, format }: BootstrapFlags): void {
  if (sds !== undefined && certDir === undefined) throw new Failure(exitCode.usage, "--sds needs --cert-dir");
  if (certDir !== undefined && (format === "docker" || format === "kubernetes"))
    throw new Failure(exitCode.usage, `--cert-dir: not with --format ${format}; mount the certificates, and write the bootstrap as a file`);
}

/** A pod has a name and a loopback of its own. */
function refuseForPods({ nodeId, server }: BootstrapFlags): void {
  if (nodeId !== undefined) throw new Failure(exitCode.usage, "--node-id: with --format kubernetes each node is called as its pod");
  if (server.length === 0)
    throw new Failure(exitCode.usage, "--format kubernetes needs --server: a pod does not reach the loopback of the server");
}

function servers(text: string, before: readonly HostPort[]): readonly HostPort[] {
  return [...before, hostPort(text)];
}
