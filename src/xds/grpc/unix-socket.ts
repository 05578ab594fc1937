import { chmod, lstat, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";

/** Listens at a Unix socket, for its user and group. A socket that nobody serves any more is replaced; rejects if it is served, or if the path is anything else. */
export async function listenAt(server: Server, path: string): Promise<void> {
  await removeDead(path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path }, () => {
      server.off("error", reject);
      resolve();
    });
  });
  await chmod(path, 0o660);
}

/** Removes the socket that a process left behind which was killed. */
async function removeDead(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new Error(`${path} exists and is not a socket`);
  if (await answers(path)) throw new Error(`another process serves ${path}`);
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once("connect", () => end(true));
    // Whatever else is wrong, the file may be somebody's.
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code !== "ECONNREFUSED" && error.code !== "ENOENT"));
  });
}
