import type { Resource, ResourceKey, TypeUrl } from "../envoy/resource.ts";
import type { Oid } from "../git/object.ts";
import type { SecretUse } from "../model/secret.ts";

/** All resources of one type, immutable, by name in code point order. */
export interface TypeSet {
  readonly type: TypeUrl;
  readonly resources: ReadonlyMap<string, Resource>;
  /** SHA-256 in hex over the sorted `name NUL version LF` pairs: equal digests, equal content. */
  readonly digest: string;
}

/** Secrets that there are, beside those of which it is not known yet. */
export interface SecretSet extends TypeSet {
  /** Names of those that nobody has looked for: whoever asks for one has to wait. */
  readonly unread: ReadonlySet<string>;
}

/** All resources of one fleet at one commit, immutable. */
export interface Snapshot {
  readonly commit: Oid;
  readonly fleet: string;
  /** LDS, RDS, CDS, EDS and SDS are always present, empty or not. Of secrets only those that name files of the proxy are here: others have bytes, see `secret/`. */
  readonly types: ReadonlyMap<TypeUrl, TypeSet>;
  /** Every secret that its resources refer to, by name in code point order. */
  readonly secrets: readonly SecretUse[];
  /** SHA-256 in hex over the digests of all types. */
  readonly digest: string;
}

/** What leads from one snapshot to the next: all that crosses the worker boundary. */
export interface SnapshotDelta {
  readonly commit: Oid;
  /** Commit of the snapshot it applies to; absent: to the empty one. */
  readonly base?: Oid;
  readonly fleet: string;
  readonly upserts: readonly Resource[];
  readonly removed: readonly ResourceKey[];
  /** All of the result, not only what has changed. */
  readonly secrets: readonly SecretUse[];
  /** Digest of the result, so that a wrong application is found at once. */
  readonly digest: string;
}
