import fc from "fast-check";
import { expect, test } from "vitest";
import { buildPair } from "../../src/build/pair.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { changesOf } from "../../src/route/difference/changes.ts";
import { resourceChanges } from "../../src/snapshot/changes.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { document, fileText, step } from "../support/arbitrary-documents.ts";
import { long } from "../support/long.ts";

/** Every resource with its bytes. */
function bytesOf(snapshot: Snapshot | undefined): Map<string, string> {
  const all = [...(snapshot?.types.values() ?? [])].flatMap((set) => [...set.resources.values()]);
  return new Map(all.map(({ type, name, body }) => [`${type} ${name}`, Buffer.from(body).toString("base64")]));
}

const mirrored = { add: "remove", change: "change", remove: "add" } as const;

test(
  "what differs, applied to one commit, gives the other, byte for byte; and backwards it is the mirror image",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40 }), fc.nat(), async (history, at) => {
        const git = new MemoryGit();
        const files = new Map<string, string>();
        const commits = history.map(({ path, documents, broken }) => {
          if (documents.length === 0 && !broken) files.delete(path);
          else files.set(path, fileText(documents, broken));
          return git.snapshot(files);
        });
        const [a, b] = [commits[at % commits.length], commits.at(-1)];
        if (a === undefined || b === undefined) return;
        const { before, after } = await buildPair(git, a, b, {});
        for (const name of new Set([...before.fleets, ...after.fleets].map(({ fleet }) => fleet))) {
          const one = before.fleets.find(({ fleet }) => fleet === name);
          const other = after.fleets.find(({ fleet }) => fleet === name);
          const applied = bytesOf(one?.snapshot);
          for (const { before: old, after: now } of resourceChanges(one?.snapshot, other?.snapshot)) {
            if (old !== undefined) applied.delete(`${old.type} ${old.name}`);
            if (now !== undefined) applied.set(`${now.type} ${now.name}`, Buffer.from(now.body).toString("base64"));
          }
          expect([...applied].sort()).toEqual([...bytesOf(other?.snapshot)].sort());

          const forth = changesOf(one?.plan, other?.plan());
          const back = changesOf(other?.plan(), one?.plan);
          const names = (changes: typeof forth, of: (action: keyof typeof mirrored) => string) =>
            changes.map(({ action, level, host, match, listeners }) => [of(action), level, host, match, listeners].join(" ")).sort();
          expect(names(forth, (action) => mirrored[action])).toEqual(names(back, (action) => action));
          if (one?.snapshot.digest === other?.snapshot.digest) expect(forth).toEqual([]);
        }
      }),
      { numRuns: long(15) },
    );
  },
  long(60_000),
);

test(
  "other files, another order and comments are no difference",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(document, {
          maxLength: 15,
          selector: (one) => `${one.kind}/${one.metadata.name}/${"namespace" in one.metadata ? one.metadata.namespace : "default"}`,
        }),
        async (documents) => {
          const git = new MemoryGit();
          const one = git.snapshot(new Map([["all.yaml", fileText(documents, false)]]));
          const apart = documents.toReversed().map((each, i) => [`dir-${i}/file.yaml`, `# moved\n${fileText([each], false)}`] as const);
          const { before, after } = await buildPair(git, one, git.snapshot(new Map(apart)), {});
          expect(after.fleets.length).toBe(before.fleets.length);
          for (const [i, { snapshot, plan }] of before.fleets.entries()) {
            expect(resourceChanges(snapshot, after.fleets[i]?.snapshot)).toEqual([]);
            expect(changesOf(plan, after.fleets[i]?.plan())).toEqual([]);
          }
        },
      ),
      { numRuns: long(30) },
    );
  },
  long(60_000),
);
