import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listenAt } from "./unix-socket.ts";

let directory: string;
let path: string;
let servers: Server[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "portolan-unix-"));
  path = join(directory, "xds.sock");
  servers = [];
});
afterEach(async () => {
  for (const server of servers) if (server.listening) await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

function server(): Server {
  const made = createServer();
  servers.push(made);
  return made;
}

test("the socket is for its user and group, and goes with the server", async () => {
  const one = server();
  await listenAt(one, path);
  expect(statSync(path).mode & 0o777).toBe(0o660);
  await new Promise((resolve) => one.close(resolve));
  expect(existsSync(path)).toBe(false);
});

test("a socket that a killed process left behind is replaced", async () => {
  spawnSync(process.execPath, [
    "-e",
    `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`,
  ]);
  expect(statSync(path).isSocket()).toBe(true);
  const one = server();
  await listenAt(one, path);
  expect(one.listening).toBe(true);
});

test("a socket that is served is left alone", async () => {
  const one = server();
  await listenAt(one, path);
  await expect(listenAt(server(), path)).rejects.toThrow("another process serves");
  expect(one.listening).toBe(true);
});

test("a file that is no socket is left alone", async () => {
  writeFileSync(path, "mine");
  await expect(listenAt(server(), path)).rejects.toThrow("is not a socket");
  expect(statSync(path).size).toBe(4);
});
