/** One order over all records of the store; never reused, no clock. 0: the record does not exist. */
export type Revision = number;

/** A record as it is read. */
export interface Stored {
  readonly key: string;
  readonly value: Uint8Array;
  /** When it was written last. */
  readonly revision: Revision;
  /** When it came to be, after it was last absent. */
  readonly created: Revision;
}

/** A record that was written, or with `null` deleted. */
export interface Change {
  readonly key: string;
  readonly value: Uint8Array | null;
  readonly revision: Revision;
}

/** The life of a process as the store sees it: records that are written on it end with it. */
export interface Lease {
  readonly id: string;
  /** Until when, in milliseconds of the monotonic clock, the store is known to keep it. */
  readonly confirmedUntil: number;
  /** Resolves when it has ended, whoever ended it. */
  readonly lost: Promise<void>;
  /** Ends it, and deletes its records. */
  revoke(): Promise<void>;
}

/** Leadership for as long as the record that it created is there. */
export interface Term {
  readonly key: string;
  readonly created: Revision;
}

/** What is to be written; all of it or nothing. */
export interface StoreChange {
  /** What the records must be at: 0 for one that must not be there. Records that are not named may be anything. */
  readonly expect: readonly { readonly key: string; readonly revision: Revision }[];
  /** `null` deletes. */
  readonly write: readonly { readonly key: string; readonly value: Uint8Array | null; readonly lease?: Lease }[];
  /** Refused unless the leader record is still the one that this term created. */
  readonly term?: Term;
}

/** Whether a change was made; if not, `found` are the records of `expect` as they are, and `fenced` says that the term is over. */
export type CommitResult =
  | { readonly ok: true; readonly revision: Revision }
  | { readonly ok: false; readonly fenced: boolean; readonly found: readonly Stored[] };

/**
 * What replicas must agree on (delivery.md 6.5): small records under keys, changed by compare-and-swap. State is written here before it is acted upon.
 * There is one suite of tests for all implementations, and nothing above it knows which one it has.
 */
export interface Store {
  readonly implementation: "sqlite" | "etcd";
  readonly state: "connected" | "unreachable" | "rewound";
  /** All records whose key begins so, in code point order of their keys, as they are at one revision: linearizable. */
  get(prefix: string): Promise<{ readonly revision: Revision; readonly records: readonly Stored[] }>;
  /** Rejects with {@link StoreUnwritable} if it can take nothing now; nothing is changed then. */
  commit(change: StoreChange): Promise<CommitResult>;
  /** Every change after a revision, in order, until the signal aborts; survives outages. After a compaction: the difference to a new read. */
  watch(prefix: string, after: Revision, signal: AbortSignal): AsyncIterable<Change>;
  /** A lease that is renewed until it is revoked or lost. */
  lease(ttlMs: number): Promise<Lease>;
  /** Stands for the leadership that `key` means, until the signal aborts: yields a term when it is won, `undefined` when it is suspect or lost. */
  campaign(key: string, value: Uint8Array, lease: Lease, signal: AbortSignal): AsyncIterable<Term | undefined>;
}

/** The store can be read and not written, as on a full or failing disk: `store/unwritable`. */
export class StoreUnwritable extends Error {
  constructor(what: string, cause: unknown) {
    super(`${what} cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = "StoreUnwritable";
  }
}
