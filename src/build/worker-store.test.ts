import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { sourceLimits } from "../git/limits.ts";
import { repository } from "../server/demo/repository.ts";
import { until } from "../server/demo/until.ts";
import { unpack } from "./packed.ts";
import type { FromWorker } from "./protocol.ts";
import { startTask } from "./worker-task.ts";

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const listener = (port: number) =>
  `apiVersion: getambassador.io/v3alpha1\nkind: Listener\nmetadata: {name: http}\nspec: {port: ${port}, protocol: HTTP, securityModel: INSECURE, hostBinding: {namespace: {from: ALL}}}\n`;

function setUp() {
  const made = repository();
  const dataDir = mkdtempSync(join(tmpdir(), "portolan-data-"));
  closers.push(
    () => made.remove(),
    () => rmSync(dataDir, { recursive: true, force: true }),
  );
  const source = {
    name: "main",
    path: made.path,
    branch: "main",
    worktree: false,
    intervalMs: 50,
    include: ["**/*.yaml"],
    exclude: [],
    limits: sourceLimits,
  };
  const settings = { dataDir, transport: "auto" as const, source, controlPaths: ["**"], keep: 100 };
  const start = async () => {
    const told: FromWorker[] = [];
    const task = await startTask(settings, (message) => told.push(message));
    let running = true;
    const stop = async () => {
      if (running) await task.stop();
      running = false;
    };
    closers.push(stop);
    const built = () => told.flatMap((message) => (message.kind === "built" ? [message.report] : []));
    const codes = () => told.flatMap((message) => (message.kind === "source" ? [message.report.problem?.code] : []));
    return { stop, built, codes };
  };
  const objectFile = (id: string) => join(dataDir, "objects.git/objects", id.slice(0, 2), id.slice(2));
  return { made, dataDir, start, objectFile };
}

test("objects that were deleted by hand while nothing ran are no obstacle to the same snapshot", async () => {
  const { made, dataDir, start, objectFile } = setUp();
  made.commit({ "a/l.yaml": listener(80) });
  const first = await start();
  await until("the first build", () => first.built().length === 1);
  await first.stop();
  for (const path of ["a/l.yaml", "a"]) rmSync(objectFile(made.git("rev-parse", `HEAD:${path}`)));
  rmSync(join(dataDir, "cache"), { recursive: true });
  const second = await start();
  await until("the second build", () => second.built().length === 1);
  const digests = [first, second].map((each) => each.built()[0]?.fleets.map(({ delta }) => unpack(delta).upserts));
  expect(digests[1]).toEqual(digests[0]);
});

test("a store that cannot be written is told as such, and what could not be copied is built when it can", async () => {
  const { made, dataDir, start } = setUp();
  made.commit({ "l.yaml": listener(80) });
  const { built, codes } = await start();
  await until("the first build", () => built().length === 1);
  const temporary = join(dataDir, "objects.git/tmp");
  rmSync(temporary, { recursive: true });
  writeFileSync(temporary, "in the way");
  const next = made.commit({ "l.yaml": listener(81) });
  await until("the problem", () => codes().includes("store/unwritable"));
  expect(built()).toHaveLength(1);
  rmSync(temporary);
  await until("the next build", () => built().at(-1)?.commit === next);
  await until("no problem", () => codes().at(-1) === undefined);
});
