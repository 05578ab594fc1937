import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { built, clusters, commitId, openArchivist } from "../../test/support/archives.ts";
import { pack } from "../build/packed.ts";
import type { BuildWorker } from "../build/worker-client.ts";
import { ArchiveFolder } from "../snapshot/archive-folder.ts";
import { difference } from "../snapshot/delta.ts";
import { HistoryFile } from "../snapshot/history-file.ts";
import { recover } from "./recover.ts";
import { restore } from "./restore.ts";

let dataDir: string;
let folder: ArchiveFolder;
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "portolan-restore-"));
  folder = new ArchiveFolder(dataDir);
});
afterEach(() => rmSync(dataDir, { recursive: true }));

/** Keeps commits 1 to n of two fleets. */
async function filled(n: number): Promise<void> {
  const archivist = await openArchivist(folder);
  for (let step = 1; step <= n; step++) await archivist.keep(built(clusters(step, "a"), clusters(step, "b")));
}

const path = (step: number, fleet: string) => folder.pathOf({ commit: commitId(step), fleet, languageRevision: "r1" });

/** A worker that can make these commits again, and no others. */
function worker(...steps: number[]): { ask: BuildWorker["ask"]; asked: string[] } {
  const asked: string[] = [];
  const ask = async (question: { fleet: string; commit: string; manifest?: unknown }) => {
    asked.push(question.commit);
    const step = steps.find((one) => commitId(one) === question.commit);
    if (step === undefined) throw new Error("commit is missing");
    return { delta: pack(difference(undefined, clusters(step, question.fleet))), manifest: question.manifest };
  };
  return { ask: ask as BuildWorker["ask"], asked };
}

test("an empty data directory has nothing to serve", async () => {
  expect(await restore(folder, new HistoryFile(dataDir))).toMatchObject({
    served: [],
    lost: [],
    manifests: [],
    documents: [],
    problems: [],
  });
});

test("each fleet gets the newest it had, byte for byte, and knows its nodes", async () => {
  await filled(3);
  const { served, lost, manifests, documents, problems } = await restore(folder, new HistoryFile(dataDir));
  expect(served.map(({ snapshot }) => [snapshot.fleet, snapshot.commit, snapshot.digest])).toEqual([
    ["a", commitId(3), clusters(3, "a").digest],
    ["b", commitId(3), clusters(3, "b").digest],
  ]);
  expect(manifests.map(({ sequence }) => sequence)).toEqual([6, 5, 4, 3, 2, 1]);
  expect(documents.map(({ name }) => name)).toEqual(["a", "b"]);
  expect({ lost, problems }).toEqual({ lost: [], problems: [] });
});

test("a fleet that is no more is not served again", async () => {
  const archivist = await openArchivist(folder);
  await archivist.keep(built(clusters(1, "a"), clusters(1, "b")));
  await archivist.keep(built(clusters(2, "a")));
  expect((await restore(folder, new HistoryFile(dataDir))).served.map(({ manifest }) => manifest.fleet)).toEqual(["a"]);
});

test("a crash between two archives of one commit leaves both fleets served", async () => {
  await filled(2);
  rmSync(path(2, "b"));
  const { served } = await restore(folder, new HistoryFile(dataDir));
  expect(served.map(({ snapshot }) => [snapshot.fleet, snapshot.commit])).toEqual([
    ["a", commitId(2)],
    ["b", commitId(1)],
  ]);
});

/** How the newest archive of fleet b is damaged. */
const damages: Record<string, (file: string) => void> = {
  "a bit of its body is another one": (file) => {
    const bytes = readFileSync(file);
    bytes[bytes.length - 40] = (bytes.at(-40) ?? 0) ^ 1;
    writeFileSync(file, bytes);
  },
  "a bit of its header is another one": (file) => {
    const bytes = readFileSync(file);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    writeFileSync(file, bytes);
  },
  "it is cut off": (file) => writeFileSync(file, readFileSync(file).subarray(0, 30)),
  "it is empty": (file) => writeFileSync(file, ""),
};

test.each(Object.entries(damages))("an archive is made again when %s", async (_, damage) => {
  await filled(3);
  damage(path(3, "b"));
  const { served, lost, manifests, problems } = await restore(folder, new HistoryFile(dataDir));
  expect(served.map(({ manifest }) => manifest.fleet)).toEqual(["a"]);
  expect(manifests.map(({ fleet, commit }) => `${fleet} ${commit}`)).not.toContain(`b ${commitId(3)}`);
  expect(problems).toMatchObject([{ code: "store/corrupt", message: expect.stringContaining(path(3, "b")) }]);
  const [only] = lost;
  if (only === undefined) return expect.unreachable();
  expect(lost).toMatchObject([{ fleet: "b", commit: commitId(3) }]);
  const recovered = await recover(only, folder, worker(3));
  expect(recovered?.publication.snapshot.digest).toBe(clusters(3, "b").digest);
  expect(recovered?.degraded).toBeUndefined();
});

test("what cannot be made again is replaced by the newest older one that is intact, and said to be", async () => {
  await filled(4);
  for (const step of [4, 3]) damages["a bit of its body is another one"]?.(path(step, "b"));
  const [lost] = (await restore(folder, new HistoryFile(dataDir))).lost;
  if (lost === undefined) return expect.unreachable();
  const recovered = await recover(lost, folder, worker());
  expect(recovered?.publication.snapshot.commit).toBe(commitId(2));
  expect(recovered?.degraded).toMatchObject({
    code: "snapshot/degraded",
    effect: "held-back",
    message: expect.stringContaining("000200020002"),
  });
});

test("with nothing intact there is nothing to serve", async () => {
  await filled(1);
  damages["it is cut off"]?.(path(1, "b"));
  const [lost] = (await restore(folder, new HistoryFile(dataDir))).lost;
  expect(lost && (await recover(lost, folder, worker()))).toBeUndefined();
});

test("a file that cannot be read is set aside; a newer format is named", async () => {
  await filled(2);
  const bytes = readFileSync(path(2, "b"));
  bytes.write("9", 14);
  writeFileSync(path(2, "b"), bytes);
  const { problems } = await restore(folder, new HistoryFile(dataDir));
  expect(problems).toMatchObject([{ code: "store/format", message: expect.stringContaining(".set-aside") }]);
  expect(readdirSync(dirname(path(2, "b"))).sort()).toEqual(["a-r1.snap", "b-r1.snap.set-aside"]);
  expect((await restore(folder, new HistoryFile(dataDir))).problems).toEqual([]);
});

test("damage to an old archive is named and takes nothing away", async () => {
  const archivist = await openArchivist(folder);
  await archivist.keep(built(clusters(1, "a")));
  await (await openArchivist(folder)).keep(built(clusters(2, "a")));
  writeFileSync(path(1, "a"), "torn");
  utimesSync(path(1, "a"), 0, 0);
  const { served, lost, problems } = await restore(folder, new HistoryFile(dataDir));
  expect([served.map(({ snapshot }) => snapshot.commit), lost, problems.map(({ code }) => code)]).toEqual([
    [commitId(2)],
    [],
    ["store/corrupt"],
  ]);
});
