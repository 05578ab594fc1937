import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:http2";
import { request as requestSafely } from "node:https";
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
  if (written.url.startsWith("https:")) return sendSafely(port, written, tls as World["tls"]);
  if (written.grpc !== undefined) return sendGrpc(port, written, written.grpc);
  const { method, url, headers, body, upgrade } = written;
  const { host, path } = placeOf(url);
  const asUpgrade = upgrade === undefined ? {} : { connection: "upgrade", upgrade };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers: { ...headers, ...asUpgrade, host }, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(parts).toString(response.headers["content-encoding"] === undefined ? "utf8" : "latin1");
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, echo: echoOf(text) });
      });
    });
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
  { method, url, headers, certificate }: ReturnType<typeof askOf>,
  { ca, ...own }: World["tls"],
): Promise<Received> {
  const { host, path } = placeOf(url);
  const target = { host: "127.0.0.1", port, path, method, headers: { ...headers, host }, servername: host, ca, agent: false } as const;
  return new Promise((resolve) => {
    const failed = () => resolve({ status: 0, headers: {}, text: "", echo: undefined });
    const sent = requestSafely({ ...target, ...(certificate ? own : {}) }, (response) => {
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

function placeOf(url: string): { readonly host: string; readonly path: string } {
  const [, host = "", path = ""] = /^https?:\/\/([^/]*)(.*)$/.exec(url) ?? [];
  return { host, path: path === "" ? "/" : path };
}

function echoOf(text: string): Echo | undefined {
  return text.startsWith('{"upstream":') ? JSON.parse(text) : undefined;
}
