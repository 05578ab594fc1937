import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type CliOptions, cli, start } from "../../../test/support/cli.ts";
import { FakeView, fleet, manifest, node, oid, problem, rejecting, source } from "../../../test/support/fake-view.ts";
import { type Listening, serveHttp } from "../../api/http.ts";
import { until } from "../../server/demo/until.ts";

let view: FakeView;
let server: Listening;
let url: string;

beforeEach(async () => {
  view = new FakeView();
  server = await serveHttp(view, { address: { host: "127.0.0.1", port: 0 }, onError: (error) => expect.unreachable(error.message) });
  url = `http://127.0.0.1:${server.port}`;
});
afterEach(() => server.close());

const run = (argv: readonly string[], options: CliOptions = {}) => cli([...argv, "--server-url", url], options);
/** Ages depend on when the test runs. */
const ageless = (text: string) => text.replace(/\d+[smhd]\b/g, "0s").replace(/ +$/gm, "");

describe("status", () => {
  test("tables: sources, fleets, and the commit of each node", async () => {
    view.nodeList = [
      node("edge-1", oid("b2")),
      rejecting("edge-7", oid("b2"), oid("a1")),
      node("gone", oid("a1"), { state: "offline", disconnectedAt: 1 }),
    ];
    view.fleetList = [{ ...fleet, nodes: { notSent: 0, pending: 0, accepted: 1, rejected: 1, offline: 1 } }];
    const { code, stdout, stderr } = await run(["status"]);
    const rows = ageless(stdout)
      .split("\n")
      .map((line) => line.split(/ {2,}/));
    expect(rows).toEqual([
      ["SOURCE", "REVISION", "EFFECTIVE", "CHECKED", "STATE"],
      ["main", `main@${oid("b2").slice(0, 12)}`, oid("b2").slice(0, 12), "0s", "ready, 1 document left out"],
      ["FLEET", "SOURCES", "SNAPSHOT", "STATE", "NODES", "SINCE"],
      ["default", `main@${oid("b2").slice(0, 12)}`, oid("b2").slice(0, 12), "rejected", "3: 1 accepted, 1 rejected, 1 offline", "0s"],
      ["NODE", "COMMIT", "CDS", "EDS", "LDS", "RDS", "AGE"],
      ["edge-1", oid("b2").slice(0, 12), "accepted", "-", "accepted", "-", "0s"],
      ["edge-7", oid("a1").slice(0, 12), "accepted", "-", "-", "rejected pay.yaml:9 duplicate domain pay.example.com", "0s"],
      ["gone", oid("a1").slice(0, 12), "offline", "offline", "offline", "offline", "0s"],
      ["1 problem (1 error); --problems shows them"],
      [""],
    ]);
    expect([code, stderr]).toEqual([0, ""]);
  });

  test("nothing there yet", async () => {
    view.sourceList = [
      {
        ...source,
        tip: undefined,
        effective: undefined,
        lastCheckedAt: undefined,
        state: "failed",
        problem: { ...problem, message: "there is no branch main" },
      },
    ];
    view.fleetList = [];
    view.nodeList = [];
    view.problemList = [];
    const { stdout } = await run(["status"]);
    expect(stdout.split("\n").map((line) => line.split(/ {2,}/))[1]).toEqual([
      "main",
      "-",
      "-",
      "-",
      "failed, 1 document left out: there is no branch main",
    ]);
  });

  test("every problem, if asked for", async () => {
    const { stdout } = await run(["status", "--problems"]);
    expect(stdout).toContain(
      "pay.yaml:12:15 error document/wrong-type  timeout_ms: expected an integer, found a string\n      fix: remove the quotes\n1 problem (1 error)\n",
    );
  });

  test("of one fleet or node", async () => {
    view.fleetList = [fleet, { ...fleet, name: "edge" }];
    view.nodeList = [node("a", oid("b2")), node("b", oid("b2"), { fleet: "edge" })];
    const ids = async (name: string) => JSON.parse((await run(["status", name, "-o", "json"])).stdout);
    expect(await ids("edge")).toMatchObject({ fleets: [{ name: "edge" }], nodes: [{ id: "b" }] });
    expect(await ids("a")).toMatchObject({ fleets: [{ name: "default" }], nodes: [{ id: "a" }] });
    expect(await run(["status", "c"])).toEqual({ code: 5, stdout: "", stderr: "error: there is no fleet or node c\n" });
  });

  test("of selected nodes", async () => {
    view.nodeList = [node("a", oid("b2"), { metadata: { env: "prod" } }), node("b", oid("b2"))];
    const { nodes } = JSON.parse((await run(["status", "--selector", "metadata.env=prod", "-o", "json"])).stdout);
    expect(nodes).toMatchObject([{ id: "a" }]);
    const { code, stderr } = await run(["status", "--selector", "colour=red"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining("selector: expected terms key=glob or key!=glob")]);
  });

  test("json and yaml are the status of the API", async () => {
    const json = JSON.parse((await run(["status", "-o", "json"])).stdout);
    expect(Object.keys(json)).toEqual(["format_version", "server", "sources", "fleets", "nodes", "problems"]);
    expect(parse((await run(["status", "-o", "yaml"])).stdout)).toEqual(json);
  });

  test("-w shows each change until it is interrupted, as one line of JSON each", async () => {
    const started = start(["status", "-w", "-o", "json", "--server-url", url]);
    const lines = () =>
      started
        .stdout()
        .split("\n")
        .filter((line) => line !== "");
    await until("the first status", () => lines().length === 1 && view.waiting === 1);
    view.change({ nodeList: [node("new", oid("b2"))] });
    await until("the second status", () => lines().length === 2);
    started.interrupt();
    expect(await started.code).toBe(130);
    expect(lines().map((line) => JSON.parse(line).nodes.length)).toEqual([2, 1]);
    expect(started.stderr()).toBe("");
  });

  test("-w redraws a terminal", async () => {
    const started = start(["status", "-w", "--server-url", url], { isTTY: true });
    await until("the first status", () => view.waiting === 1);
    expect(started.stdout().startsWith("\u001b[H\u001b[2J")).toBe(true);
    started.interrupt();
    await started.code;
  });
});

describe("wait", () => {
  test("reached", async () => {
    view.nodeList = [node("edge-1", oid("a1"))];
    const started = start(["wait", oid("b2").slice(0, 8), "--server-url", url]);
    // The first answer comes at once; only then it waits.
    await until("the wait", () => started.stderr() !== "" && view.waiting === 1);
    view.change({ nodeList: [node("edge-1", oid("b2"))] });
    expect(await started.code).toBe(0);
    expect(started.stdout()).toMatch(/^default: 1 of 1 node accepted b20000000000 in \d\.\d s\n$/);
    expect(started.stderr()).toBe("waiting: default: 0 of 1 nodes accepted b20000000000\n");
  });

  test("a rejection is 1 and names the place", async () => {
    view.nodeList = [rejecting("edge-7", oid("b2"), oid("a1"))];
    const { code, stdout, stderr } = await run(["wait", oid("b2")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/failed after 0\.\d s: default: 1 of 1 nodes rejected it\n$/);
    expect(stdout).toContain("edge-7 rejected RDS pay.yaml:9:3 duplicate domain pay.example.com\n");
  });

  test("the time is over: 3", async () => {
    view.nodeList = [node("edge-1", oid("a1"))];
    const { code, stderr } = await run(["wait", oid("b2"), "--timeout", "0s"]);
    expect(code).toBe(3);
    expect(stderr).toMatch(/timeout after 0\.\d s: default: 0 of 1 nodes accepted b20000000000\n$/);
  });

  test("documents that are left out are 1 and are named", async () => {
    view.held = [{ ...problem, effect: "left-out" }];
    const { code, stdout, stderr } = await run(["wait", oid("b2")]);
    expect(code).toBe(1);
    expect(stdout).toContain("pay.yaml:12:15 error document/wrong-type  timeout_ms: expected an integer, found a string\n");
    expect(stderr).toMatch(/^failed after 0\.\d s: b20000000000 is not served whole: a problem leaves a document out\n$/);
  });

  test("a commit that stays unknown until the time is over: 5", async () => {
    const { code, stdout, stderr } = await run(["wait", oid("dd"), "--timeout", "0s"]);
    expect([code, stdout]).toEqual([5, ""]);
    expect(stderr).toMatch(
      /timeout after 0\.\d s: the commit dd0000000000 is unknown: it is not in the repository of main, whose main is at b20000000000\n$/,
    );
  });

  test("too few digits: 2", async () => {
    view.manifests = [manifest(oid("b2"), "default", 2), manifest(`${oid("b2").slice(0, 39)}1`, "default", 1)];
    const { code, stderr } = await run(["wait", oid("b2").slice(0, 8)]);
    expect(code).toBe(2);
    expect(stderr).toContain("commit: b2000000 begins several: ");
  });

  test("selected nodes of a source", async () => {
    view.nodeList = [node("a", oid("b2")), node("b", oid("a1"))];
    expect((await run(["wait", oid("b2"), "--selector", "id=a", "--source", "main"])).code).toBe(0);
    expect((await run(["wait", oid("b2"), "--selector", "id=b", "--timeout", "0s"])).code).toBe(3);
    expect((await run(["wait", oid("b2"), "--selector", "id=c", "--timeout", "0s"])).stderr).toContain(
      "no node that is selected is connected",
    );
    expect(await run(["wait", oid("b2"), "--source", "other"])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("no source other"),
    });
  });

  test("a share of a fleet, as json", async () => {
    view.fleetList = [{ ...fleet, name: "edge" }];
    view.manifests = [manifest(oid("b2"), "edge", 2)];
    view.nodeList = [node("a", oid("b2"), { fleet: "edge" }), node("b", oid("a1"), { fleet: "edge" })];
    const { code, stdout } = await run(["wait", oid("b2"), "--fleet", "edge", "--percent", "50", "-o", "json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      format_version: "1",
      command: "wait",
      outcome: "reached",
      fleets: [{ fleet: "edge", connected: 2, accepted: 1, rejected: 0 }],
      duration_ms: expect.any(Number),
    });
    expect(code).toBe(0);
  });

  test("interrupted", async () => {
    view.nodeList = [];
    const started = start(["wait", oid("b2"), "--server-url", url]);
    await until("the wait", () => view.waiting === 1);
    started.interrupt();
    expect(await started.code).toBe(130);
  });
});

describe("which server", () => {
  test("nobody there is 4 and says what to do", async () => {
    await server.close();
    for (const argv of [["status"], ["wait", oid("b2")]]) {
      const { code, stdout, stderr } = await run(argv);
      expect([code, stdout]).toEqual([4, ""]);
      expect(stderr).toBe(
        `error: cannot reach the server at ${url}: the connection is refused; is "portolan serve" running there? --server-url names another\n`,
      );
    }
  });

  test("a server that ends during the wait is 4", async () => {
    view.nodeList = [];
    const started = start(["wait", oid("b2"), "--server-url", url]);
    await until("the wait", () => view.waiting === 1);
    await server.close();
    expect(await started.code).toBe(4);
  });

  test("something else that answers is 4", async () => {
    view.sources = () => {
      throw new Error("broken");
    };
    const broken = await serveHttp(view, { address: { host: "127.0.0.1", port: 0 }, onError: () => {} });
    try {
      const { code, stderr } = await cli(["status", "--server-url", `http://127.0.0.1:${broken.port}`]);
      expect([code, stderr]).toEqual([4, "error: the server refuses: the server has failed to answer; its log says why\n"]);
    } finally {
      await broken.close();
    }
    expect((await cli(["status", "--server-url", `${url}/healthz?`])).code).toBe(4);
  });

  test("flag, then variable, then portolan.yaml", async () => {
    const cwd = mkdtempSync(join(tmpdir(), "portolan-status-"));
    try {
      const config = (port: number) =>
        writeFileSync(
          join(cwd, "portolan.yaml"),
          `{apiVersion: portolan.dev/v1alpha1, kind: Server, listen: {api: {address: "127.0.0.1:${port}"}}, sources: [{name: a, path: ., branch: main}]}`,
        );
      config(server.port);
      expect((await cli(["status"], { cwd })).code).toBe(0);
      config(1);
      expect((await cli(["status"], { cwd })).stderr).toContain("http://127.0.0.1:1:");
      expect((await cli(["status"], { cwd, env: { PORTOLAN_SERVER_URL: url } })).code).toBe(0);
      expect((await cli(["status", "--server-url", url], { cwd, env: { PORTOLAN_SERVER_URL: "http://127.0.0.1:1" } })).code).toBe(0);
    } finally {
      rmSync(cwd, { recursive: true });
    }
  });
});
