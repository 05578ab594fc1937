import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { JsonValue } from "../../model/json.ts";
import type { Context } from "../context.ts";
import { exitCode } from "../exit-code.ts";
import { Failure } from "../failure.ts";

/**
 * Reads a configuration dump: a file, `-` for standard input, or a URL of an admin interface, which is asked for `/config_dump` with endpoints unless it
 * says more. Throws a {@link Failure} for what cannot be read.
 */
export async function readConfigDump(from: string, { io }: Context): Promise<JsonValue> {
  const text = /^https?:\/\//.test(from)
    ? await fetched(from, io.interrupt())
    : from === "-"
      ? await io.stdin()
      : file(resolve(io.cwd, from), from);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(exitCode.usage, `${from} is not JSON: ${(error as Error).message}`);
  }
}

async function fetched(from: string, signal: AbortSignal): Promise<string> {
  const url = URL.parse(from);
  if (url === null) throw new Failure(exitCode.usage, `--config-dump ${from}: expected a file or a URL`);
  if (url.pathname === "/") url.pathname = "/config_dump";
  if (url.search === "") url.search = "?include_eds";
  try {
    const answer = await fetch(url, { signal });
    if (!answer.ok) throw new Failure(exitCode.unreachable, `${url} answers ${answer.status}`);
    return await answer.text();
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (signal.aborted) throw new Failure(exitCode.interrupted, "interrupted");
    const cause = (error as Error).cause;
    throw new Failure(exitCode.unreachable, `cannot reach ${url}: ${cause instanceof Error ? cause.message : (error as Error).message}`);
  }
}

function file(path: string, from: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(exitCode.usage, `cannot read ${from}: ${code === "ENOENT" ? "there is no such file" : message}`);
  }
}
