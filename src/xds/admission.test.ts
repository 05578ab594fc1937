import { describe, expect, test } from "vitest";
import { Admission } from "./admission.ts";
import { defaultLimits, type Limits } from "./limits.ts";

function admission(limits: Partial<Limits>): Admission {
  return new Admission({ ...defaultLimits, ...limits }, 0);
}

describe("admission", () => {
  test("so many streams, of all clients", () => {
    const all = admission({ streams: 2 });
    expect([all.open("a", 0), all.open("b", 0), all.open("c", 0)]).toEqual([undefined, undefined, "streams"]);
    all.close();
    expect(all.open("c", 0)).toBeUndefined();
  });

  test("so many new ones, of all clients", () => {
    const all = admission({ newStreams: { perSecond: 1, burst: 2 } });
    expect([all.open("a", 0), all.open("b", 0), all.open("c", 0)]).toEqual([undefined, undefined, "new_streams"]);
    expect([all.open("c", 999), all.open("c", 1_000)]).toEqual(["new_streams", undefined]);
  });

  test("so many new ones of one peer, which costs the others nothing", () => {
    const all = admission({ newStreams: { perSecond: 1, burst: 3 }, newStreamsPerPeer: { perSecond: 1, burst: 1 } });
    expect(all.open("greedy", 0)).toBeUndefined();
    for (let i = 0; i < 100; i++) expect(all.open("greedy", 0)).toBe("new_streams_per_peer");
    expect([all.open("b", 0), all.open("c", 0)]).toEqual([undefined, undefined]);
    expect(all.open("d", 0)).toBe("new_streams");
    // What was refused for the sake of all has cost the peer nothing.
    expect(all.open("d", 1_000)).toBeUndefined();
  });

  test("so many streams of one node", () => {
    const all = admission({ streamsPerNode: 2 });
    expect([all.join("n"), all.join("n"), all.join("n"), all.join("m")]).toEqual([undefined, undefined, "streams_per_node", undefined]);
    all.leave("n");
    expect(all.join("n")).toBeUndefined();
  });
});
