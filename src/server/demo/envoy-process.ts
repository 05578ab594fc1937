import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap } from "../../envoy/bootstrap.ts";
import type { ChannelFiles } from "../../envoy/channel-tls.ts";
import type { JsonObject } from "../../model/json.ts";
import { envoyBinary } from "./envoy-binary.ts";
import { until } from "./until.ts";

/** A running Envoy. */
export interface EnvoyProcess {
  readonly id: string;
  /** `http://127.0.0.1:<port>` of its admin interface. */
  readonly admin: string;
  readonly pid: number;
  /** The value of a counter or gauge, 0 if it does not exist. */
  stat(name: string): Promise<number>;
  stop(): Promise<void>;
  log(): string;
}

/** Starts an Envoy that asks the control plane at this port of 127.0.0.1. */
export async function envoyProcess(options: {
  id: string;
  cluster?: string;
  xdsPort: number;
  mode: "delta" | "sotw";
  binary?: string;
  tls?: ChannelFiles;
}): Promise<EnvoyProcess> {
  const config = bootstrap({
    nodeId: options.id,
    cluster: options.cluster ?? "test",
    servers: [{ host: "127.0.0.1", port: options.xdsPort }],
    mode: options.mode,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    adminPort: 0,
  });
  return startEnvoy(options.id, config, options);
}

/** Starts an Envoy with this configuration, whose admin interface is on any port. Rejects with what Envoy wrote if it does not take it. */
export async function startEnvoy(
  id: string,
  config: JsonObject,
  { binary, flags = [] }: { readonly binary?: string; readonly flags?: readonly string[] } = {},
): Promise<EnvoyProcess> {
  const directory = mkdtempSync(join(tmpdir(), "portolan-envoy-"));
  writeFileSync(join(directory, "bootstrap.json"), JSON.stringify(config));
  const adminFile = join(directory, "admin");
  const child = spawn(
    binary ?? envoyBinary(),
    [
      "-c",
      join(directory, "bootstrap.json"),
      "--use-dynamic-base-id",
      "--concurrency",
      "1",
      "--admin-address-path",
      adminFile,
      "-l",
      "warning",
      ...flags,
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-200_000);
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await gone;
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const address = await until("Envoy's admin address", () => {
      if (child.exitCode !== null) throw new Error(`Envoy exited: ${log}`);
      return readFileSync(adminFile, "utf8") || undefined;
    });
    const admin = `http://${address}`;
    return {
      id,
      admin,
      pid: child.pid ?? 0,
      log: () => log,
      stop,
      async stat(name) {
        const text = await (await fetch(`${admin}/stats?filter=^${name.replaceAll(".", "\\.")}$`)).text();
        return Number(/: (\d+)/.exec(text)?.[1] ?? 0);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
