import { describe, expect, test } from "vitest";
import { defaultLimits } from "../../xds/limits.ts";
import { readConfig } from "./read.ts";

const start = "apiVersion: portolan.dev/v1alpha1\nkind: Server\nsources: [{name: a, path: ., branch: main}]\n";

function read(limits: string) {
  const { config, problems } = readConfig(`${start}limits: {xds: {${limits}}}\n`, "/etc/portolan.yaml", "portolan.yaml");
  return config?.limits ?? problems.map(({ code, message }) => `${code} ${message}`);
}

describe("limits.xds", () => {
  test("is on without a word", () => {
    expect(readConfig(start, "/etc/portolan.yaml").config?.limits).toEqual(defaultLimits);
    expect(read("")).toEqual(defaultLimits);
  });

  test.each([
    ["streams: 7", { streams: 7 }],
    ["streamsPerConnection: 7", { streamsPerConnection: 7 }],
    ["streamsPerNode: 7", { streamsPerNode: 7 }],
    ["firstMessage: 3s", { firstMessageMs: 3_000 }],
    ["newStreams: {perSecond: 7}", { newStreams: { perSecond: 7, burst: 500 } }],
    ["newStreamsPerPeer: {burst: 7}", { newStreamsPerPeer: { perSecond: 5, burst: 7 } }],
    ["requests: {perSecond: 1, burst: 2}", { requests: { perSecond: 1, burst: 2 } }],
    ["requestPause: 3s", { requestPauseMs: 3_000 }],
    ["requestSize: 1MiB", { requestBytes: 1_048_576 }],
    ["names: 7", { names: 7 }],
    ["nameLength: 64B", { nameBytes: 64 }],
    ["types: 7", { types: 7 }],
    ["nodeData: 8KiB", { nodeBytes: 8_192 }],
    ["responseChunk: 1MiB", { chunkBytes: 1_048_576 }],
    ["responseWarning: 4MiB", { warningBytes: 4_194_304 }],
    ["connectionAge: 1h", { connectionAgeMs: 3_600_000 }],
    ["connectionGrace: 5s", { connectionGraceMs: 5_000 }],
    ["keepalive: 1m", { keepaliveMs: 60_000 }],
    ["keepaliveTimeout: 5s", { keepaliveTimeoutMs: 5_000 }],
    ["bytesInFlight: 16MiB", { bytesInFlight: 16_777_216 }],
    ["unflushedWrite: 5s", { unflushedMs: 5_000 }],
  ])("%s", (text, changed) => {
    expect(read(text)).toEqual({ ...defaultLimits, ...changed });
  });

  test.each([
    ["streams: 0", "document/out-of-range limits.xds.streams: expected at least 1"],
    ["streams: many", "document/wrong-type limits.xds.streams: expected a number, found a string"],
    ["stream: 1", "document/unknown-field limits.xds.stream: there is no such field"],
    ["requestSize: 4MB", "document/out-of-range limits.xds.requestSize: expected a size such as 64KiB or 256MiB"],
    ["requestSize: 512B", "document/out-of-range limits.xds.requestSize: expected from 1KiB to 64MiB"],
    ["requestSize: 65MiB", "document/out-of-range limits.xds.requestSize: expected from 1KiB to 64MiB"],
    ["nameLength: 0B", "document/out-of-range limits.xds.nameLength: expected from 1B to 1MiB"],
    ["firstMessage: 10ms", "document/out-of-range limits.xds.firstMessage: expected from 0.1s to 24h"],
    ["newStreams: 5", "document/wrong-type limits.xds.newStreams: expected a mapping, found a number"],
  ])("%s is refused", (text, message) => {
    expect(read(text)).toEqual([message]);
  });
});
