import type { Built, IgnoredDocument, OfflineSettings } from "../../src/build/offline.ts";
import type { Offline } from "../../src/cli/context.ts";
import type { Resource } from "../../src/envoy/resource.ts";
import type { MemoryFile } from "../../src/git/memory.ts";
import type { ComposedCommit } from "../../src/git/object.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { snapshotOf } from "../../src/snapshot/snapshots.ts";
import { oid } from "./fake-view.ts";

/** What a fake build was asked for, and what it is to give. */
export class FakeOffline {
  problems: readonly Problem[] = [];
  /** By fleet. */
  resources: Readonly<Record<string, readonly Resource[]>> = { default: [] };
  ignored: readonly IgnoredDocument[] = [];
  texts: Readonly<Record<string, string>> = {};
  files: ReadonlyMap<string, MemoryFile> | undefined;
  commit: ComposedCommit | undefined;
  settings: Partial<OfflineSettings> = {};

  /** For `RunOptions.offline`. */
  readonly load = async (): Promise<Offline> => ({
    buildPath: () => Promise.reject(new Error("commands read files themselves")),
    buildFiles: async (files, settings = {}) => {
      this.files = files;
      this.settings = settings;
      return this.#built();
    },
    buildCommit: async (_reader, commit, settings = {}) => {
      this.commit = commit;
      this.settings = settings;
      return this.#built();
    },
  });

  #built(): Built {
    const commit = this.commit?.oid ?? oid("c0");
    // Files on disk are in no commit.
    const at = this.commit === undefined ? {} : { commit };
    return {
      commit,
      problems: this.problems,
      documents: { selected: 60, heldBack: 0, leftOut: 1, ignored: 4 },
      fleets: Object.entries(this.resources).map(([fleet, resources]) => ({
        fleet,
        snapshot: snapshotOf(commit, fleet, resources),
        plan: () => ({ listeners: [], hosts: [], upstreams: new Map(), endpointSets: new Map() }),
        runtime: () => ({}),
        tests: async () => [],
        documents: () => [],
        places: async (origins) => origins.map(({ source, path }) => ({ source, ...at, path, line: 1, column: 1 })),
        origins: async ({ name }) => [{ source: "main", ...at, path: `${name}.yaml`, line: 3, column: 1 }],
        routeOrigins: async () => [],
      })),
      document: () => undefined,
      ignored: async () => this.ignored,
      text: async ({ path }) => this.texts[path],
    };
  }
}
