import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:http2";
import { request as requestSafely } from "node:https";
import { connect as connectTo, type Socket } from "node:net";
import { connect as connectSafely } from "node:tls";
import { type Ask, askOf } from "./case.ts";
import type { Echo } from "./echo.ts";
import type { World } from "./world.ts";

/** What came back. */
export interface Received {
  readonly status: number;
  /** Of the headers and, of HTTP/2, the trailers. */
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What the upstream saw, if one answered. */
  readonly echo: Echo | undefined;
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 });

/** Sends a request to a port of 127.0.0.1, path and query as written. Rejects on any transport error. */
export function send(port: number, ask: Ask | string, tls?: World["tls"]): Promise<Received> {
  const written = askOf(ask);
  if (written.raw !== undefined) return sendRaw(port, written.raw);
  if (written.url.startsWith("https:")) return sendSafely(port, written, tls as World["tls"]);
  if (written.grpc !== undefined) return sendGrpc(port, written, written.grpc);
  const { method, url, headers, body, upgrade, proxy } = written;
  const { host, path } = placeOf(url);
  const connection = proxy === undefined ? { agent } : { createConnection: () => proxied(port, proxy) };
  const asUpgrade = upgrade === undefined ? {} : { connection: "upgrade", upgrade };
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port, path, method, headers: { ...headers, ...asUpgrade, host }, ...connection },
      (response) => {
        const parts: Buffer[] = [];
        response.on("data", (part: Buffer) => parts.push(part));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(parts).toString(response.headers["content-encoding"] === undefined ? "utf8" : "latin1");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, echo: echoOf(text) });
        });
      },
    );
    sent.on("upgrade", (response, socket) => {
      socket.once("data", (part: Buffer) => {
        socket.destroy();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: part.toString(), echo: undefined });
      });
      socket.write("hello");
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error("no answer within 10 s")));
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Calls by gRPC: a message, with its length before it, over HTTP/2 without TLS. */
function sendGrpc(port: number, { url, headers }: Ask, message: string): Promise<Received> {
  const { host, path } = placeOf(url);
  const session = connect(`http://127.0.0.1:${port}`);
  return new Promise<Received>((resolve, reject) => {
    session.on("error", reject);
    const stream = session.request({
      ...headers,
      ":method": "POST",
      ":path": path,
      ":authority": host,
      "content-type": "application/grpc",
      te: "trailers",
    });
    const got: IncomingHttpHeaders = {};
    const parts: Buffer[] = [];
    stream.on("response", (fields) => Object.assign(got, fields));
    stream.on("trailers", (fields) => Object.assign(got, fields));
    stream.on("data", (part: Buffer) => parts.push(part));
    stream.on("error", reject);
    stream.on("end", () => {
      resolve({
        status: Number((got as Record<string, unknown>)[":status"]),
        headers: got,
        text: Buffer.concat(parts).subarray(5).toString(),
        echo: undefined,
      });
    });
    const bytes = Buffer.from(message);
    stream.end(Buffer.concat([Buffer.from([0, 0, 0, 0, bytes.length]), bytes]));
  }).finally(() => session.destroy());
}

/** Sends by TLS, on a connection of its own; one that fails is status 0. */
function sendSafely(
  port: number,
  { method, url, headers, certificate, newest, proxy }: ReturnType<typeof askOf>,
  { ca, ...own }: World["tls"],
): Promise<Received> {
  const { host, path } = placeOf(url);
  const session = { servername: host, ca, ...(certificate ? own : {}), ...(newest === undefined ? {} : { maxVersion: newest }) };
  const connection = () => connectSafely({ ...session, socket: proxied(port, proxy) });
  const target = { path, method, headers: { ...headers, host }, createConnection: connection };
  return new Promise((resolve) => {
    const failed = () => resolve({ status: 0, headers: {}, text: "", echo: undefined });
    const sent = requestSafely(target, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text, echo: echoOf(text) }));
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error("no answer within 10 s")));
    sent.on("error", failed);
    sent.end();
  });
}

/** A connection that says first where it comes from, as a balancer would. */
function proxied(port: number, line: string | undefined): Socket {
  const socket = connectTo(port, "127.0.0.1");
  if (line !== undefined) socket.write(`${line}\r\n`);
  return socket;
}

function sendRaw(port: number, text: string): Promise<Received> {
  return new Promise((resolve, reject) => {
    const socket = connectTo(port, "127.0.0.1", () => socket.write(text));
    let got = "";
    socket.setEncoding("latin1").on("data", (part) => {
      got += part;
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error("not closed within 10 s")));
    const ended = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d+)/.exec(got)?.[1] ?? 0), headers: {}, text: got, echo: undefined });
    };
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNRESET" ? ended() : reject(error)));
    socket.on("end", ended);
  });
}

function placeOf(url: string): { readonly host: string; readonly path: string } {
  const [, host = "", path = ""] = /^https?:\/\/([^/]*)(.*)$/.exec(url) ?? [];
  return { host, path: path === "" ? "/" : path };
}

function echoOf(text: string): Echo | undefined {
  return text.startsWith('{"upstream":') ? JSON.parse(text) : undefined;
}
