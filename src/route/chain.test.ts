import { describe, expect, test } from "vitest";
import { listener } from "../../test/support/arbitrary-model.ts";
import type { ChainPlan } from "../model/model.ts";
import { chainOf, connectionOf } from "./chain.ts";
import { requestOf } from "./request.ts";

const chain = (name: string, serverNames: readonly string[], transport?: ChainPlan["transport"]): ChainPlan => ({
  name,
  serverNames,
  ...(transport === undefined ? {} : { transport }),
  handler: { kind: "http", table: name },
});
const chains = [
  chain("exact", ["a.b.test"], "tls"),
  chain("wild", ["*.b.test"], "tls"),
  chain("wider", ["*.test"], "tls"),
  chain("other", ["q.test"], "quic"),
  chain("any", [], "tls"),
  chain("raw", [], "raw_buffer"),
];

describe("a connection", () => {
  test.each<[string | undefined, string, string | undefined]>([
    ["a.b.test", "tls", "exact"],
    ["c.b.test", "tls", "wild"],
    ["c.d.b.test", "tls", "wild"],
    ["b.test", "tls", "wider"],
    ["test", "tls", "any"],
    [undefined, "tls", "any"],
    [undefined, "raw_buffer", "raw"],
    // The name is found, and what it asks for is something else: there is no way back.
    ["q.test", "tls", undefined],
  ])("for %s by %s is taken by %s", (serverName, transport, wanted) => {
    const connection = { transport: transport as "tls", ...(serverName === undefined ? {} : { serverName }) };
    expect(chainOf(chains, connection)?.name).toBe(wanted);
  });

  test("is any other where no chain says which it takes", () => {
    expect(chainOf([chain("all", [])], { transport: "raw_buffer" })?.name).toBe("all");
    expect(chainOf([], { transport: "tls" })).toBeUndefined();
  });

  test("is told apart only where somebody reads its beginning", () => {
    const request = requestOf({ url: "https://A.test/" });
    if ("mistake" in request) throw new Error(request.mistake);
    const plain = listener("l", 80);
    expect(connectionOf(request, plain, true)).toEqual({ transport: "raw_buffer" });
    expect(connectionOf(request, { ...plain, preludes: ["tls_inspector"] }, true)).toEqual({ transport: "tls", serverName: "a.test" });
    expect(connectionOf(request, { ...plain, transport: "udp" }, true)).toEqual({ transport: "quic", serverName: "a.test" });
    expect(connectionOf(request, { ...plain, preludes: ["tls_inspector"] }, false)).toEqual({ transport: "raw_buffer" });
  });
});
