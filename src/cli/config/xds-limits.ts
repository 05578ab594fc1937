import { z } from "zod";
import { defaultLimits, type Limits, type Rate } from "../../xds/limits.ts";
import { duration, size } from "./field.ts";

const { streams, streamsPerConnection, streamsPerNode, newStreams, newStreamsPerPeer, requests, names, types } = defaultLimits;
const mebibyte = 1024 * 1024;

/** The fields of `limits.xds`; all of them have defaults. */
export const xdsLimitFields = z
  .strictObject({
    streams: count(streams),
    streamsPerConnection: count(streamsPerConnection),
    streamsPerNode: count(streamsPerNode),
    firstMessage: duration(100).default(defaultLimits.firstMessageMs),
    newStreams: rate(newStreams),
    newStreamsPerPeer: rate(newStreamsPerPeer),
    requests: rate(requests),
    requestPause: duration(100).default(defaultLimits.requestPauseMs),
    requestSize: size(64 * mebibyte, 1024).default(defaultLimits.requestBytes),
    names: count(names),
    nameLength: size(mebibyte).default(defaultLimits.nameBytes),
    types: count(types),
    nodeData: size(mebibyte, 1024).default(defaultLimits.nodeBytes),
    responseChunk: size(1024 * mebibyte, 64 * 1024).default(defaultLimits.chunkBytes),
    responseWarning: size(1024 * mebibyte, 64 * 1024).default(defaultLimits.warningBytes),
    connectionAge: duration(1_000).default(defaultLimits.connectionAgeMs),
    connectionGrace: duration(1_000).default(defaultLimits.connectionGraceMs),
    keepalive: duration(1_000).default(defaultLimits.keepaliveMs),
    keepaliveTimeout: duration(1_000).default(defaultLimits.keepaliveTimeoutMs),
    bytesInFlight: size(128 * mebibyte, 16 * mebibyte).default(defaultLimits.bytesInFlight),
    unflushedWrite: duration(1_000).default(defaultLimits.unflushedMs),
  })
  .prefault({});

/** The limits as the server takes them. */
export function xdsLimits(fields: z.output<typeof xdsLimitFields>): Limits {
  const { firstMessage, requestPause, requestSize, nameLength, nodeData, responseChunk, responseWarning, unflushedWrite, ...same } = fields;
  const { connectionAge, connectionGrace, keepalive, keepaliveTimeout, ...counts } = same;
  return {
    ...counts,
    firstMessageMs: firstMessage,
    requestPauseMs: requestPause,
    requestBytes: requestSize,
    nameBytes: nameLength,
    nodeBytes: nodeData,
    chunkBytes: responseChunk,
    warningBytes: responseWarning,
    connectionAgeMs: connectionAge,
    connectionGraceMs: connectionGrace,
    keepaliveMs: keepalive,
    keepaliveTimeoutMs: keepaliveTimeout,
    unflushedMs: unflushedWrite,
  };
}

function count(usual: number) {
  return z.int().min(1).max(10_000_000).default(usual);
}

function rate({ perSecond, burst }: Rate) {
  return z.strictObject({ perSecond: count(perSecond), burst: count(burst) }).prefault({});
}
