import { type BuildInputs, type BuildOutcome, Conductor } from "../../src/build/conductor.ts";
import { groups, languages, singleKinds } from "../../src/build/languages.ts";
import type { Parser } from "../../src/build/loaded-file.ts";
import type { Unlocated } from "../../src/build/locator.ts";
import { fileSelector } from "../../src/build/selector.ts";
import type { SoundDocuments } from "../../src/build/sound.ts";
import { parseFile } from "../../src/document/parse.ts";
import { sourceLimits } from "../../src/git/limits.ts";
import type { MemoryGit } from "../../src/git/memory.ts";
import { byCodePoint } from "../../src/problem/order.ts";

const parser: Parser = { parse: async (_oid, read) => parseFile(await read(), groups, singleKinds) };

/** What a build needs, over objects in memory, with the default selection. */
export function inputs(git: MemoryGit): BuildInputs {
  return {
    source: "main",
    reader: git,
    languages,
    selector: fileSelector(["**/*.yaml"], ["**/.*"]),
    parser,
    limits: sourceLimits,
    isControl: () => true,
  };
}

/** A conductor over objects in memory, with the default selection. */
export function conductor(git: MemoryGit, sound?: SoundDocuments): Conductor {
  return new Conductor({ ...inputs(git), ...(sound === undefined ? {} : { sound }) });
}

/** Everything that a build serves, as text: fleets, types, names, versions and references. */
export function served(outcome: BuildOutcome): string[] {
  return outcome.fleets.flatMap(({ fleet, snapshot }) => [
    `${fleet} ${snapshot.digest}`,
    ...[...snapshot.types.values()].flatMap((set) =>
      [...set.resources.values()].map(
        (resource) =>
          `${fleet} ${set.type} ${resource.name} ${resource.version} ${Buffer.from(resource.body).toString("base64")} ${JSON.stringify(resource.refs)}`,
      ),
    ),
  ]);
}

/** Everything that a build has found, as text, without repetition and in one order. */
export function found(findings: Iterable<Unlocated>): string[] {
  const texts = [...findings].map(
    (one) =>
      `${one.origin.path}#${one.origin.index}${one.pointer} ${one.severity} ${one.effect} ${one.code} ${one.message} ${JSON.stringify(one.related)}`,
  );
  return [...new Set(texts)].sort(byCodePoint);
}
