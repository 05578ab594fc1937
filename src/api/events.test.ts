import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeView } from "../../test/support/fake-view.ts";
import { type Listening, serveHttp } from "./http.ts";

let view: FakeView;
let server: Listening;
beforeEach(async () => {
  view = new FakeView();
  server = await serveHttp(view, { address: { host: "127.0.0.1", port: 0 }, onError: (error) => expect.unreachable(error.message) });
});
afterEach(() => server.close());

/** Reads a stream of events part by part. */
async function listen(query = "", headers: Record<string, string> = {}) {
  const gone = new AbortController();
  const response = await fetch(`http://127.0.0.1:${server.port}/api/v1alpha1/events${query}`, { headers, signal: gone.signal });
  const reader = response.status !== 200 ? undefined : response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  /** The next blocks of the stream, as `id event data`. */
  const next = async (count: number): Promise<string[]> => {
    const blocks: string[] = [];
    while (blocks.length < count) {
      const end = text.indexOf("\n\n");
      if (end < 0) {
        const part = await reader?.read();
        if (part?.value === undefined) throw new Error("the stream has ended");
        text += part.value;
        continue;
      }
      const lines = text.slice(0, end).split("\n");
      text = text.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      blocks.push([field("id"), field("event"), field("data")].filter((one) => one !== undefined).join(" "));
    }
    return blocks;
  };
  return { response, next, leave: () => gone.abort() };
}

const connected = (node: string, fleet = "default") => view.events.add({ type: "node.connected", fleet, data: { node } });
const at = '"at":"2026-11-22T09:14:03.211Z"';

describe("events", () => {
  test("from now on, each with its cursor", async () => {
    connected("before");
    const { response, next, leave } = await listen();
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await next(1)).toEqual(["b00t-1"]);
    connected("a");
    view.events.add({ type: "source.failed", data: { problem: { code: "source/empty" } } });
    expect(await next(2)).toEqual([
      `b00t-2 node.connected {${at},"fleet":"default","node":"a"}`,
      `b00t-3 source.failed {${at},"problem":{"code":"source/empty"}}`,
    ]);
    leave();
  });

  test.each([["header"], ["parameter"]])("after the last one that was seen, by %s", async (way) => {
    for (const node of ["a", "b", "c"]) connected(node);
    const { next, leave } = way === "header" ? await listen("", { "last-event-id": "b00t-1" }) : await listen("?after=b00t-1");
    expect(await next(3)).toEqual(["b00t-1", expect.stringContaining('"node":"b"'), expect.stringContaining('"node":"c"')]);
    leave();
  });

  test.each([["b00t-1"], ["0ther-1"], ["nonsense"]])(
    "a cursor that cannot be followed (%s) is told by a reset, and the stream goes on",
    async (cursor) => {
      for (const node of ["a", "b", "c", "d", "e", "f"]) connected(node);
      const { next, leave } = await listen(`?after=${cursor}`);
      expect(await next(1)).toEqual(['b00t-6 reset {"detail":"events between are not kept any more; load everything anew"}']);
      connected("g");
      expect(await next(1)).toEqual([expect.stringMatching(/^b00t-7 .*"node":"g"/)]);
      leave();
    },
  );

  test("only of some types and one fleet", async () => {
    const { next, leave } = await listen("?types=node.*,source.failed&fleet=edge");
    connected("a");
    view.events.add({ type: "snapshot.created", fleet: "edge", data: {} });
    connected("b", "edge");
    expect(await next(2)).toEqual(["b00t-0", expect.stringMatching(/^b00t-3 .*"node":"b"/)]);
    leave();
  });

  test("types that do not exist are refused", async () => {
    const { response } = await listen("?types=node.applied");
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "api/bad-parameter", detail: expect.stringContaining("node.accepted") });
  });

  test("the end of the server ends the stream", async () => {
    const { next } = await listen();
    await next(1);
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(400);
    await expect(next(1)).rejects.toThrow("the stream has ended");
  });
});
