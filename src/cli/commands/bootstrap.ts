import { hostname } from "node:os";
import { type Command, Option } from "commander";
import { bootstrap } from "../../envoy/bootstrap.ts";
import { type Context, globals, writeData } from "../context.ts";
import { type HostPort, hostPort, port } from "../value.ts";

interface BootstrapFlags {
  readonly fleet: string;
  readonly nodeId?: string;
  readonly server: readonly HostPort[];
  readonly sotw?: boolean;
  readonly adminPort: number;
}

/** `bootstrap`: what an Envoy is started with so that it gets everything else from Portolan. */
export function bootstrapCommand(program: Command, context: Context): void {
  program
    .command("bootstrap")
    .description("show the bootstrap of an Envoy that gets its configuration from Portolan")
    .option("--fleet <name>", "the cluster that the node says it belongs to, by which a Fleet may choose it", "default")
    .option("--node-id <id>", "id of the node (default: the name of this machine)")
    .option("--server <host:port>", "xDS address of a control plane; may be repeated", servers, [])
    .option("--sotw", "the state-of-the-world protocol instead of delta")
    .option("--admin-port <port>", "port of Envoy's admin interface on loopback", port, 9901)
    .addOption(new Option("--format <format>", "what the bootstrap is wrapped for").choices(["file"]).default("file"))
    .action((flags: BootstrapFlags, command: Command) => {
      const { output } = globals(command, context, "yaml");
      const message = bootstrap({
        nodeId: flags.nodeId ?? hostname(),
        cluster: flags.fleet,
        servers: flags.server.length === 0 ? [{ host: "127.0.0.1", port: 18000 }] : flags.server,
        mode: flags.sotw === true ? "sotw" : "delta",
        adminPort: flags.adminPort,
      });
      writeData(context.io, output === "json" ? "json" : "yaml", message);
    });
}

function servers(text: string, before: readonly HostPort[]): readonly HostPort[] {
  return [...before, hostPort(text)];
}
