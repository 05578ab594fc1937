import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import type { ValidationJson } from "../api/shapes.ts";
import type { Level } from "../build/difference.ts";
import { filesOnDisk } from "../git/files-on-disk.ts";
import { Client, serverUrl } from "./client.ts";
import type { Context } from "./context.ts";
import { repositoryRoot } from "./repository-path.ts";

/** What a server says of files, and where they stand. */
export interface ServerAnswer extends ValidationJson {
  /** The directory that paths start at. */
  readonly root: string;
  text(path: string): string | undefined;
}

/** Which server is asked, and by whom. */
export interface ServerOptions {
  readonly serverUrl?: string;
  readonly token?: string;
}

/** `--against-server`, of commands about files. */
export function againstServerOption(): Option {
  return new Option("--against-server", "ask the server what these files would do in the place of those that it serves");
}

/** Sends the files of the repository that a directory is in, and changes nothing. Throws a {@link Failure} if the server cannot be asked. */
export async function askServer(
  directory: string,
  { serverUrl: url, token }: ServerOptions,
  level: Level,
  { io }: Context,
): Promise<ServerAnswer> {
  const root = repositoryRoot(directory) ?? directory;
  const client = new Client(serverUrl(url, io), io.interrupt(), token);
  const files = [...filesOnDisk(root)].flatMap(([path, file]) => {
    if (!isRead(path) || (typeof file === "object" && "mode" in file)) return [];
    return [{ path, content: Buffer.from(file).toString("base64") }];
  });
  const answer = await client.post<ValidationJson>("/validate", { files, level });
  return { ...answer, root, text: (path) => textOf(join(root, path)) };
}

/** Files that a server may select; others would only cost time on the wire. */
function isRead(path: string): boolean {
  return /\.(?:ya?ml|json)$|(?:^|\/)\.portolanignore$/.test(path);
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
