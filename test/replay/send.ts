import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { type Ask, askOf } from "./case.ts";
import type { Echo } from "./echo.ts";

/** What came back. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** What the upstream saw, if one answered. */
  readonly echo: Echo | undefined;
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 });

/** Sends a request by HTTP/1.1 to a port of 127.0.0.1, path and query as written. Rejects on any transport error. */
export function send(port: number, ask: Ask | string): Promise<Received> {
  const { method, url, headers, body } = askOf(ask);
  const [, host = "", path = "/"] = /^http:\/\/([^/]*)(.*)$/.exec(url) ?? [];
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers: { ...headers, host }, agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text, echo: echoOf(text) }));
    });
    sent.setTimeout(10_000, () => sent.destroy(new Error("no answer within 10 s")));
    sent.on("error", reject);
    sent.end(body);
  });
}

function echoOf(text: string): Echo | undefined {
  return text.startsWith('{"upstream":') ? JSON.parse(text) : undefined;
}
