import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../../model/json.ts";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

const bin = fileURLToPath(new URL("../../../bin/portolan", import.meta.url));

/** A control plane in a process of its own, on a data directory that outlives restarts. */
export interface ServerProcess {
  readonly xdsPort: number;
  /** `http://127.0.0.1:<port>` of the HTTP API. */
  readonly api: string;
  readonly grpcPort: number;
  readonly dataDir: string;
  readonly configFile: string;
  readonly pid: number;
  /** Everything it has logged. */
  log(): string;
  get<T>(path: string): Promise<T>;
  /** Runs a `portolan` command against this server. */
  run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same ports and data directory. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `portolan serve` on a repository and waits until it is ready. `more` is added to its configuration, `server` to the part of that name. */
export async function serverProcess(repositoryPath: string, more: JsonObject = {}, server: JsonObject = {}): Promise<ServerProcess> {
  const directory = mkdtempSync(join(tmpdir(), "portolan-server-"));
  const [xdsPort, apiPort, grpcPort] = [await freePort(), await freePort(), await freePort()];
  const configFile = join(directory, "portolan.yaml");
  const dataDir = join(directory, "data");
  writeFileSync(
    configFile,
    JSON.stringify({
      apiVersion: "portolan.dev/v1alpha1",
      kind: "Server",
      server: { instance: "test", dataDir, ...server },
      listen: {
        xds: { address: `127.0.0.1:${xdsPort}`, drainTime: "0s" },
        api: { address: `127.0.0.1:${apiPort}` },
        grpc: { address: `127.0.0.1:${grpcPort}` },
      },
      sources: [{ name: "main", path: repositoryPath, branch: "main" }],
      ...more,
    }),
  );
  const api = `http://127.0.0.1:${apiPort}`;
  let log = "";
  let child = launch();

  function launch() {
    const started = spawn(bin, ["serve", "--config", configFile], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log += text;
      });
    }
    return started;
  }
  const gone = () => child.exitCode !== null || child.signalCode !== null;
  const kill = async (signal: NodeJS.Signals = "SIGKILL") => {
    if (gone()) return;
    const exited = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await exited;
  };
  const ready = () =>
    until("the control plane to be ready", async () => {
      if (gone()) throw new Error(`it has exited: ${log}`);
      return (await fetch(`${api}/readyz`)).ok;
    });
  try {
    await ready();
  } catch (error) {
    await kill();
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    xdsPort,
    api,
    grpcPort,
    dataDir,
    configFile,
    get pid() {
      return child.pid ?? 0;
    },
    log: () => log,
    async get<T>(path: string) {
      return (await (await fetch(`${api}${path}`)).json()) as T;
    },
    run: (...args) => portolan([...args, "--server-url", api]),
    kill,
    async restart() {
      await kill();
      child = launch();
      await ready();
    },
    async stop() {
      await kill("SIGTERM");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Runs `portolan` with these arguments. */
export function portolan(args: readonly string[], cwd?: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(bin, args, { stdio: ["ignore", "pipe", "pipe"], ...(cwd === undefined ? {} : { cwd }) });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}
