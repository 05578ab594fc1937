import type { UnusableFleets } from "../build/fleets.ts";
import type { FleetDocument } from "../language/portolan/fleet.ts";
import type { Problem } from "../problem/problem.ts";
import { problemAt } from "../problem/problem-at.ts";
import { archiveName } from "../snapshot/archive.ts";
import type { ArchiveFolder, BrokenArchive } from "../snapshot/archive-folder.ts";
import type { HistoryFile } from "../snapshot/history-file.ts";
import type { Manifest } from "../snapshot/manifest.ts";
import type { Publication } from "./publications.ts";

/** A fleet whose newest snapshot cannot be had from its archive. */
export interface Lost {
  readonly fleet: string;
  /** The commit of that snapshot: it is rendered again. */
  readonly commit: string;
  /** What is known of it; absent if that cannot be read either. */
  readonly manifest?: Manifest;
  /** Older ones, newest first, if it cannot be rendered. */
  readonly older: readonly Manifest[];
}

/** What an earlier run has left to be served. */
export interface Restored {
  /** Of every archive but those that are lost, newest first. */
  readonly manifests: readonly Manifest[];
  readonly served: readonly Publication[];
  readonly lost: readonly Lost[];
  readonly documents: readonly FleetDocument[];
  readonly unusable: UnusableFleets;
  readonly problems: readonly Problem[];
}

/** What there is to restore in an empty data directory. */
export const nothingRestored: Restored = {
  manifests: [],
  served: [],
  lost: [],
  documents: [],
  unusable: { names: [], unnamed: false },
  problems: [],
};

/** Reads what each fleet had last. Files that cannot be read are set aside and named (delivery.md 3.4). Never rejects for what is wrong with a file. */
export async function restore(folder: ArchiveFolder, history: HistoryFile): Promise<Restored> {
  const { headers, broken } = await folder.scan();
  const problems = await Promise.all(broken.map((one) => setAside(folder, one)));
  const [newest] = headers;
  const served: Publication[] = [];
  const lost: Lost[] = [];
  for (const fleet of newest?.fleets ?? []) {
    const [last, ...older] = headers.filter(({ manifest }) => manifest.fleet === fleet);
    // A file without a header that can be read has no number: it counts by the time at which it was written.
    const torn = broken.find((one) => one.name?.fleet === fleet && one.writtenAt > (last?.manifest.createdAt ?? 0));
    if (torn?.name !== undefined) {
      lost.push({ fleet, commit: torn.name.commit, older: (last === undefined ? [] : [last, ...older]).map(({ manifest }) => manifest) });
    } else if (last !== undefined) {
      try {
        served.push({ manifest: last.manifest, snapshot: await folder.load(archiveName(last)) });
      } catch (error) {
        lost.push({ fleet, commit: last.manifest.commit, manifest: last.manifest, older: older.map(({ manifest }) => manifest) });
        problems.push(unreadable(error instanceof Error ? error.message : String(error)));
      }
    }
  }
  const manifests = headers.map(({ manifest }) => manifest).filter((manifest) => !lost.some((one) => one.manifest === manifest));
  const known = await counted(manifests, history);
  return {
    manifests: known,
    served: served.map(({ snapshot, manifest }) => ({
      snapshot,
      manifest: known.find((one) => one.sequence === manifest.sequence) ?? manifest,
    })),
    lost,
    documents: (newest?.fleets ?? []).flatMap((fleet) => headers.find(({ manifest }) => manifest.fleet === fleet)?.document ?? []),
    unusable: newest?.unusableFleets ?? { names: [], unnamed: false },
    problems,
  };
}

/** The manifests as the history tells them: with what was counted after the archives were written. */
async function counted(manifests: readonly Manifest[], history: HistoryFile): Promise<readonly Manifest[]> {
  const told = new Map<number, Manifest>();
  const oldest = manifests.at(-1)?.sequence ?? Number.POSITIVE_INFINITY;
  try {
    for await (const manifest of history.read()) {
      told.set(manifest.sequence, manifest);
      if (manifest.sequence <= oldest) break;
    }
  } catch {
    // A history that cannot be read takes away counts only.
  }
  return manifests.map((manifest) => told.get(manifest.sequence) ?? manifest);
}

async function setAside(folder: ArchiveFolder, { path, code, why }: BrokenArchive): Promise<Problem> {
  const aside = await folder.setAside(path).catch(() => path);
  return problemAt(code, `the archive ${path} cannot be used: ${why}; it lies at ${aside}`, { source: "", path: "" });
}

function unreadable(why: string): Problem {
  return problemAt("store/corrupt", `an archive cannot be used: ${why}`, { source: "", path: "" });
}
