import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryGit } from "../../src/git/memory.ts";
import { document, fileText, step, texts } from "../support/arbitrary-documents.ts";
import { conductor, found, served } from "../support/build.ts";
import { long } from "../support/long.ts";

const base = {
  listener: {
    apiVersion: "getambassador.io/v3alpha1",
    kind: "Listener",
    metadata: { name: "base" },
    spec: { port: 80, protocol: "HTTP", securityModel: "INSECURE", hostBinding: { namespace: { from: "ALL" } } },
  },
  host: {
    apiVersion: "getambassador.io/v3alpha1",
    kind: "Host",
    metadata: { name: "base" },
    spec: { hostname: "*", requestPolicy: { insecure: { action: "Route" } } },
  },
};

test(
  "what a history leads to is what a new build of its last commit gives, byte for byte and problem for problem",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, texts), { minLength: 200, maxLength: 200 }), async (history) => {
        const git = new MemoryGit();
        const incremental = conductor(git);
        const files = new Map([["base.yaml", fileText([base.listener, base.host], false)]]);
        for (const [i, [{ path, documents, broken }, named]] of history.entries()) {
          for (const [name, text] of Object.entries(named)) {
            if (text === undefined) files.delete(name);
            else files.set(name, text);
          }
          if (documents.length === 0 && !broken) files.delete(path);
          else files.set(path, fileText(documents, broken));
          const commit = git.snapshot(files);
          const outcome = await incremental.build(commit);
          if (i % 20 !== 19) continue;
          const full = conductor(git);
          const expected = await full.build(commit);
          expect(served(outcome)).toEqual(served(expected));
          expect(found(incremental.findings())).toEqual(found(full.findings()));
        }
      }),
      { numRuns: long(6) },
    );
  },
  long(120_000),
);

test(
  "files, documents and keys in another order give the same bytes",
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(document, {
          maxLength: 25,
          selector: (one) => `${one.kind}/${one.metadata.name}/${"namespace" in one.metadata ? one.metadata.namespace : "default"}`,
        }),
        fc.infiniteStream(fc.nat()),
        async (documents, numbers) => {
          const all = [base.listener, base.host, ...documents];
          const shuffled = all
            .map((one) => ({ one, rank: numbers.next().value ?? 0 }))
            .sort((a, b) => a.rank - b.rank)
            .map(({ one }) => reversedKeys(one) as object);
          const git = new MemoryGit();
          const named = [["a.txt", "sorry"] as const, ["dir/c.txt", "later"] as const];
          const one = await conductor(git).build(git.snapshot(new Map([["all.yaml", fileText(all, false)], ...named])));
          const many = await conductor(git).build(
            git.snapshot(new Map([...shuffled.map((each, i) => [`dir-${i}/file.yaml`, fileText([each], false)] as const), ...named])),
          );
          expect(served(many)).toEqual(served(one));
        },
      ),
      { numRuns: long(60) },
    );
  },
  long(60_000),
);

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversedKeys(inner)]),
  );
}
