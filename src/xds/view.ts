import type { Resource, TypeUrl } from "../envoy/resource.ts";
import { SDS } from "../envoy/type-url.ts";
import type { Oid } from "../git/object.ts";
import type { SecretSet, Snapshot, TypeSet } from "../snapshot/snapshot.ts";
import { typeSet } from "../snapshot/type-set.ts";

/** What a stream converges to: the snapshot its node should have, under the number of the publication that made it the target. */
export interface View {
  /** Process-wide count of changes of target; streams that get the same publication get the same number. Never reused. */
  readonly push: number;
  readonly commit: Oid;
  readonly fleet: string;
  /** Over the content of all types: equal digests, equal content. */
  readonly digest: string;
  /** What responses say as their version instead of commit and digest; such a label is never taken for what a client holds. */
  readonly label?: string;
  /** Secrets of which it is not known whether there are any; they are neither sent nor said to be missing. */
  readonly unread: ReadonlySet<string>;
  /** All resources of a type; an empty set for a type that is not served (xds.md C11). */
  type(type: TypeUrl): TypeSet;
}

/** Resources that were served lately, by content: what the claims of a client that reconnects are looked up in. */
export interface Pool {
  /** The resource of this type with this version (a content hash); `undefined`: not known. */
  resource(type: TypeUrl, version: string): Resource | undefined;
  /** The set of this type whose digest begins with these hex digits; `undefined`: not known. */
  set(type: TypeUrl, digest: string): TypeSet | undefined;
  /** What a fleet was given of this type at a commit; `undefined`: the commit is not known. */
  published(fleet: string, commit: Oid, type: TypeUrl): Published | undefined;
}

/** A set as it was published. */
export interface Published {
  readonly at: TypeSet;
  /** The last different one before it; absent if that is not known. */
  readonly before: TypeSet | undefined;
}

const nothing = new Map<string, Resource>();

/** What a node gets to which no secret may be sent: none of them exists. */
export const noSecrets: SecretSet = { ...typeSet(SDS, []), unread: new Set() };

/** A snapshot as a view. Secrets are those of the overlay, never those of the snapshot; without an overlay there are none. */
export function viewOf(snapshot: Snapshot, push: number, label?: string, secrets: SecretSet = noSecrets): View {
  return {
    ...(label === undefined ? {} : { label }),
    push,
    commit: snapshot.commit,
    fleet: snapshot.fleet,
    digest: secrets === noSecrets ? snapshot.digest : `${snapshot.digest}+${secrets.digest}`,
    unread: secrets.unread,
    type: (type) => (type === SDS ? secrets : (snapshot.types.get(type) ?? { type, resources: nothing, digest: "" })),
  };
}
