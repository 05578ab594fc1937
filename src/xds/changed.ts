import type { Resource } from "../envoy/resource.ts";
import { byCodePoint } from "../problem/order.ts";
import type { SubStream } from "./stream.ts";
import type { Content } from "./transition.ts";

/** The resources of a message that the client has not certainly accepted in the version it holds, in order of names. */
export function changedBy(sub: SubStream, content: Content): readonly Resource[] {
  const { acked, suspect } = sub;
  if (acked.size === 0 && suspect.size === 0) return content.upserts;
  const isNew = ({ name, version }: Resource) => version !== acked.get(name)?.version || suspect.has(name);
  if (!content.isWhole || content.reaches === undefined) return content.upserts.filter(isNew);
  const names = new Set([...acked.apartFrom(content.reaches), ...suspect.keys()]);
  const found = [...names].flatMap((name) => content.byName.get(name) ?? []);
  return found.filter(isNew).sort((a, b) => byCodePoint(a.name, b.name));
}
