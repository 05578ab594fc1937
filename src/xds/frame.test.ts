import { describe, expect, test } from "vitest";
import { decode } from "../codec/decode.ts";
import { type Resource, resource } from "../envoy/resource.ts";
import { CDS } from "../envoy/type-url.ts";
import type { Message, Mode } from "./event.ts";
import { framing } from "./frame.ts";

const a = resource(CDS, "a", { name: "a", connect_timeout: "1s" });
const b = resource(CDS, "b", { name: "b" });

function message(mode: Mode, more: Partial<Message> = {}): Message {
  return { type: CDS, mode, nonce: "n1", label: "c1+d", commit: "c1", reason: "content", upserts: [a, b], removals: ["x", "y"], ...more };
}

const any = (name: string, more = {}) => ({ "@type": CDS, name, ...more });

describe("a frame, as Envoy's definitions decode it", () => {
  test("state of the world", () => {
    expect(decode("envoy.service.discovery.v3.DiscoveryResponse", framing("eu1").frame(message("sotw")).bytes)).toEqual({
      version_info: "c1+d",
      resources: [any("a", { connect_timeout: "1s" }), any("b")],
      type_url: CDS,
      nonce: "n1",
      control_plane: { identifier: "portolan/eu1/c1" },
    });
  });

  test("delta", () => {
    expect(decode("envoy.service.discovery.v3.DeltaDiscoveryResponse", framing("eu1").frame(message("delta")).bytes)).toEqual({
      system_version_info: "c1+d",
      resources: [
        { name: "a", version: a.version, resource: any("a", { connect_timeout: "1s" }) },
        { name: "b", version: b.version, resource: any("b") },
      ],
      type_url: CDS,
      nonce: "n1",
      removed_resources: ["x", "y"],
      control_plane: { identifier: "portolan/eu1/c1" },
    });
  });

  test("an empty one", () => {
    const bytes = framing("eu1").frame(message("sotw", { upserts: [], removals: [] })).bytes;
    expect(decode("envoy.service.discovery.v3.DiscoveryResponse", bytes)).toMatchObject({ type_url: CDS, nonce: "n1" });
  });
});

describe("sharing", () => {
  test("streams that write the same get the same frame", () => {
    const { frame } = framing("eu1");
    expect(frame(message("delta"))).toBe(frame(message("delta")));
  });

  test("a long list that many streams share is looked at once, and equal ones give the same frame", () => {
    const { frame } = framing("eu1");
    let looked = 0;
    const watched = (one: Resource): Resource => ({
      ...one,
      get version() {
        looked++;
        return one.version;
      },
    });
    const shared = Array.from({ length: 20 }, (_, i) => watched(resource(CDS, `c${i}`, { name: `c${i}` })));
    const first = frame(message("delta", { upserts: shared }));
    looked = 0;
    expect(frame(message("delta", { upserts: shared }))).toBe(first);
    expect(looked).toBe(0);
    expect(frame(message("delta", { upserts: [...shared] }))).toBe(first);
  });

  test.each<[string, Partial<Message>]>([
    ["nonce", { nonce: "n2" }],
    ["label", { label: "c2+d", commit: "c2" }],
    ["form", { mode: "sotw" }],
    ["resources", { upserts: [a] }],
    ["removals", { removals: ["x"] }],
  ])("another %s is another frame", (_, more) => {
    const { frame } = framing("eu1");
    expect(frame(message("delta", more)).bytes).not.toEqual(frame(message("delta")).bytes);
  });
});
