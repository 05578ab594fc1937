import fc from "fast-check";
import { expect, test } from "vitest";
import type { Conductor } from "../../src/build/conductor.ts";
import { MemoryGit } from "../../src/git/memory.ts";
import { byCodePoint } from "../../src/problem/order.ts";
import { fileText } from "../support/arbitrary-documents.ts";
import { anyStep, type Fate, fate, fateText, Line, routeStep } from "../support/arbitrary-history.ts";
import { conductor, found, served } from "../support/build.ts";
import { long } from "../support/long.ts";

const ours = "getambassador.io/v3alpha1";
const base = fileText(
  [
    {
      apiVersion: ours,
      kind: "Listener",
      metadata: { name: "base" },
      spec: { port: 80, protocol: "HTTP", securityModel: "INSECURE", hostBinding: { namespace: { from: "ALL" } } },
    },
    {
      apiVersion: ours,
      kind: "Host",
      metadata: { name: "base" },
      spec: { hostname: "*", requestPolicy: { insecure: { action: "Route" } } },
    },
  ],
  false,
);

test(
  "which versions count follows from the history alone: a build that has followed it and a new one agree in bytes and problems",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyStep, { minLength: 200, maxLength: 200 }), async (history) => {
        const git = new MemoryGit();
        const line = new Line(git, new Map([["base.yaml", base]]));
        const following = conductor(git);
        for (const [i, { event, isBuilt, isMerge }] of history.entries()) {
          const commit = line.commit(event, isMerge);
          const isCompared = i % 10 === 9;
          if (!isBuilt && !isCompared) continue;
          const outcome = await following.build(commit);
          if (!isCompared) continue;
          const cold = conductor(git);
          const expected = await cold.build(commit);
          expect(served(outcome)).toEqual(served(expected));
          expect(outcome.fleets.map(({ readAt }) => readAt)).toEqual(expected.fleets.map(({ readAt }) => readAt));
          expect(found(following.findings())).toEqual(found(cold.findings()));
        }
      }),
      { numRuns: long(1) },
    );
  },
  long(120_000),
);

const victim = "victim.yaml";
const fleet = fileText(
  [
    {
      apiVersion: "portolan.dev/v1alpha1",
      kind: "Fleet",
      metadata: { name: "edge" },
      spec: { nodes: {}, services: { dnsSuffix: ".svc.local" } },
    },
  ],
  false,
);

test(
  "a document that breaks changes nothing that is served: the same as if its newest valid version still stood there",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(routeStep, fate), { minLength: 200, maxLength: 200 }), async (history) => {
        const git = new MemoryGit();
        const [broken, sound] = [0, 1].map(() => ({
          line: new Line(
            git,
            new Map([
              ["base.yaml", base],
              ["fleet.yaml", fleet],
            ]),
          ),
          build: conductor(git),
        }));
        if (broken === undefined || sound === undefined) throw new Error("there are two");
        let service: string | undefined;
        for (const [i, [{ event, isBuilt, isMerge }, what]] of history.entries()) {
          service = what?.service ?? service;
          const put = (as: Fate["as"]) => (files: Map<string, string>) => {
            event(files);
            if (what === undefined) return;
            const text = fateText(service, as);
            if (text === undefined) files.delete(victim);
            else files.set(victim, text);
          };
          const commits = [broken.line.commit(put(what?.as ?? "valid"), isMerge), sound.line.commit(put("valid"), isMerge)] as const;
          if (!isBuilt && i % 10 !== 9) continue;
          const outcomes = [await broken.build.build(commits[0]), await sound.build.build(commits[1])] as const;
          expect(served(outcomes[0])).toEqual(served(outcomes[1]));
          expect(ofOthers(broken.build)).toEqual(ofOthers(sound.build));
        }
      }),
      { numRuns: long(1) },
    );
  },
  long(120_000),
);

/** What is said of all files but one, whatever the commits are called. */
function ofOthers(build: Conductor): string[] {
  const others = [...build.findings()].filter(({ origin }) => origin.path !== victim);
  return found(others)
    .map((text) => text.replaceAll(/\b([0-9a-f]{40}|[0-9a-f]{12})\b/g, "commit"))
    .sort(byCodePoint);
}
