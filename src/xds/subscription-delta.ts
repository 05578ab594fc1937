import type { Request } from "./event.ts";
import { isFullState, type SubStream } from "./stream.ts";
import { beginWildcard, endWildcard, forget, wildcardName } from "./subscription.ts";

/**
 * Changes the subscription as a delta request says: first what is subscribed, then what is unsubscribed (D12). `initial`: the first request of the type, in
 * which an empty list means all of CDS or LDS (C8) and a name that is claimed is not answered for being named (D7).
 */
export function changeNames(sub: SubStream, request: Request, initial: boolean): void {
  if (initial && request.subscribe.length === 0 && isFullState(sub.type)) beginWildcard(sub);
  for (const name of request.subscribe) {
    if (name === wildcardName) beginWildcard(sub);
    else subscribe(sub, name, initial && request.claims.has(name));
  }
  if (initial && request.claims.size > 0) sub.owed = false;
  if (request.unsubscribe.includes(wildcardName)) {
    endWildcard(sub);
    sub.owed = false;
  }
  for (const name of request.unsubscribe) if (name !== wildcardName) unsubscribe(sub, name);
  sub.names.share();
}

function subscribe(sub: SubStream, name: string, claimed: boolean): void {
  sub.names.add(name);
  // A client forgets what it subscribes to anew, so it is told again (D3).
  if (claimed || name === "") return;
  sub.sent.delete(name);
  sub.dirty.add(name);
}

function unsubscribe(sub: SubStream, name: string): void {
  sub.names.delete(name);
  if (!sub.wildcard) forget(sub, name);
  else if (name !== "") {
    // The client cannot know whether the wildcard covers the name, so it is told (D6). Until then it keeps what it has accepted.
    sub.sent.delete(name);
    sub.dirty.add(name);
  }
}
