import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";
import { type ConfigReading, readConfig } from "./read.ts";

/** Reads a configuration file; a path that is not absolute starts at `cwd`. Throws a {@link Failure} if the file cannot be read. */
export function readConfigFile(path: string, cwd: string): ConfigReading & { readonly text: string } {
  const absolute = resolve(cwd, path);
  const text = readText(absolute, path);
  return { ...readConfig(text, absolute, path), text };
}

/** The URL of the API that `portolan.yaml` in a directory describes; `undefined` without a usable one. */
export function configuredServerUrl(cwd: string): string | undefined {
  const path = resolve(cwd, "portolan.yaml");
  const api = existsSync(path) ? readConfigFile(path, cwd).config?.listen.api : undefined;
  if (api === undefined) return undefined;
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[api.host] ?? api.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${api.port}`;
}

function readText(absolute: string, path: string): string {
  try {
    return readFileSync(absolute, "utf8");
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (error as Error).message;
    throw new Failure(exitCode.usage, `cannot read ${path}: ${why}`);
  }
}
