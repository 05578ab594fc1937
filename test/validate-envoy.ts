import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../src/model/json.ts";
import { envoyBinary } from "./envoy-binary.ts";

/** What an Envoy said of a configuration. */
export interface Validation {
  readonly ok: boolean;
  /** Everything it wrote. */
  readonly output: string;
}

/** Has a real Envoy check a bootstrap, without starting anything that it names (`--mode validate`). */
export async function validateBootstrap(bootstrap: JsonObject): Promise<Validation> {
  const directory = await mkdtemp(join(tmpdir(), "portolan-validate-"));
  try {
    const file = join(directory, "bootstrap.json");
    await writeFile(file, JSON.stringify(bootstrap));
    return await run(["--mode", "validate", "-l", "error", "-c", file]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): Promise<Validation> {
  return new Promise((resolve, reject) => {
    execFile(envoyBinary(), args, { timeout: 20_000 }, (error, stdout, stderr) => {
      // An exit code is a verdict; anything else means that there was none.
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ ok: error === null, output: stdout + stderr });
    });
  });
}
