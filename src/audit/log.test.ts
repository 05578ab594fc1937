import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AuditLog, type AuditLogOptions } from "./log.ts";
import { type AuditEntry, system } from "./record.ts";

let folder: string;
let path: string;
let logs: AuditLog[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portolan-audit-"));
  path = join(folder, "audit", "eu1.jsonl");
  logs = [];
});
afterEach(async () => {
  for (const log of logs) await log.close();
  rmSync(folder, { recursive: true });
});

function opened(more: Partial<AuditLogOptions> = {}): AuditLog {
  const log = new AuditLog(path, { instance: "eu1", now: () => 0, ...more });
  logs.push(log);
  return log;
}

const entry = (reason: string): AuditEntry => ({ type: "fleet.held", actor: system, fleet: "edge", outcome: "ok", reason });
const lines = () =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
const told = () => lines().map(({ seq, type, reason }) => `${seq} ${type} ${reason}`);

test("records are lines of JSON that only the owner of the server reads", async () => {
  const log = opened();
  log.add({ ...entry("INC-77"), commit: "c1" });
  await log.flush();
  expect(lines()).toEqual([
    {
      v: 1,
      instance: "eu1",
      seq: 1,
      time: "1970-01-01T00:00:00.000Z",
      type: "fleet.held",
      actor: { kind: "system", name: "portolan" },
      fleet: "edge",
      outcome: "ok",
      reason: "INC-77",
      commit: "c1",
    },
  ]);
  expect(statSync(path).mode & 0o077).toBe(0);
  expect(log.recent()).toEqual(lines());
});

test("are written within a tenth of a second, without being asked", async () => {
  const log = opened();
  const began = performance.now();
  log.add(entry("a"));
  while (log.recent().length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(performance.now() - began).toBeLessThan(1000);
  expect(told()).toEqual(["1 fleet.held a"]);
});

test("go on after a restart, also for readers", async () => {
  const first = opened();
  for (const reason of ["a", "b"]) first.add(entry(reason));
  await first.close();
  const log = opened();
  log.add(entry("c"));
  await log.flush();
  expect(told()).toEqual(["1 fleet.held a", "2 fleet.held b", "3 fleet.held c"]);
  expect(log.recent().map(({ seq }) => seq)).toEqual([1, 2, 3]);
});

test.each(['{"v":1,"seq":2', "x", "\u0000\u0000"])("a last line that was cut (%j) is dropped, and that is recorded", async (rest) => {
  const first = opened();
  first.add(entry("a"));
  await first.close();
  appendFileSync(path, rest);
  const log = opened();
  log.add(entry("b"));
  await log.flush();
  expect(told()).toEqual(["1 fleet.held a", `2 log.truncated the last line was cut: ${rest.length} bytes are dropped`, "3 fleet.held b"]);
});

test("a whole line that is no record is passed over", async () => {
  mkdirSync(join(folder, "audit"));
  writeFileSync(path, '{"v":1,"seq":7}\nnot a record\n');
  const log = opened();
  log.add(entry("a"));
  await log.flush();
  expect(log.recent().map(({ seq }) => seq)).toEqual([7, 8]);
});

test("what cannot be written waits, and is told", async () => {
  let changes = 0;
  writeFileSync(join(folder, "audit"), "in the way");
  const log = opened({ changed: () => changes++ });
  log.add(entry("a"));
  await log.flush();
  expect(log.trouble).toContain(`the audit log ${path} cannot be written`);
  log.add(entry("b"));
  await log.flush();
  rmSync(join(folder, "audit"));
  await log.flush();
  expect([log.trouble, changes, told()]).toEqual([undefined, 2, ["1 fleet.held a", "2 fleet.held b"]]);
});

test("of too many that wait the oldest are lost, and how many is recorded", async () => {
  writeFileSync(join(folder, "audit"), "in the way");
  const log = opened();
  for (let i = 0; i < 10_002; i++) log.add(entry(String(i)));
  await log.flush();
  rmSync(join(folder, "audit"));
  await log.flush();
  expect(told().slice(0, 2)).toEqual(["1 log.truncated 2 records are lost because the log could not be written", "2 fleet.held 2"]);
  expect(log.recent()).toHaveLength(1000);
});

test("what is added while others are written is written too", async () => {
  const log = opened();
  log.add(entry("a"));
  const writing = log.flush();
  log.add(entry("b"));
  await writing;
  await log.flush();
  expect(told()).toEqual(["1 fleet.held a", "2 fleet.held b"]);
});

test("no secret is in a reason", async () => {
  const log = opened({ redact: (text) => text.replaceAll("hunter2", "[secret]") });
  log.add(entry("the password is hunter2"));
  await log.flush();
  expect(readFileSync(path, "utf8")).not.toContain("hunter2");
});
