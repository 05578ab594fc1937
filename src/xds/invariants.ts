import { CDS, LDS, RDS } from "../envoy/type-url.ts";
import type { Message } from "./event.ts";
import { References } from "./references.ts";
import type { Stream, SubStream } from "./stream.ts";
import type { Content } from "./transition.ts";

/** What must never happen, whatever clients do; named by what it is. */
export type Invariant = "nonce" | "one_in_flight" | "duplicate_name" | "foreign_type" | "removed_in_use";

/** Contents that were looked at: what many streams send is one object. */
const sound = new WeakSet<Content>();

/** Which invariants a message breaks that is about to be written: none, unless the reducer has a defect. */
export function broken(stream: Stream, sub: SubStream, message: Message, content: Content): Invariant[] {
  const found: Invariant[] = [];
  if (message.nonce === "" || message.nonce === sub.lastNonce) found.push("nonce");
  if (stream.unflushed) found.push("one_in_flight");
  if (!sound.has(content)) found.push(...unsound(message));
  if (found.length === 0) sound.add(content);
  if (removesInUse(stream, message)) found.push("removed_in_use");
  return found;
}

/** C6; the removals of both forms are names that are not among the rest. */
function unsound({ type, upserts, removals }: Message): Invariant[] {
  const found: Invariant[] = [];
  const names = [...upserts.map((one) => one.name), ...removals];
  if (new Set(names).size < names.length) found.push("duplicate_name");
  if (upserts.some((one) => one.type !== type)) found.push("foreign_type");
  return found;
}

/** 2.4: nothing that the client may be running leads to a cluster that goes, whatever else has been found to let it go. */
function removesInUse(stream: Stream, { type, removals }: Message): boolean {
  const clusters = stream.subs.get(CDS);
  const gone = type === CDS ? removals.filter((name) => clusters?.sent.has(name) === true) : [];
  if (gone.length === 0) return false;
  const references = new References(CDS);
  for (const referrer of [LDS, RDS]) {
    const sub = stream.subs.get(referrer);
    if (sub !== undefined) references.add(sub);
  }
  return gone.some((name) => references.has(name));
}
