import { type ClientHttp2Session, connect, constants } from "node:http2";

/** A client that sends requests over HTTP/2 in cleartext, on one connection to each port of 127.0.0.1. */
export interface Http2Client {
  /** Gives the status; rejects on any transport error. A connection that the server says goodbye to is replaced by another before the next request. */
  ask(port: number, url: string): Promise<{ readonly status: number }>;
  close(): void;
}

export function http2Client(): Http2Client {
  const sessions = new Map<number, ClientHttp2Session>();
  const session = (port: number): ClientHttp2Session => {
    const known = sessions.get(port);
    if (known !== undefined) return known;
    const opened = connect(`http://127.0.0.1:${port}`);
    const forget = () => {
      if (sessions.get(port) === opened) sessions.delete(port);
    };
    for (const event of ["goaway", "close", "error"]) opened.on(event, forget);
    sessions.set(port, opened);
    return opened;
  };
  return {
    ask(port, url) {
      const { host, pathname, search } = new URL(url);
      return new Promise((resolve, reject) => {
        const stream = session(port).request({
          [constants.HTTP2_HEADER_AUTHORITY]: host,
          [constants.HTTP2_HEADER_PATH]: pathname + search,
        });
        let status = 0;
        stream.setTimeout(10_000, () => stream.destroy(new Error("no answer within 10 s")));
        stream.on("response", (headers) => {
          status = Number(headers[constants.HTTP2_HEADER_STATUS]);
        });
        stream.on("error", reject);
        stream.on("end", () => resolve({ status }));
        stream.resume();
        stream.end();
      });
    },
    close() {
      for (const opened of sessions.values()) opened.destroy();
      sessions.clear();
    },
  };
}
