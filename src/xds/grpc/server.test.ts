import { mkdtempSync, rmSync } from "node:fs";
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { connect as connectSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { VirtualClock } from "../../../test/protocol/virtual-clock.ts";
import { defaultLimits, type LimitName, type Limits } from "../limits.ts";
import type { GrpcCall } from "./call.ts";
import { messagePrefix } from "./message-reader.ts";
import { startGrpc, type Transport } from "./server.ts";

let clock: VirtualClock;
let server: Transport;
let client: ClientHttp2Session;
let calls: GrpcCall[];
let heard: (call: GrpcCall, bytes: Uint8Array) => void;
let closed: GrpcCall[];
let hits: LimitName[];

beforeEach(() => start());
afterEach(() => stop());

async function start(limits: Partial<Limits> = {}, unix: { readonly unix?: string } = {}): Promise<void> {
  clock = new VirtualClock();
  calls = [];
  heard = (call, bytes) => call.write(bytes, () => {});
  closed = [];
  hits = [];
  server = await startGrpc({
    host: "127.0.0.1",
    port: 0,
    ...unix,
    clock,
    denied: () => {},
    brokenTls: () => {},
    limits: { ...defaultLimits, requestBytes: 100, streamsPerConnection: 3, ...limits },
    random: () => 0.5,
    methods: new Map([["/test/Echo", echo]]),
    limitHit: (limit) => hits.push(limit),
  });
  client = connect(`http://127.0.0.1:${server.port}`);
  client.on("error", () => {});
}

async function stop(): Promise<void> {
  client.destroy();
  await server.close();
}

function echo(call: GrpcCall): void {
  const mine = closed;
  calls.push(call);
  call.begin({
    message: (bytes) => heard(call, bytes),
    halfClosed: () => call.end(0, ""),
    closed: () => mine.push(call),
  });
}

function open(headers: Readonly<Record<string, string>> = {}): ClientHttp2Stream {
  const stream = client.request({ ":method": "POST", ":path": "/test/Echo", "content-type": "application/grpc", ...headers });
  stream.on("error", () => {});
  return stream;
}

function framed(text: string): Buffer {
  return Buffer.concat([messagePrefix(text.length), Buffer.from(text)]);
}

/** All that comes until the stream ends. */
async function whole(stream: ClientHttp2Stream): Promise<{ readonly body: string; readonly http: unknown; readonly status: unknown }> {
  const parts: Buffer[] = [];
  const fields: Record<string, unknown> = {};
  stream.on("response", (headers) => Object.assign(fields, headers));
  stream.on("trailers", (headers) => Object.assign(fields, headers));
  stream.on("data", (part: Buffer) => parts.push(part));
  await new Promise((resolve) => stream.once("end", resolve));
  return { body: Buffer.concat(parts).toString(), http: fields[":status"], status: fields["grpc-status"] };
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error("waited in vain");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("gRPC over HTTP/2", () => {
  test("messages go both ways, and half-closing ends the call with OK", async () => {
    const stream = open();
    stream.end(Buffer.concat([framed("one"), framed("two")]));
    expect(await whole(stream)).toEqual({ body: `${framed("one")}${framed("two")}`, http: 200, status: "0" });
    expect(closed).toEqual(calls.slice(0, 1));
  });

  test.each([
    ["an unknown method", { ":path": "/test/Other" }, "", "12"],
    ["a compressed message", {}, "\x01\0\0\0\x01x", "12"],
    ["a message above the limit", {}, framed("x".repeat(101)).toString("latin1"), "8"],
  ])("%s ends the call with its status", async (_, headers, bytes, status) => {
    const stream = open(headers);
    stream.write(Buffer.from(bytes, "latin1"));
    expect(await whole(stream)).toEqual({ body: "", http: 200, status });
    expect(hits).toEqual(status === "8" ? ["request_size"] : []);
  });

  test.each([
    ["content-type", "text/html"],
    [":method", "GET"],
  ])("what is no gRPC gets HTTP's 415: %s %s", async (name, value) => {
    expect(await whole(open({ [name]: value }))).toMatchObject({ http: 415 });
  });

  test("a status is told in any language, and cut", async () => {
    const stream = open();
    let told = "";
    stream.on("response", (headers) => {
      told = decodeURI(String(headers["grpc-message"]));
    });
    stream.write(Buffer.alloc(0));
    await until(() => calls.length === 1);
    calls[0]?.end(3, `ü\ud800 "${"x".repeat(5_000)}`);
    expect(await whole(stream)).toMatchObject({ status: "3" });
    expect(told).toMatch(/^ü\ufffd "x{1020}$/);
  });

  test("nothing more is told while reading pauses, and nothing is lost", async () => {
    const seen: string[] = [];
    heard = (call, bytes) => {
      seen.push(Buffer.from(bytes).toString());
      call.pause();
    };
    const stream = open();
    const ended = whole(stream);
    stream.end(Buffer.concat(["a", "b", "c"].map(framed)));
    for (const last of ["a", "b", "c"]) {
      await until(() => seen.at(-1) === last);
      await new Promise((resolve) => client.ping(resolve));
      expect(seen.at(-1)).toBe(last);
      calls[0]?.resume();
    }
    expect(seen).toEqual(["a", "b", "c"]);
    calls[0]?.resume();
    expect(await ended).toMatchObject({ status: "0" });
  });

  test("FLO-01 a client that does not read its status loses the stream, and no other", async () => {
    const stalled = client.request({ ":method": "POST", ":path": "/test/Echo", "content-type": "application/grpc" });
    stalled.on("error", () => {});
    stalled.pause();
    await until(() => calls.length === 1);
    let released = false;
    calls[0]?.write(new Uint8Array(1_000_000), () => {
      released = true;
    });
    const other = open();
    other.write(framed("x"));
    await until(() => calls.length === 2);
    calls[0]?.end(14, "stalled");
    expect(closed).toEqual(calls.slice(0, 1));
    expect(released).toBe(false);
    clock.advance(5_000);
    await until(() => released);
    stalled.resume();
    await until(() => stalled.closed);
    expect(stalled.rstCode).toBe(constants.NGHTTP2_CANCEL);
    other.end();
    expect(await whole(other)).toMatchObject({ body: `${framed("x")}`, status: "0" });
  });

  test("a client that answers no ping is cut off", async () => {
    const stream = open();
    stream.write(framed("x"));
    await until(() => calls.length === 1);
    clock.advance(30_000);
    clock.advance(9_999);
    expect(closed).toEqual([]);
    clock.advance(1);
    await until(() => closed.length === 1);
    expect(hits).toEqual(["keepalive"]);
  });

  test("SEC-04 a connection has so many streams; another one waits until one ends", async () => {
    const streams = [open(), open(), open()];
    for (const stream of streams) stream.write(framed("x"));
    await until(() => calls.length === 3);
    expect(hits).toEqual(["streams_per_connection"]);
    const fourth = open();
    fourth.write(framed("x"));
    await new Promise((resolve) => client.ping(resolve));
    expect(calls).toHaveLength(3);
    streams[0]?.end();
    streams[0]?.resume();
    await until(() => calls.length === 4);
  });

  test("SEC-04 the first message comes in time", async () => {
    const [silent, spoken, cut] = [open(), open(), open()];
    for (const stream of [silent, spoken, cut]) stream.write(Buffer.alloc(0));
    await until(() => calls.length === 3);
    cut.write(framed("cut").subarray(0, 6));
    clock.advance(9_999);
    expect(closed).toEqual([]);
    spoken.write(framed("x"));
    await new Promise((resolve) => spoken.once("data", resolve));
    clock.advance(1);
    expect(closed).toEqual([calls[0], calls[2]]);
    expect(await whole(silent)).toMatchObject({ status: "4" });
    expect(hits.filter((limit) => limit === "first_message")).toHaveLength(2);
  });

  test("SEC-04 an old connection takes no more streams, and ends those it has after a while", async () => {
    await stop();
    await start({ keepaliveMs: 1e9 });
    const stream = open();
    const ended = whole(stream);
    stream.write(framed("x"));
    await until(() => calls.length === 1);
    const going = new Promise((resolve) => client.once("goaway", resolve));
    clock.advance(2 * 60 * 60 * 1000 - 1);
    expect(hits).toEqual([]);
    clock.advance(1);
    await going;
    expect(hits).toEqual(["connection_age"]);
    clock.advance(2 * 60 * 1000 - 1);
    expect(closed).toEqual([]);
    clock.advance(1);
    expect(await ended).toMatchObject({ body: `${framed("x")}`, status: "14" });
  });

  test("a client that answers is not", async () => {
    const stream = open();
    stream.write(framed("x"));
    await until(() => calls.length === 1);
    for (let i = 0; i < 3; i++) {
      clock.advance(30_000);
      // The second ping is sent after the server's was answered.
      for (let ping = 0; ping < 2; ping++) await new Promise((resolve) => client.ping(resolve));
    }
    expect(closed).toEqual([]);
    expect(hits).toEqual([]);
  });
});

test("a Unix socket is served beside the port, and its peer is known as such", async () => {
  await stop();
  const directory = mkdtempSync(join(tmpdir(), "portolan-xds-"));
  const path = join(directory, "xds.sock");
  await start({}, { unix: path });
  client.destroy();
  client = connect("http://localhost", { createConnection: () => connectSocket({ path }) });
  client.on("error", () => {});
  const stream = open();
  const answer = new Promise<Buffer>((resolve) => stream.once("data", resolve));
  stream.write(Buffer.concat([messagePrefix(2), Buffer.from("hi")]));
  expect((await answer).subarray(5).toString()).toBe("hi");
  expect(calls.map(({ peer }) => peer)).toEqual([{ address: "unix" }]);
  rmSync(directory, { recursive: true });
});
