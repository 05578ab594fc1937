import { afterEach, beforeEach, expect, test } from "vitest";
import { cli } from "../../../test/support/cli.ts";
import { FakeView, manifest, node, oid } from "../../../test/support/fake-view.ts";
import { type Listening, serveHttp } from "../../api/http.ts";

let view: FakeView;
let server: Listening;

beforeEach(async () => {
  view = new FakeView();
  server = await serveHttp(view, { address: { host: "127.0.0.1", port: 0 }, onError: (error) => expect.unreachable(error.message) });
});
afterEach(() => server.close());

const run = (...argv: string[]) => cli(["history", ...argv, "--server-url", `http://127.0.0.1:${server.port}`]);
const cells = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.split(/ {2,}/));

test("a table: who wrote each snapshot, what it changed, which nodes have it, how it ended", async () => {
  view.manifests = [
    { ...manifest(oid("b2"), "edge", 2), outcome: { state: "returned", at: 0 }, sources: [] },
    { ...manifest(oid("a1"), "default", 1), outcome: { state: "completed", at: 0 }, change: { added: 2, changed: 0, removed: 1 } },
    { ...manifest(oid("a0"), "default", 0), change: { added: 0, changed: 0, removed: 0, files: 2 } },
  ];
  view.nodeList = [node("one", oid("a1"), { target: oid("a1") }), node("two", oid("a0"), { target: oid("a1") })];
  const { code, stdout } = await run();
  expect(code).toBe(0);
  expect(cells(stdout).map(([, ...row]) => row)).toEqual([
    ["FLEET", "SOURCES", "SNAPSHOT", "OUTCOME", "NODES", "CHANGE", "BY"],
    ["edge", "-", "b20000000000", "returned", "-", "+0 ~1 -0, 1 file"],
    ["default", "main@a10000000000", "a10000000000", "completed", "1 of 2", "+2 ~0 -1", "dev@example.com: Raise pay timeout"],
    ["default", "main@a00000000000", "a00000000000", "-", "1 of 0", "nothing, 2 files", "dev@example.com: Raise pay timeout"],
  ]);
});

test("as many as are asked for, over the pages of the server", async () => {
  view.manifests = Array.from({ length: 2500 }, (_, i) => manifest(oid(`c${2500 - i}`), "default", 2500 - i));
  const sequences = async (...argv: string[]) => {
    const { stdout } = await run("-o", "json", ...argv);
    return (JSON.parse(stdout) as { items: { sequence: number }[] }).items.map(({ sequence }) => sequence);
  };
  expect(await sequences()).toHaveLength(20);
  const many = await sequences("-n", "2100");
  expect([many.length, many.at(0), many.at(-1)]).toEqual([2100, 2500, 401]);
  expect(await sequences("-n", "3000")).toHaveLength(2500);
});

test("only of a fleet, and nothing older", async () => {
  view.manifests = [
    { ...manifest(oid("b2"), "edge", 2), createdAt: Date.now() - 3_600_000 },
    { ...manifest(oid("a1"), "default", 1), createdAt: Date.parse("2026-01-02T00:00:00Z") },
  ];
  const fleets = async (...argv: string[]) =>
    cells((await run(...argv)).stdout)
      .slice(1)
      .map(([, fleet]) => fleet);
  expect(await fleets("--fleet", "default")).toEqual(["default"]);
  expect(await fleets("--since", "2h")).toEqual(["edge"]);
  expect(await fleets("--since", "2026-01-01T00:00:00Z")).toEqual(["edge", "default"]);
  expect((await run("--since", "yesterday")).code).toBe(2);
});
