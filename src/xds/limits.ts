/** So many a second on average, and so many at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** What clients of the xDS port may ask of the server (xds.md 7). Times in milliseconds, sizes in bytes. */
export interface Limits {
  /** Open streams: of all clients, on one connection, and of one identity and node id. */
  readonly streams: number;
  readonly streamsPerConnection: number;
  readonly streamsPerNode: number;
  /** Until the first message of a stream. */
  readonly firstMessageMs: number;
  /** New streams: of all clients, and of one identity and address. */
  readonly newStreams: Rate;
  readonly newStreamsPerPeer: Rate;
  /** Requests on one stream, and how long it may be held to that rate. */
  readonly requests: Rate;
  readonly requestPauseMs: number;
  readonly requestBytes: number;
  /** Names that one type of a stream may subscribe to, bytes of a name in UTF-8, and types of a stream. */
  readonly names: number;
  readonly nameBytes: number;
  readonly types: number;
  /** What is kept of a node's own data. */
  readonly nodeBytes: number;
  /** Size of a response beyond which it is cut where the protocol allows that, and from which it is worth a warning: some clients take no more than 4 MiB. */
  readonly chunkBytes: number;
  readonly warningBytes: number;
  /** Until a client is asked to come back on a new connection (±10 %), and until its streams are ended then. */
  readonly connectionAgeMs: number;
  readonly connectionGraceMs: number;
  /** Between pings, and until the answer to one. */
  readonly keepaliveMs: number;
  readonly keepaliveTimeoutMs: number;
  /** Written and not read, of all streams together; beyond it nothing more is written. 16 to 128 MiB are sensible. */
  readonly bytesInFlight: number;
  /** Until a client has read what was written for it. */
  readonly unflushedMs: number;
}

/** A limit, as `limit_hits_total` names it. */
export type LimitName =
  | "streams"
  | "streams_per_connection"
  | "streams_per_node"
  | "first_message"
  | "new_streams"
  | "new_streams_per_peer"
  | "requests"
  | "request_size"
  | "names"
  | "name_length"
  | "types"
  | "node_data"
  | "connection_age"
  | "keepalive"
  | "unflushed_write";

/** All limits are on. */
export const defaultLimits: Limits = {
  streams: 20_000,
  streamsPerConnection: 256,
  streamsPerNode: 256,
  firstMessageMs: 10_000,
  newStreams: { perSecond: 250, burst: 500 },
  newStreamsPerPeer: { perSecond: 5, burst: 20 },
  requests: { perSecond: 50, burst: 500 },
  requestPauseMs: 10_000,
  requestBytes: 4 * 1024 * 1024,
  names: 100_000,
  nameBytes: 2_048,
  types: 32,
  nodeBytes: 64 * 1024,
  chunkBytes: 2 * 1024 * 1024,
  warningBytes: 3 * 1024 * 1024,
  connectionAgeMs: 2 * 60 * 60 * 1000,
  connectionGraceMs: 2 * 60 * 1000,
  keepaliveMs: 30_000,
  keepaliveTimeoutMs: 10_000,
  bytesInFlight: 32 * 1024 * 1024,
  unflushedMs: 60_000,
};
