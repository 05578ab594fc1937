import { createHash } from "node:crypto";
import type { Resource } from "../envoy/resource.ts";
import { shortName } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import type { TypeSet } from "../snapshot/snapshot.ts";
import type { SubStream } from "./stream.ts";
import type { View } from "./view.ts";

/** Digits of a digest that a label shows. */
const shown = 16;

/** The two parts of `version_info` and `system_version_info` (xds.md 4.2). */
export interface Label {
  readonly commit: Oid;
  /** The first 16 hex digits. */
  readonly digest: string;
}

/** `version_info` and `system_version_info` of a commit and a digest, which is cut. */
export function labelled(commit: Oid, digest: string): string {
  return `${commit}+${digest.slice(0, shown)}`;
}

/** The parts of a label that a client repeats; `undefined` if the text is no label. */
export function readLabel(text: string): Label | undefined {
  const [, commit, digest] = /^([0-9a-f]{40,64})\+([0-9a-f]{16})$/.exec(text) ?? [];
  return commit === undefined || digest === undefined ? undefined : { commit, digest };
}

/** Label of a response: over exactly the set sent if that replaces the client's set, over the view's whole type otherwise. */
export function labelOf(view: View, set: TypeSet, replacing: readonly Resource[] | undefined): string {
  if (view.label !== undefined) return view.label;
  return labelled(view.commit, replacing === undefined || isWhole(set, replacing) ? set.digest : digest(replacing));
}

/** The next nonce of the type (4.10): unique on the stream, and equal on all streams that do the same in the same push. */
export function nextNonce(sub: SubStream, view: View): string {
  if (sub.push !== view.push) {
    sub.push = view.push;
    sub.count = 0;
  }
  const short = shortName(sub.type);
  const type = short === "other" ? `x${sub.ordinal}` : short;
  return `${view.commit.slice(0, 8)}.${type}.${view.push.toString(36)}.${(sub.count++).toString(36)}`;
}

function isWhole(set: TypeSet, resources: readonly Resource[]): boolean {
  return set.resources.size === resources.length && resources.every((one) => set.resources.get(one.name)?.version === one.version);
}

/** The digest of a `TypeSet`, of resources that are no set of a snapshot. They are in code point order. */
function digest(resources: readonly Resource[]): string {
  const hash = createHash("sha256");
  for (const { name, version } of resources) hash.update(`${name}\0${version}\n`);
  return hash.digest("hex");
}
