import { Agent, request } from "node:http";

/** What an HTTP request got. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The upstream that answered, if it was one of the tests' upstreams. */
  readonly upstream: string | undefined;
  readonly path: string | undefined;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true });

/** Sends a request to a port of 127.0.0.1 under the host name of the URL. Rejects on any transport error. */
export function ask(port: number, url: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
  const { host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: "127.0.0.1",
        port,
        path: pathname + search,
        method: options.method ?? "GET",
        headers: { ...options.headers, host },
        agent,
        timeout: 10_000,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (part: string) => {
          text += part;
        });
        response.on("error", reject);
        response.on("end", () => {
          const body = response.headers["content-type"] === "application/json" ? JSON.parse(text) : {};
          resolve({ status: response.statusCode ?? 0, headers: response.headers, upstream: body.upstream, path: body.path, text });
        });
      },
    );
    sent.on("error", reject);
    sent.on("timeout", () => sent.destroy(new Error("no answer within 10 s")));
    sent.end();
  });
}
