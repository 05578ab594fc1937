import { foreignDocuments } from "../document/foreign.ts";
import type { SingleKinds } from "../document/group.ts";
import type { Oid } from "../git/object.ts";
import type { Origin } from "../problem/finding.ts";
import type { CountedFile } from "./document-counts.ts";
import type { Unlocated } from "./locator.ts";
import type { SourceDocument } from "./source-document.ts";

/** A document that is counted as ignored, and why it is. */
export interface PassedOver {
  readonly origin: Origin;
  /** `apps/v1 Deployment web`. */
  readonly what: string;
  readonly why: string;
}

/** What has to be known of a file. */
export interface PassedFile extends CountedFile {
  readonly findings: readonly Unlocated[];
}

/** The ignored documents of one file, in their order. `isUsed` tells the documents that are not ignored. */
export async function passedOver(
  origin: (index: number) => Origin,
  file: PassedFile,
  groups: ReadonlySet<string>,
  kinds: SingleKinds,
  read: (oid: Oid) => Promise<Uint8Array>,
  isUsed: (document: SourceDocument) => boolean,
): Promise<readonly PassedOver[]> {
  const reported = new Set(file.findings.filter(({ effect }) => effect === "left-out").map((found) => found.origin.index));
  const documents = file.isUnreadable === true ? [] : file.documents;
  const known = new Set(documents.map(({ parsed }) => parsed.index));
  const foreign =
    file.ignored === 0 ? [] : foreignDocuments(await read(origin(0).blob), groups, kinds).filter(({ index }) => !known.has(index));
  const all = [
    ...foreign.map(({ index, what }) => ({ origin: origin(index), what, why: "it is of no kind that Portolan reads" })),
    ...documents.filter((document) => !isUsed(document)).map((document) => unused(origin(document.parsed.index), document)),
  ];
  return all.filter((one) => !reported.has(one.origin.index)).sort((a, b) => a.origin.index - b.origin.index);
}

function unused(origin: Origin, { parsed: { group, version, kind, value } }: SourceDocument): PassedOver {
  const { metadata } = value;
  const name = typeof metadata === "object" && metadata !== null && "name" in metadata ? ` ${String(metadata.name)}` : "";
  const isConfiguration = group === "portolan.dev" && kind === "Server";
  const why = isConfiguration ? "it is the configuration of a server" : "no fleet reads it, by its path or its ambassador_id";
  return { origin, what: `${group}/${version} ${kind}${name}`, why };
}
